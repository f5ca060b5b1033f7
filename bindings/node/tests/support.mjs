// Decides how a test runs a program in the sandbox, and what the sandbox saw of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** A call that nothing answers lasts its deadline of five minutes. Soon is far from that, on a busy machine too. */
export const SOON_MS = 60_000;
/** What has not ended by then has failed: the tests end all the same. */
const TOO_LONG_MS = 600_000;

export const programs = new URL("programs/", import.meta.url).pathname;

/**
 * Runs `node programs/NAME ARGUMENTS` in the sandbox.
 * @returns {Promise<{code, signal, stdout, stderr, elapsedMs, services}>} services: which one each request went to
 */
export async function inSandbox(sandboxArguments, name, ...given) {
  const folder = mkdtempSync(path.join(tmpdir(), "mpmeter-node-"));
  const log = path.join(folder, "log");
  try {
    const program = [process.execPath, path.join(programs, name), ...given];
    const found = await run(process.env.MPMETER_SANDBOX, ["run", ...sandboxArguments, "--log", log, "--", ...program]);
    return { ...found, services: servicesOf(log) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function servicesOf(log) {
  try {
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line).service);
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

/** A port that nothing listens on, and that nothing gets by asking for any: Linux gives those from 32768 on. */
export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = net.createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(() => true, () => false);
    server.close();
    if (free) return port;
  }
}

/** Starts a command; it and its descendants are killed if it has not ended after `TOO_LONG_MS`. */
export function spawnBounded(command, given, options) {
  const child = spawn(command, given, { ...options, detached: true });
  const kill = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nothing of it is left.
    }
  };
  const timer = setTimeout(kill, TOO_LONG_MS).unref();
  process.once("exit", kill);
  return child.on("close", () => {
    clearTimeout(timer);
    process.off("exit", kill);
  });
}

/** What a command printed, and how it ended. */
export function run(command, given, options = {}) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawnBounded(command, given, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr, elapsedMs: performance.now() - started });
    });
  });
}
