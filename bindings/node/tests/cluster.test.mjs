// node:cluster as examples/node/cluster.mjs has it: entitled it serves, with one call for all workers, and SIGTERM ends
// it; not entitled it ends with 1 after one call; throttled it keeps trying, and SIGTERM ends it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { once } from "node:events";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { servicesOf } from "./support.mjs";

const CODE = "4w1vgsrkqdkypbz43g7qkk4uz";

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Runs `does` with the example in the sandbox: its process, its port, and how many calls were made. */
async function cluster(sandbox, does) {
  const folder = mkdtempSync(path.join(tmpdir(), "mpmeter-cluster-"));
  const log = path.join(folder, "log");
  copyFileSync(path.join(process.env.MPMETER_SOURCE, "examples/node/cluster.mjs"), path.join(folder, "cluster.mjs"));
  symlinkSync(new URL("../node_modules", import.meta.url).pathname, path.join(folder, "node_modules"));
  const port = await freePort();
  const script = `cp "$MPMETER_SANDBOX_PUBLIC_KEY" product.pem && exec "${process.execPath}" cluster.mjs`;
  const given = ["run", "--scenario", "ecs-fargate", ...sandbox, "--log", log, "--", "sh", "-c", script];
  const env = { ...process.env, PORT: String(port), WEB_CONCURRENCY: "3" };
  const child = spawn(process.env.MPMETER_SANDBOX, given, { cwd: folder, env, stdio: "ignore" });
  const ended = once(child, "exit");
  try {
    await does({ child, ended, port, calls: () => servicesOf(log).filter((name) => name === "metering").length });
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

async function served(port) {
  for (;;) {
    try {
      return await (await fetch(`http://127.0.0.1:${port}/`)).text();
    } catch {
      await setTimeout(100);
    }
  }
}

test("entitled it serves, with one call for three workers, and SIGTERM ends it", async () => {
  await cluster(["--product", `${CODE}=entitled`], async ({ child, ended, port, calls }) => {
    assert.match(await served(port), /^\d+\n$/);
    assert.equal(calls(), 1);
    child.kill("SIGTERM");
    assert.equal((await ended)[0], 0);
  });
});

test("not entitled it ends with 1 after one call", async () => {
  await cluster(["--product", `${CODE}=not-entitled`], async ({ ended, calls }) => {
    assert.equal((await ended)[0], 1);
    assert.equal(calls(), 1);
  });
});

test("throttled it keeps trying, and SIGTERM ends it", async () => {
  await cluster(["--product", `${CODE}=entitled`, "--fault", "throttle"], async ({ child, ended, calls }) => {
    while (calls() === 0) await setTimeout(50);
    assert.equal(child.exitCode, null);
    child.kill("SIGTERM");
    assert.notEqual((await ended)[0], 75);
  });
});
