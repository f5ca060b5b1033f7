/**
 * Decides what a client's options may be, and hands them to the library. What the library refuses is named by the
 * option's own name.
 */
"use strict";

const check = require("./checks.js");
const { errorOf } = require("./error.js");
const native = require("./native.js");
const { CancelledError, InvalidArgumentError } = require("./statuses.js");

const KINDS = { paid: 0, free: 1 };
const POLICIES = { enforce: 0, attempt: 1, ask: 2 };
const LEVELS = { debug: 0, info: 1, warn: 2 };

/** The options of `Client`. */
const NAMES = [
  "publicKey",
  "publicKeyVersion",
  "publicKeys",
  "trustedProducts",
  "acceptFreeProducts",
  "deadlineMs",
  "regionPolicy",
  // generated: names of plain options, by `make generate`
  "minimumKeyBits",
  "appId",
  // end of generated
  "unverifiedKeyVersion",
  "logger",
  "logLevel",
];

/** The value of what the addon answered, or its error. */
function taken(outcome, cause) {
  if (outcome.status !== 0) throw errorOf(outcome, cause);
  return outcome.value;
}

const signalOf = ({ signal }) => (signal === undefined ? undefined : check.signal(signal));

/** The value of a call that an AbortSignal may have ended. */
function ended(outcome, signal) {
  return taken(outcome, outcome.status === CancelledError.number ? signal?.reason : undefined);
}

/** [version, text] of each key, in the order in which they are to be used. */
function keysOf(options) {
  const { publicKey, publicKeys, publicKeyVersion = 1 } = options;
  if (publicKeys === undefined) {
    const version = check.integer("publicKeyVersion", publicKeyVersion);
    return publicKey === undefined ? [] : [[version, check.pem("publicKey", publicKey)]];
  }
  if (publicKey !== undefined) throw check.typeError("give publicKey or publicKeys, not both");
  if (!Array.isArray(publicKeys)) {
    throw check.typeError(`publicKeys must be an array, not ${check.described(publicKeys)}`);
  }
  return publicKeys.map((key, index) => {
    const name = `publicKeys[${index}]`;
    const { version, pem } = check.object(name, key, ["version", "pem"]);
    return [check.integer(`${name}.version`, version), check.pem(`${name}.pem`, pem)];
  });
}

/** Where the library's log goes, and the least level of it; null for nobody. */
function loggerOf({ logger, logLevel = "info" }) {
  const level = check.choice("logLevel", logLevel, LEVELS);
  if (logger === undefined || logger === null) return null;
  if (typeof logger !== "object" && typeof logger !== "function") {
    throw check.typeError(`logger must be an object such as console, not ${check.described(logger)}`);
  }
  return { logger, level };
}

/** The library's options for what a program gave: a handle, and the logger. */
function prepare(options) {
  const log = loggerOf(options);
  const handle = taken(native.newOptions(log === null ? null : log.level));
  /** `name` is the C setter's, without its prefix. */
  const put = (name, number, text, refused) => {
    const status = native.setOption(handle, name, number, text);
    if (status === InvalidArgumentError.number) throw check.invalid(refused);
    if (status !== 0) throw errorOf({ status, ...native.describe(status) });
  };
  for (const [version, pem] of keysOf(options)) {
    put("public_key", version, pem, `publicKeys: version ${version} is below 1, or is given twice`);
  }
  const trusted = Object.entries(check.object("trustedProducts", options.trustedProducts ?? {}));
  if (options.trustedProducts != null && trusted.length === 0) {
    // A computed list that came out empty must not trust every code.
    throw check.invalid("trustedProducts: it is empty; leave it out if the code is part of the program");
  }
  for (const [code, kind] of trusted) {
    const number = check.choice(`trustedProducts[${JSON.stringify(code)}]`, kind, KINDS);
    const text = check.text("trustedProducts", code);
    put("trust_product", number, text, `trustedProducts: "${code}" is not a product code`);
  }
  if (options.acceptFreeProducts !== undefined) {
    put("accept_free_products", Number(check.boolean("acceptFreeProducts", options.acceptFreeProducts)), null, "");
  }
  if (options.regionPolicy !== undefined) {
    put("region_policy", check.choice("regionPolicy", options.regionPolicy, POLICIES), null, "regionPolicy is refused");
  }
  if (options.deadlineMs !== undefined) {
    const time = check.milliseconds("deadlineMs", options.deadlineMs);
    put("deadline_ms", time, null, `deadlineMs: ${time} is not from 1 ms to a day`);
  }
  // generated: plain options, by `make generate`
  if (options.minimumKeyBits !== undefined) {
    const value = check.integer("minimumKeyBits", options.minimumKeyBits);
    put("minimum_key_bits", value, null, `minimumKeyBits: ${value} is not 1024 to 16384`);
  }
  if (options.appId !== undefined) {
    const value = check.text("appId", options.appId);
    put("app_id", 0, value, `appId: ${JSON.stringify(value)} is not 1 to 50 letters, digits and !#$%&'*+,-.^_\`|~`);
  }
  // end of generated
  if (options.unverifiedKeyVersion !== undefined) {
    const version = check.integer("unverifiedKeyVersion", options.unverifiedKeyVersion);
    put("unverified", version, null, `unverifiedKeyVersion: ${version} is below 1`);
  }
  return { handle, logger: log?.logger };
}

module.exports = { NAMES, ended, prepare, signalOf, taken };
