// Ten thousand calls of each kind leave the process as large as it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inSandbox } from "./support.mjs";

test("10,000 calls of each kind need no more memory than 2,000", async () => {
  const found = await inSandbox(["--scenario", "ecs-ec2"], "many.mjs");
  assert.equal(found.code, 0, found.stderr);
  for (const { kind, before, after } of JSON.parse(found.stdout)) {
    // What a call leaked would be 100 bytes or more; the allocator's own ups and downs are below a tenth of that.
    assert.ok(after - before < 8 << 20, `${kind}: ${before} → ${after} bytes`);
  }
});
