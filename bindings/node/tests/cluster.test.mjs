// node:cluster as examples/node/cluster.mjs has it, and pm2.mjs with a stand-in for pm2: entitled it serves, with one
// call for all workers, and SIGTERM ends it; not entitled it ends with 1 after one call; throttled it keeps trying, and
// SIGTERM ends it. A worker whose parent has not registered serves nothing, and one that dies ends only itself.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { once } from "node:events";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { freePort, programs, servicesOf, spawnBounded } from "./support.mjs";

const CODE = "4w1vgsrkqdkypbz43g7qkk4uz";

/** Runs `does` with an example in the sandbox: its process, its port, and how many calls were made. */
async function started(example, sandbox, does, { command = [example], variables = {} } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "mpmeter-cluster-"));
  const log = path.join(folder, "log");
  copyFileSync(path.join(process.env.MPMETER_SOURCE, "examples/node", example), path.join(folder, example));
  const modules = path.join(folder, "node_modules");
  mkdirSync(path.join(modules, "pm2/bin"), { recursive: true });
  symlinkSync(new URL("../node_modules/mpmeter", import.meta.url).pathname, path.join(modules, "mpmeter"));
  copyFileSync(path.join(programs, "pm2-runtime.cjs"), path.join(modules, "pm2/bin/pm2-runtime"));
  const port = await freePort();
  const script = `cp "$MPMETER_SANDBOX_PUBLIC_KEY" product.pem && exec "${process.execPath}" "$@"`;
  const inside = ["sh", "-c", script, "sh", ...command];
  const given = ["run", "--scenario", "ecs-fargate", ...sandbox, "--log", log, "--", ...inside];
  const env = { ...process.env, PORT: String(port), WEB_CONCURRENCY: "3", ...variables };
  const child = spawnBounded(process.env.MPMETER_SANDBOX, given, { cwd: folder, env, stdio: "ignore" });
  const ended = once(child, "exit");
  try {
    await does({ child, ended, port, calls: () => servicesOf(log).filter((name) => name === "metering").length });
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

async function served(child, port) {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      return await (await fetch(`http://127.0.0.1:${port}/`)).text();
    } catch {
      await setTimeout(100);
    }
  }
}

for (const example of ["cluster.mjs", "pm2.mjs"]) {
  test(`${example}: entitled it serves, with one call for three workers, and SIGTERM ends it`, async () => {
    await started(example, ["--product", `${CODE}=entitled`], async ({ child, ended, port, calls }) => {
      assert.match(await served(child, port), /^\d+\n$/);
      assert.equal(calls(), 1);
      child.kill("SIGTERM");
      assert.equal((await ended)[0], 0);
    });
  });

  test(`${example}: not entitled it ends with 1 after one call`, async () => {
    await started(example, ["--product", `${CODE}=not-entitled`], async ({ ended, calls }) => {
      assert.equal((await ended)[0], 1);
      assert.equal(calls(), 1);
    });
  });

  test(`${example}: throttled it keeps trying, and SIGTERM ends it`, async () => {
    const throttled = ["--product", `${CODE}=entitled`, "--fault", "throttle"];
    await started(example, throttled, async ({ child, ended, calls }) => {
      while (calls() === 0) await setTimeout(50);
      assert.equal(child.exitCode, null);
      child.kill("SIGTERM");
      assert.notEqual((await ended)[0], 75);
    });
  });

  test(`${example}: another parent's worker asks it, and serves nothing`, async () => {
    const command = [path.join(programs, "another-parent.cjs"), example];
    const does = async ({ ended, calls }) => {
      assert.equal((await ended)[0], 0);
      assert.equal(calls(), 0);
    };
    await started(example, ["--product", `${CODE}=entitled`], does, { command });
  });

  test(`${example}: a worker that dies before it gets its answer does not end the parent`, async () => {
    const command = ["--require", path.join(programs, "dies.cjs"), example];
    const does = async ({ child, ended, port, calls }) => {
      assert.match(await served(child, port), /^\d+\n$/);
      assert.equal(calls(), 1);
      child.kill("SIGTERM");
      assert.equal((await ended)[0], 0);
    };
    await started(example, ["--product", `${CODE}=entitled`], does, { command });
  });

  test(`${example}: SIGTERM just after a worker was killed ends it`, async () => {
    const command = ["--require", path.join(programs, "dead.cjs"), example];
    const does = async ({ ended }) => assert.equal((await ended)[0], 0);
    await started(example, ["--product", `${CODE}=entitled`], does, { command });
  });

  test(`${example}: a variable that says it is a worker ends it, without a call`, async () => {
    const does = async ({ ended, calls }) => {
      assert.equal((await ended)[0], 1);
      assert.equal(calls(), 0);
    };
    await started(example, ["--product", `${CODE}=entitled`], does, { variables: { NODE_UNIQUE_ID: "1" } });
  });
}

test("cluster.mjs: a request under way is answered after SIGTERM", async () => {
  const command = ["--require", path.join(programs, "slow.cjs"), "cluster.mjs"];
  const does = async ({ child, ended, port }) => {
    await served(child, port);
    const answer = fetch(`http://127.0.0.1:${port}/`);
    await setTimeout(200);
    child.kill("SIGTERM");
    assert.match(await (await answer).text(), /^\d+\n$/);
    assert.equal((await ended)[0], 0);
  };
  await started("cluster.mjs", ["--product", `${CODE}=entitled`], does, { command });
});

test("cluster.mjs: a worker that ends while SIGTERM stops the others is not started again", async () => {
  const command = ["--require", path.join(programs, "leaves.cjs"), "cluster.mjs"];
  await started("cluster.mjs", ["--product", `${CODE}=entitled`], async ({ ended }) => {
    assert.equal((await ended)[0], 0);
  }, { command });
});

test("cluster.mjs: SIGTERM, even twice, ends it with a client that sends nothing", async () => {
  await started("cluster.mjs", ["--product", `${CODE}=entitled`], async ({ child, ended, port }) => {
    await served(child, port);
    const client = net.connect(port, "127.0.0.1").on("error", () => {});
    await once(client, "connect");
    await served(child, port); // By now the parent has given the client to a worker.
    child.kill("SIGTERM");
    await setTimeout(1000);
    child.kill("SIGTERM");
    assert.equal((await ended)[0], 0);
    client.destroy();
  });
});

test("cluster.mjs: a worker that ends as it starts is not started again at once", async () => {
  const command = ["--require", path.join(programs, "crashes.cjs"), "cluster.mjs"];
  const does = async ({ ended }) => assert.equal((await ended)[0], 0);
  await started("cluster.mjs", ["--product", `${CODE}=entitled`], does, { command });
});

test("pm2.mjs: pm2's fork mode registers nothing", async () => {
  const does = async ({ ended, calls }) => {
    assert.equal((await ended)[0], 0);
    assert.equal(calls(), 0);
  };
  await started("pm2.mjs", ["--product", `${CODE}=entitled`], does, { variables: { pm_id: "0" } });
});

test("cluster.mjs: a number of workers that is none does not end it silently", async () => {
  const does = async ({ child, port }) => assert.match(await served(child, port), /^\d+\n$/);
  await started("cluster.mjs", ["--product", `${CODE}=entitled`], does, { variables: { WEB_CONCURRENCY: "-1" } });
});
