// What calls return, in the scenarios of the sandbox.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRequire } from "node:module";
import { inspect } from "node:util";
import * as mpmeter from "mpmeter";
import { inSandbox } from "./support.mjs";

const registered = async (level, ...sandbox) => {
  const found = await inSandbox(["--scenario", "ecs-ec2", ...sandbox], "registers.cjs", level);
  assert.equal(found.code, 0, found.stderr);
  return { ...found, ...JSON.parse(found.stdout) };
};

test("a registration tells what it found, and the proof can be verified again", async () => {
  const { first, sameProof, again, region, services, frozen } = await registered("info", "--region", "eu-west-3");
  const { regionSource, credentialsSource, platform, productKind, verified, attempts } = first;
  const seen = { region: first.region, regionSource, credentialsSource, platform, productKind, verified, attempts };
  assert.deepEqual(seen, {
    region: "eu-west-3",
    regionSource: "ecs-task-metadata",
    credentialsSource: "ecs-task-role",
    platform: "ecs",
    productKind: "paid",
    verified: true,
    attempts: 1,
  });
  assert.ok(Math.abs(Date.parse(first.issuedAt) - Date.now()) < 600_000);
  assert.ok(frozen);
  assert.ok(sameProof, "calls at the same time and later ones share one registration");
  assert.equal(services.filter((service) => service === "metering").length, 1);
  assert.equal(again.region, null);
  assert.equal(again.attempts, 0);
  assert.deepEqual(region, { name: "eu-west-3", source: "ecs-task-metadata", platform: "ecs", supported: true });
});

test("the logger gets the lines of its level, and each retry", async () => {
  const info = await registered("info", "--fault", "throttle:1");
  assert.ok(info.lines.some(([level, line]) => level === "info" && line.includes("attempt 2")), inspect(info.lines));
  assert.ok(!info.lines.some(([level]) => level === "debug"));
  const debug = await registered("debug");
  assert.ok(debug.lines.some(([level, line]) => level === "debug" && line.includes("HTTP 200")));
});

test("import and require find one and the same", () => {
  const required = createRequire(import.meta.url)("mpmeter");
  for (const name of Object.keys(required)) assert.equal(mpmeter[name], required[name], name);
});

test("copies of the package in one program, as test runners make them, each get their own answers", async () => {
  const require = createRequire(import.meta.url);
  const copy = () => {
    for (const file of Object.keys(require.cache)) if (file.endsWith(".js")) delete require.cache[file];
    return new (require("mpmeter").Client)({ unverifiedKeyVersion: 1 });
  };
  const calls = [copy(), copy(), copy()].map((client) => client.registerUsage("not a code").catch(({ code }) => code));
  assert.deepEqual(await Promise.all(calls), Array(3).fill("MPMETER_E_INVALID_ARGUMENT"));
});

test("the endpoint follows AWS's rules", () => {
  assert.equal(mpmeter.endpoint("eu-west-3"), "https://metering.marketplace.eu-west-3.amazonaws.com");
  assert.match(mpmeter.endpoint("us-east-1", { fips: true, dualstack: true }), /fips.*\.api\.aws$/);
});

test("a diagnosis reports its checks, and needs no key and no product", async () => {
  const found = await mpmeter.diagnose();
  assert.ok(found.report.checks.length > 5);
  assert.deepEqual(JSON.parse(found.json), found.report);
  assert.equal(found.report.status, found.code);
  assert.ok(Object.isFrozen(found));
});

test("a diagnosis of metering looks at the journal and the dimensions", async () => {
  const found = await mpmeter.diagnoseMetering(null, { journal: "/missing/usage", dimensions: ["requests", "a-dash"] });
  const outcomes = Object.fromEntries(found.report.checks.map(({ id, outcome }) => [id, outcome]));
  assert.equal(outcomes["journal-place"], "fail");
  assert.equal(outcomes.dimensions, "fail");
  assert.equal(outcomes["dry-run"], "skipped");
});

test("what a logger throws becomes a warning", async () => {
  const warned = new Promise((resolve) => process.once("warning", resolve));
  const logger = { debug: () => assert.fail("meant to be") };
  const client = new mpmeter.Client({ unverifiedKeyVersion: 1, logger, logLevel: "debug", deadlineMs: 5000 });
  await client.findRegion().catch(() => {});
  const warning = await warned;
  assert.match(warning.message, /the logger threw: .*meant to be/);
});

test("the signature is left out of what is shown, not of what is there", async () => {
  const { first, shown } = await registered("info");
  assert.match(first.signature, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.match(shown, /^Registration \{/);
  assert.ok(!shown.includes(first.signature));
});

test("as JSON a registration has the keys of the command line", async () => {
  const { json, first } = await registered("info");
  assert.equal(json.status, "MPMETER_OK");
  assert.equal(json.region_source, first.regionSource);
  assert.equal(json.signature, first.signature);
});
