// What JavaScript can express and C cannot ends in JavaScript's own error of the right class, and never in a crash.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as mpmeter from "mpmeter";

const { Client, InvalidArgumentError, PublicKeyError } = mpmeter;
const unverified = { unverifiedKeyVersion: 1 };
const client = new Client(unverified);
const made = (options) => () => new Client(options);
const verified = (token, options) => () => client.verify(token, { productCode: "code", nonce: "n", ...options });
const called = (...given) => () => client.registerUsage(...given);

const WRONG_TYPES = {
  "options that are a number": made(1),
  "options that are null": made(null),
  "an option that there is not": made({ deadline: 1 }),
  "a key that is a number": made({ publicKey: 1 }),
  "a key that is an array": made({ publicKey: [1, 2] }),
  "keys that are an object": made({ publicKeys: { 1: "pem" } }),
  "a key and keys": made({ publicKey: "pem", publicKeys: [] }),
  "a key without a version": made({ publicKeys: [{ pem: "pem" }] }),
  "a version that is a text": made({ publicKey: "pem", publicKeyVersion: "1" }),
  "a version that is a BigInt": made({ publicKey: "pem", publicKeyVersion: 1n }),
  "a huge BigInt for a deadline": made({ ...unverified, deadlineMs: 2n ** 80n }),
  "a text for a boolean": made({ ...unverified, acceptFreeProducts: "no" }),
  "a number for a policy": made({ ...unverified, regionPolicy: 1 }),
  "trusted products that are a list": made({ ...unverified, trustedProducts: [["code"]] }),
  "a logger that is a text": made({ ...unverified, logger: "console" }),
  "no token": verified(undefined),
  "a token that is a Buffer": verified(Buffer.from("a.b.c")),
  "no nonce": verified("a.b.c", { nonce: undefined }),
  "no product code": called(),
  "a product code that is a Symbol": called(Symbol("code")),
  "a product code that is a String object": called(new String("code")),
  "a nonce that is a number": called("code", { nonce: 4711 }),
  "a signal that is none": called("code", { signal: {} }),
  "a misspelt option of a call": called("code", { Nonce: "n" }),
  "a Region that is an object": () => mpmeter.endpoint({ toString: () => "eu-west-3" }),
};

const NUL = "with\0NUL";
const HALF = "half \ud83d of a pair";
const WRONG_VALUES = {
  "a NUL in a key": made({ publicKey: NUL }),
  "bytes that are not UTF-8 in a key": made({ publicKey: Buffer.from([0xff, 0xfe]) }),
  "a NUL among the bytes of a key": made({ publicKey: Buffer.from(NUL) }),
  "half a surrogate pair in a key": made({ publicKey: HALF }),
  "a NUL in a trusted code": made({ ...unverified, trustedProducts: { [NUL]: "paid" } }),
  "half a pair in a trusted code": made({ ...unverified, trustedProducts: { [HALF]: "paid" } }),
  "an unknown kind": made({ ...unverified, trustedProducts: { code: "gratis" } }),
  "a kind of Object.prototype": made({ ...unverified, trustedProducts: { code: "toString" } }),
  "version 0": made({ publicKey: "pem", publicKeyVersion: 0 }),
  "a version twice": made({ publicKeys: [1, 1].map((version) => ({ version, pem: "pem" })) }),
  "a version that is NaN": made({ publicKey: "pem", publicKeyVersion: NaN }),
  "a version of 2 ** 32 + 1": made({ publicKey: "pem", publicKeyVersion: 2 ** 32 + 1 }),
  "a version and a half": made({ publicKey: "pem", publicKeyVersion: 1.5 }),
  "a deadline of NaN": made({ ...unverified, deadlineMs: NaN }),
  "an infinite deadline": made({ ...unverified, deadlineMs: Infinity }),
  "a deadline below none": made({ ...unverified, deadlineMs: -1 }),
  "no time at all": made({ ...unverified, deadlineMs: 0 }),
  "a deadline of a day and more": made({ ...unverified, deadlineMs: 86_400_001 }),
  "a deadline of Number.MAX_VALUE": made({ ...unverified, deadlineMs: Number.MAX_VALUE }),
  "few key bits": made({ ...unverified, minimumKeyBits: 512 }),
  "an unknown policy": made({ ...unverified, regionPolicy: "whatever" }),
  "an unknown log level": made({ ...unverified, logLevel: "trace" }),
  "a NUL in a token": verified("a.b\0.c"),
  "half a pair in a token": verified(HALF),
  "a NUL in a product code": called(NUL),
  "half a pair in a product code": called(HALF),
  "an empty product code": called(""),
  "a product code of 256 characters": called("c".repeat(256)),
  "a NUL in a nonce": called("code", { nonce: NUL }),
  "an empty nonce": called("code", { nonce: "" }),
  "a NUL in a Region": () => mpmeter.endpoint(NUL),
  "no Region": () => mpmeter.endpoint("moon"),
  "a NUL for a diagnosis": () => mpmeter.diagnose(NUL),
  "a NUL for a diagnosis of metering": () => mpmeter.diagnoseMetering(NUL),
  "a NUL for a journal to diagnose": () => mpmeter.diagnoseMetering(null, { journal: NUL }),
  "a NUL for a dimension to diagnose": () => mpmeter.diagnoseMetering(null, { dimensions: [NUL] }),
  "a diagnosis that registers nothing": () => mpmeter.diagnose(undefined, { register: true }),
};

