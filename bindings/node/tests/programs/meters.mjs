// What a program may do with usage, in the sandbox. Prints what it saw as JSON.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Worker, workerData } from "node:worker_threads";
import { Client, UsageDuplicateError, journalReport, meterUsage, openMeter } from "mpmeter";
import { freePort } from "../support.mjs";

const code = process.env.MPMETER_SANDBOX_PRODUCT_CODE;
const folder = workerData?.folder ?? mkdtempSync(path.join(tmpdir(), "mpmeter-node-"));
const journal = path.join(folder, "usage");
const print = (value) => console.log(JSON.stringify(value));
const sandbox = (...given) => execFileSync(process.env.MPMETER_SANDBOX, given, { encoding: "utf8" });
const codeOf = (call) => call.then(() => "done", (error) => error.code);

/** What the ledger sums up, by dimension. */
function billed() {
  const lines = sandbox("ledger").matchAll(/^total +\S+ +(\S+) +(\S+)$/gm);
  return Object.fromEntries([...lines].map(([, dimension, sum]) => [dimension, sum]));
}

/** The README's program, beside the tests' node_modules, where the package is found. */
function started(program, port) {
  const text = readFileSync(program, "utf8").replace("4w1vgsrkqdkypbz43g7qkk4uz", code);
  const copy = path.join(path.dirname(new URL(import.meta.url).pathname), `product-${process.pid}.mjs`);
  writeFileSync(copy, text.replace("/var/lib/product/usage", journal));
  const env = { ...process.env, PORT: port };
  const child = spawn(process.execPath, [copy], { env, stdio: ["ignore", "pipe", "inherit"] });
  return child.on("exit", () => rmSync(copy));
}

