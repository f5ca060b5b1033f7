// A call that nothing answers is stopped: by a signal, by the end of the process or of a worker. None of it crashes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inSandbox, SOON_MS } from "./support.mjs";

/** With no answer from AWS, a call lasts five minutes. */
const waits = (name) => inSandbox(["--scenario", "ecs-ec2", "--fault", "hang@metering"], "waits.mjs", name);

async function printed(name) {
  const found = await waits(name);
  assert.equal(found.code, 0, found.stderr);
  assert.ok(found.elapsedMs < SOON_MS, `${name} took ${found.elapsedMs} ms`);
  return JSON.parse(found.stdout);
}

test("an AbortSignal ends the call soon, with an AbortError that has status, cause and caller", async () => {
  const { name, code, message, cause, stack, ms } = await printed("abort");
  assert.equal(name, "AbortError");
  assert.equal(code, "MPMETER_E_CANCELLED");
  assert.ok(message.length > 0);
  assert.equal(cause, "shutting down");
  assert.match(stack, /waits\.mjs/);
  assert.ok(ms < SOON_MS, `${ms} ms`);
});

test("a signal ends its own call only", async () => {
  assert.equal((await printed("abortOne")).first, "MPMETER_E_CANCELLED");
});

test("sixteen calls under way leave libuv's workers free", async () => {
  const { first, threads } = await printed("pool");
  assert.equal(first, "read");
  assert.equal(threads, 16);
});

test("process.exit() does not wait for a call", async () => {
  const found = await waits("exit");
  assert.equal(found.code, 7, found.stderr);
  assert.ok(found.elapsedMs < SOON_MS);
});

test("an uncaught exception ends the program as ever", async () => {
  const found = await waits("throws");
  assert.equal(found.code, 1, found.stderr);
  assert.match(found.stderr, /meant to be/);
  assert.ok(found.elapsedMs < SOON_MS);
});

test("a client may be closed under a call, which goes on; a later call is refused", async () => {
  const { call, later } = await printed("closed");
  assert.equal(call, "MPMETER_E_CANCELLED");
  assert.deepEqual(later, { name: "Error", code: "ERR_INVALID_STATE", message: "the client is closed" });
});

test("workers may be terminated with calls under way, again and again", async () => {
  const { seen, code, threads } = await printed("terminate");
  assert.equal(seen.length, 15);
  assert.equal(threads, 0, "no call outlives its worker");
  assert.equal(code, "MPMETER_E_INVALID_ARGUMENT");
});

test("a worker may exit with a call under way", async () => {
  assert.equal((await printed("exitOfWorker")).code, 5);
});

test("a call keeps the event loop alive to its end", async () => {
  assert.equal((await printed("lasts")).code, "MPMETER_E_CANCELLED");
});
