// Calls of each kind, a round to warm up and then twenty thousand in rounds; prints the memory after each.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { setImmediate } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { Client } from "mpmeter";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
const MANY = 20_000;
const ROUNDS = 10;
const publicKey = readFileSync(process.env.MPMETER_SANDBOX_PUBLIC_KEY);
const code = process.env.MPMETER_SANDBOX_PRODUCT_CODE;
const logger = { debug() {} };
const client = new Client({ publicKey, logger, logLevel: "debug" });
const { signature, nonce } = await client.registerUsage(code);

const folder = mkdtempSync("/dev/shm/mpmeter-node-"); // What counts is memory, not the disk.
const meter = await client.openMeter(code, path.join(folder, "usage"));

const KINDS = {
  registered: () => client.registerUsage(code),
  refused: () => client.registerUsage("not a code").catch(() => {}),
  aborted: () => client.registerUsage("other", { signal: AbortSignal.abort() }).catch(() => {}),
  verified: () => client.verify(signature, { productCode: code, nonce }),
  made: () => new Client({ publicKey, logger }).close(),
  added: () => meter.add("requests", "0.25", { tags: { team: "a" } }),
  reported: () => meter.report(),
};

/** The resident memory after so many calls, and after what they left has been collected. */
async function calls(call) {
  for (let turn = 0; turn < MANY / ROUNDS / 20; turn++) {
    await Promise.all(Array.from({ length: 20 }, call));
    await setImmediate(); // Handles are freed from the event loop.
  }
  for (let turn = 0; turn < 3; turn++) {
    gc();
    await setImmediate();
  }
  return process.memoryUsage.rss();
}

const found = [];
for (const [kind, call] of Object.entries(KINDS)) {
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) rounds.push(await calls(call));
  found.push({ kind, rounds });
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify(found));
