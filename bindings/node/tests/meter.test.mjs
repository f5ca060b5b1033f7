// Usage is added off the main thread, sent by timers or by hand, and billed once; what cannot be metered is refused.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { inSandbox, SOON_MS } from "./support.mjs";

async function meters(name, sandbox = [], ...given) {
  const found = await inSandbox(["--scenario", "eks-irsa", ...sandbox], "meters.mjs", name, ...given);
  assert.equal(found.code, 0, found.stderr);
  return found.stdout === "" ? undefined : JSON.parse(found.stdout);
}

test("adds at the same time are all billed by the last send, and the books say so", async () => {
  const { before, after, due, billed, same } = await meters("all");
  assert.deepEqual(billed, { requests: "20", bytes: "9007199254" });
  assert.deepEqual(before.pending.map(({ dimension, state, tags }) => [dimension, state, tags?.team ?? ""]).sort(), [
    ["bytes", "open", ""],
    ["requests", "open", ""],
    ["requests", "open", "a"],
  ]);
  assert.equal(before.sent.length, 0);
  assert.equal(after.pending.length, 0);
  assert.match(after.sent[0].hour, /^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/);
  assert.ok(after.sent.every(({ recordId }) => recordId.length > 0));
  assert.equal(after.totals.requests.sent, "20");
  assert.ok(due > 0 && due <= 2 * 3_600_000);
  assert.ok(same);
});

test("an hour that is over is sent by the timers, and not before", async () => {
  assert.deepEqual(await meters("due"), { early: {}, billed: { requests: "3" } });
});

test("a sender does not keep the process alive", async () => {
  assert.deepEqual(await meters("unref"), {});
});

test("whole units are billed and the rest is carried; the meter outlives its client", async () => {
  const { billed, totals } = await meters("whole");
  assert.deepEqual(billed, { requests: "2" });
  assert.equal(totals.requests.pending, "0.75");
});

test("a single record, its repetition and another quantity", async () => {
  assert.deepEqual(await meters("single"), { dry: null, same: true, text: "string", other: true });
});

test("workers on one journal, and what is under way when a worker exits", async () => {
  const { codes, billed } = await meters("workers");
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.equal(billed.requests, "100");
});

test("a meter that is closed writes what was asked before, and refuses the rest", async () => {
  const { added, later } = await meters("closed");
  assert.equal(added, "5");
  for (const [call, code] of Object.entries(later)) assert.equal(code, "ERR_INVALID_STATE", call);
});

test("quantities, dimensions and tags that are refused change nothing", async () => {
  const { seen, places, past, totals } = await meters("refused");
  const refused = "MPMETER_E_INVALID_ARGUMENT";
  for (const line of seen) {
    const isType = /^(boolean|object|undefined|symbol)/.test(line);
    assert.ok(line.endsWith(isType ? "ERR_INVALID_ARG_TYPE" : refused), line);
  }
  const type = "ERR_INVALID_ARG_TYPE";
  const misspelt = "ERR_INVALID_ARG_VALUE";
  assert.deepEqual(places, [refused, refused, refused, refused, type, refused, refused, type, type, misspelt]);
  assert.equal(past, refused);
  assert.deepEqual(Object.entries(totals).map(([name, { added }]) => [name, added]), [["big", "9999999999.999999"]]);
});

test("journals and records that are refused", async () => {
  const invalid = "MPMETER_E_INVALID_ARGUMENT";
  assert.deepEqual(await meters("journals"), {
    empty: "MPMETER_E_JOURNAL_DAMAGED",
    text: "MPMETER_E_JOURNAL_DAMAGED",
    missing: "MPMETER_E_JOURNAL",
    report: "MPMETER_E_JOURNAL",
    other: invalid,
    long: invalid,
    number: "ERR_INVALID_ARG_TYPE",
    nul: invalid,
    option: "ERR_INVALID_ARG_VALUE",
    token: invalid,
    at: invalid,
    epoch: "MPMETER_E_USAGE_TIMESTAMP",
    date: "ERR_INVALID_ARG_TYPE",
  });
});

test("a signal ends a check and a send, and the grace ends the last send; the usage waits", async () => {
  const { check, send, grace, pending } = await meters("abort", ["--fault", "hang@metering"]);
  assert.deepEqual(check, ["AbortError", "MPMETER_E_CANCELLED"]);
  assert.deepEqual(send, ["AbortError", "MPMETER_E_CANCELLED"]);
  assert.equal(grace[0], "MPMETER_E_CANCELLED");
  assert.match(grace[1], /300 ms/);
  assert.equal(pending, 1);
});

test("process.exit() does not wait for a send", async () => {
  const found = await inSandbox(["--scenario", "eks-irsa", "--fault", "hang@metering"], "meters.mjs", "hangs");
  assert.equal(found.code, 9, found.stderr);
  assert.ok(found.elapsedMs < SOON_MS);
});

test("what cannot be sent waits in the journal", async () => {
  assert.deepEqual(await meters("fails"), { last: "MPMETER_E_DEADLINE", pending: 1 });
});

test("the README's program is the example, which bills what it served", async () => {
  const source = process.env.MPMETER_SOURCE;
  const readme = readFileSync(path.join(source, "bindings/node/README.md"), "utf8");
  const [, program] = readme.match(/<!-- examples\/node\/meter\.mjs -->\n```js\n(.*?)```/s);
  const example = path.join(source, "examples/node/meter.mjs");
  assert.equal(program, readFileSync(example, "utf8"));
  const { answer, status, billed } = await meters("example", [], example);
  assert.equal(answer, "done\n");
  assert.equal(status, 0);
  assert.deepEqual(billed, { requests: "1", gigabytes: "0.25" });
});

test("SIGTERM ends the README's program before it serves", async () => {
  const example = path.join(process.env.MPMETER_SOURCE, "examples/node/meter.mjs");
  const found = await meters("stoppedExample", ["--fault", "hang@metering"], example);
  assert.deepEqual(found, { status: 143, signal: null });
});