const does = {
  async all() {
    const meter = await openMeter(code, journal);
    await meter.check("requests");
    const sender = meter.startSending();
    await Promise.all(Array.from({ length: 40 }, () => meter.add("requests", "0.25", { tags: { team: "a" } })));
    await meter.add("requests", 10n);
    await meter.add("bytes", 9_007_199_254);
    const before = await meter.report();
    await sender.close();
    await sender.close();
    const after = await meter.report();
    const due = await meter.nextDue();
    meter.close();
    const outside = await journalReport(pathToFileURL(journal));
    print({ before, after, due, billed: billed(), same: outside.sent.length === after.sent.length });
  },

  async due() {
    const meter = await openMeter(code, journal);
    await meter.check("requests");
    await meter.add("requests", 3);
    await meter.send();
    const early = billed();
    sandbox("clock", "+2h");
    await meter.check("requests"); // AWS's answer says what time it is.
    const sender = meter.startSending({ ref: true });
    while (billed().requests === undefined) await sleep(20);
    await sender.close();
    print({ early, billed: billed() });
  },

  /** Nothing but the sender is left: the process ends. */
  async unref() {
    const meter = await openMeter(code, journal);
    await meter.add("requests", 1);
    meter.startSending();
    print({});
  },

  async whole() {
    const client = new Client({ unverifiedKeyVersion: 1 });
    const meter = await client.openMeter(code, journal, { wholeUnits: true, holdLate: true });
    client.close();
    await meter.add("requests", "2.75");
    await meter.send({ final: true });
    print({ billed: billed(), totals: (await meter.report()).totals });
  },

  async single() {
    const dry = await meterUsage(code, "requests", 1, { dryRun: true });
    const at = new Date();
    const first = await meterUsage(code, "requests", "1.5", { at, clientToken: "one" });
    const again = await meterUsage(code, "requests", "1.5", { at, clientToken: "one" });
    const other = await meterUsage(code, "requests", 2, { at }).catch((error) => error instanceof UsageDuplicateError);
    print({ dry, same: first === again, text: typeof first, other });
  },

  /** A worker for each thread, all on one journal; the main thread sends. */
  async workers() {
    const meter = await openMeter(code, journal);
    const workers = [1, 2, 3, 4].map(
      () => new Worker(new URL(import.meta.url), { argv: ["insideWorker"], workerData: { folder } }),
    );
    const codes = await Promise.all(workers.map((worker) => once(worker, "exit").then(([status]) => status)));
    await meter.send({ final: true });
    print({ codes, billed: billed() });
  },

  async insideWorker() {
    const meter = await openMeter(code, journal);
    for (let turn = 0; turn < 25; turn++) await meter.add("requests", 1);
    // What is under way when a worker ends is waited for.
    meter.add("late", 1);
    process.exit(0);
  },

  /** Adds that were asked for before close() are written. */
  async closed() {
    const meter = await openMeter(code, journal);
    const adds = Array.from({ length: 5 }, () => meter.add("requests", 1));
    meter.close();
    meter.close();
    await Promise.all(adds);
    const later = {};
    for (const call of ["check", "send", "nextDue", "report"]) later[call] = await codeOf(meter[call]());
    later.add = await codeOf(meter.add("requests", 1));
    try {
      meter.startSending();
    } catch (error) {
      later.startSending = error.code;
    }
    print({ added: (await journalReport(journal)).totals.requests.added, later });
  },

  async refused() {
    const meter = await openMeter(code, journal);
    const values = ["-1", "1e3", "0.1234567", "12345678901", "", " 1", "1\0", 0.5, -1, NaN, Infinity, 2 ** 53, -1n];
    values.push(10_000_000_000n, 10n ** 400n, true, null, undefined, {}, [1], Symbol("one"));
    const seen = [];
    for (const value of values) {
      const error = await meter.add("requests", value).catch((error) => error);
      seen.push(`${typeof value} ${String(value).slice(0, 12)}: ${error?.code}`);
    }
    const places = [
      ["", 1],
      ["d".repeat(256), 1],
      ["a\0", 1],
      ["\ud83d", 1],
      [7, 1],
      ["requests", 1, { tags: Object.fromEntries([..."abcdef"].map((key) => [key, "v"])) }],
      ["requests", 1, { tags: { key: "" } }],
      ["requests", 1, { tags: { key: 1 } }],
      ["requests", 1, { tags: "key" }],
      ["requests", 1, { tag: {} }],
    ];
    const places_seen = [];
    for (const place of places) places_seen.push(await codeOf(meter.add(...place)));
    await meter.add("big", "9999999999.999999");
    const past = await codeOf(meter.add("big", "0.000001"));
    await meter.add("big", 0);
    await meter.add("big", -0);
    print({ seen, places: places_seen, past, totals: (await meter.report()).totals });
  },

  async journals() {
    const empty = path.join(folder, "empty");
    writeFileSync(empty, "");
    const meter = await openMeter(code, journal);
    print({
      empty: await codeOf(openMeter(code, empty)),
      text: await codeOf(openMeter(code, process.execPath)),
      missing: await codeOf(openMeter(code, path.join(folder, "missing/usage"))),
      report: await codeOf(journalReport(path.join(folder, "missing"))),
      other: await codeOf(openMeter("another", journal)),
      long: await codeOf(openMeter(code, `/${"a".repeat(500)}`)),
      number: await codeOf(openMeter(code, 7)),
      nul: await codeOf(openMeter(code, "a\0b")),
      option: await codeOf(openMeter(code, journal, { whole: true })),
      token: await codeOf(meterUsage(code, "requests", 1, { clientToken: "t".repeat(65) })),
      at: await codeOf(meterUsage(code, "requests", 1, { at: new Date(NaN) })),
      epoch: await codeOf(meterUsage(code, "requests", 1, { at: new Date(0) })),
      date: await codeOf(meterUsage(code, "requests", 1, { at: 7 })),
    });
    meter.close();
  },

  /** With a metering service that hangs. */
  async abort() {
    const meter = await openMeter(code, journal, { deadlineMs: 300_000 });
    await meter.add("requests", 1);
    const seen = {};
    const ended = ({ name, code }) => [name, code];
    seen.check = await meter.check("requests", { signal: AbortSignal.timeout(300) }).catch(ended);
    seen.send = await meter.send({ final: true, signal: AbortSignal.timeout(300) }).catch(ended);
    const sender = meter.startSending({ graceMs: 300 });
    seen.grace = await sender.close().catch(({ code, message }) => [code, message]);
    print({ ...seen, pending: (await meter.report()).pending.length });
  },

  /** The sender's call under way does not keep the process alive. */
  async hangs() {
    const meter = await openMeter(code, journal, { deadlineMs: 300_000 });
    await meter.add("requests", 1);
    meter.send({ final: true, signal: AbortSignal.timeout(500) }).catch(() => {});
    await sleep(100);
    process.exit(9);
  },

  async fails() {
    const told = [];
    const meter = await openMeter(code, journal, { deadlineMs: 1 });
    await meter.add("requests", 1);
    const sender = meter.startSending({ onError: (error) => told.push(error.code) });
    const last = await codeOf(sender.close());
    print({ last, pending: (await meter.report()).pending.length });
  },

  /** The README's program serves one request, and SIGTERM sends the last hour. */
  async example(program) {
    const port = await freePort();
    const child = started(program, port);
    let output = "";
    await new Promise((resolve) => {
      child.stdout.on("data", (data) => (output += data).includes("serving") && resolve());
      child.on("exit", resolve);
    });
    const answer = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    child.kill("SIGTERM");
    const [status, signal] = await once(child, "exit");
    print({ answer, status, signal, billed: billed() });
  },

  /** With a metering service that hangs: the README's program has logged a line, and gets SIGTERM. */
  async stoppedExample(program) {
    const child = started(program, await freePort());
    child.stdout.once("data", () => child.kill("SIGTERM"));
    const [status, signal] = await once(child, "exit");
    print({ status, signal });
  },
};

try {
  await does[process.argv[2]](process.argv[3]);
} finally {
  if (workerData === null) rmSync(folder, { recursive: true });
}