const attempt = async (what) => what();

for (const [name, what] of Object.entries(WRONG_TYPES)) {
  test(`TypeError: ${name}`, async () => {
    const { code } = await attempt(what).then(assert.fail, (error) => error);
    assert.match(code, /^ERR_INVALID_ARG_/);
    await assert.rejects(attempt(what), TypeError);
  });
}

for (const [name, what] of Object.entries(WRONG_VALUES)) {
  test(`InvalidArgumentError: ${name}`, async () => {
    await assert.rejects(attempt(what), (error) => {
      assert.ok(error instanceof InvalidArgumentError, String(error));
      assert.ok(error instanceof mpmeter.MpmeterError && error instanceof Error);
      assert.equal(error.code, "MPMETER_E_INVALID_ARGUMENT");
      assert.equal(error.action, "terminate");
      assert.ok(error.message.length > 0 && error.fix.length > 0);
      return true;
    });
  });
}

test("no key at all is a PublicKeyError, as is one that is no key", () => {
  assert.throws(() => new Client(), PublicKeyError);
  assert.throws(() => new Client({ publicKey: "product.pem" }), PublicKeyError);
});

test("a token without a key to verify it is a PublicKeyError, of whatever size", () => {
  assert.throws(verified("x".repeat(1 << 20)), PublicKeyError);
  assert.throws(verified("a.b.c"), PublicKeyError);
});

test("promises are rejected, never thrown from a call", () => {
  for (const what of [called(NUL), called(1), called("code", { signal: 1 })]) what().catch(() => {});
  client.findRegion({ signal: 1 }).catch(() => {});
  mpmeter.registerUsage("code", { publicKey: 1 }).catch(() => {});
  mpmeter.diagnose(1).catch(() => {});
});

test("a signal that is aborted already sends nothing and is a CancelledError", async () => {
  const reason = new Error("too late");
  await assert.rejects(client.registerUsage("code", { signal: AbortSignal.abort(reason) }), (error) => {
    assert.ok(error instanceof mpmeter.CancelledError);
    assert.equal(error.cause, reason);
    return true;
  });
});

test("a method that is taken off its client is a TypeError", async () => {
  const { registerUsage, verify } = client;
  await assert.rejects(registerUsage("code"), TypeError);
  assert.throws(() => verify("a.b.c", { productCode: "code", nonce: "n" }), TypeError);
});
