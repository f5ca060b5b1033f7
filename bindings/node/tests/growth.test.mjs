// Twenty thousand calls of each kind leave the process as large as it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inSandbox } from "./support.mjs";

test("20,000 calls of each kind leave nothing behind", async () => {
  const found = await inSandbox(["--scenario", "ecs-ec2"], "many.mjs");
  assert.equal(found.code, 0, found.stderr);
  for (const { kind, rounds } of JSON.parse(found.stdout)) {
    // The heaps of V8 and of malloc go up and down. What every call leaves makes each round of 2,000 larger.
    const growth = Math.min(...rounds.slice(1).map((bytes, index) => bytes - rounds[index]));
    assert.ok(growth < 2_000 * 256, `${kind}: ${rounds} bytes`);
  }
});
