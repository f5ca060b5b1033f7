// A call that the sandbox never answers, and what a program may do meanwhile. Prints what it saw as JSON.
import { readFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { Worker, isMainThread } from "node:worker_threads";
import { Client } from "mpmeter";

const publicKey = readFileSync(process.env.MPMETER_SANDBOX_PUBLIC_KEY);
const code = process.env.MPMETER_SANDBOX_PRODUCT_CODE;
const print = (value) => console.log(JSON.stringify(value));

/** How many threads of this process are inside the library. */
function threads() {
  return readdirSync("/proc/self/task").filter((task) => {
    try {
      return readFileSync(`/proc/self/task/${task}/comm`, "utf8") === "mpmeter\n";
    } catch {
      return false; // It has ended meanwhile.
    }
  }).length;
}

/** A client, and a promise that is kept once its call waits for an answer from AWS. */
function waiting() {
  let underWay;
  const begun = new Promise((resolve) => (underWay = resolve));
  const logger = { info: (line) => line.startsWith("credentials") && setTimeout(underWay, 100) };
  return { client: new Client({ publicKey, logger, deadlineMs: 300_000 }), begun };
}

const does = {
  async abort() {
    const { client, begun } = waiting();
    const stop = new AbortController();
    const call = client.registerUsage(code, { signal: stop.signal });
    await begun;
    const at = performance.now();
    stop.abort(new Error("shutting down"));
    await call.catch((error) => {
      const { name, code, message, cause, stack } = error;
      print({ name, code, message, cause: cause?.message, stack, ms: performance.now() - at });
    });
  },

  async abortOne() {
    const { client, begun } = waiting();
    const stop = new AbortController();
    const other = client.registerUsage(code, { signal: AbortSignal.timeout(200_000) }).catch((error) => error.code);
    const call = client.registerUsage(code, { signal: stop.signal }).catch((error) => error.code);
    await begun;
    stop.abort();
    const first = await Promise.race([call, other.then(() => "the other")]);
    print({ first });
    process.exit(0);
  },

  async pool() {
    const calls = Array.from({ length: 16 }, waiting);
    const ended = calls.map(({ client }) => client.registerUsage(code).catch(() => "ended"));
    await Promise.all(calls.map(({ begun }) => begun));
    const began = threads();
    const read = readFile(process.env.MPMETER_SANDBOX_PUBLIC_KEY).then(() => "read");
    print({ first: await Promise.race([read, ...ended]), threads: began });
    process.exit(0);
  },

  async exit() {
    const { client, begun } = waiting();
    client.registerUsage(code);
    await begun;
    process.exit(7);
  },

  async throws() {
    const { client, begun } = waiting();
    client.registerUsage(code);
    await begun;
    throw new Error("meant to be");
  },

  async closed() {
    const { client, begun } = waiting();
    const stop = new AbortController();
    const call = client.registerUsage(code, { signal: stop.signal }).catch((error) => error.code);
    await begun;
    client.close();
    client.close();
    globalThis.gc?.();
    stop.abort();
    const later = await client.registerUsage(code).catch(({ name, code, message }) => ({ name, code, message }));
    print({ call: await call, later });
  },

  async terminate() {
    const seen = [];
    for (let turn = 0; turn < 5; turn++) {
      const workers = [1, 2, 3].map(() => new Worker(new URL(import.meta.url), { argv: ["insideWorker"] }));
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
      seen.push(...(await Promise.all(workers.map((worker) => worker.terminate()))));
    }
    // The addon still works in the thread that stays.
    const error = await new Client({ publicKey }).registerUsage("no such code!").catch((error) => error);
    // A thread that was waited for may still be listed for a moment.
    for (let turn = 0; turn < 250 && threads() > 0; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
    print({ seen, code: error.code, threads: threads() });
  },

  async exitOfWorker() {
    const worker = new Worker(new URL(import.meta.url), { argv: ["insideWorkerExit"] });
    print({ code: await new Promise((resolve) => worker.once("exit", resolve)) });
  },

  async insideWorker() {
    const { parentPort } = await import("node:worker_threads");
    const { client, begun } = waiting();
    client.registerUsage(code);
    client.findRegion();
    await begun;
    parentPort.postMessage("under way");
  },

  async insideWorkerExit() {
    const { client, begun } = waiting();
    client.registerUsage(code);
    await begun;
    process.exit(5);
  },

  async lasts() {
    // Nothing but the call keeps the program alive.
    const { client } = waiting();
    client.registerUsage(code, { signal: AbortSignal.timeout(500) }).catch((error) => print({ code: error.code }));
  },
};

await does[process.argv[2]](isMainThread);
