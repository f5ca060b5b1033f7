// The package as its users get it: installed by npm into an empty project, its addon, and the README's program.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { run } from "./support.mjs";

const source = process.env.MPMETER_SOURCE;
const project = mkdtempSync(path.join(tmpdir(), "mpmeter-npm-"));
after(() => rmSync(project, { recursive: true }));
const CODE = "4w1vgsrkqdkypbz43g7qkk4uz";

async function done(command, given, options) {
  const found = await run(command, given, options);
  assert.equal(found.code, 0, found.stdout + found.stderr);
  return found.stdout;
}

test("the README's program is the example", () => {
  const readme = readFileSync(path.join(source, "bindings/node/README.md"), "utf8");
  const [, program] = readme.match(/<!-- examples\/node\/register\.mjs -->\n```js\n(.*?)```/s);
  assert.equal(program, readFileSync(path.join(source, "examples/node/register.mjs"), "utf8"));
});

test("npm installs it into an empty project, where the example registers and is refused", async () => {
  writeFileSync(path.join(project, "package.json"), '{"name": "product", "version": "1.0.0", "private": true}');
  const offline = ["--offline", "--no-audit", "--no-fund", "--cache", path.join(project, ".npm")];
  const npm = [process.env.MPMETER_NPM, "install", ...offline, process.env.MPMETER_NODE_PACKAGE];
  await done(process.execPath, npm, { cwd: project });
  copyFileSync(path.join(source, "examples/node/register.mjs"), path.join(project, "register.mjs"));
  const script = `cp "$MPMETER_SANDBOX_PUBLIC_KEY" product.pem && exec "${process.execPath}" register.mjs`;
  const start = async (...sandbox) => {
    const given = ["run", "--scenario", "ecs-fargate", "--region", "eu-west-3", ...sandbox, "--", "sh", "-c", script];
    return run(process.env.MPMETER_SANDBOX, given, { cwd: project });
  };
  const entitled = await start("--product", `${CODE}=entitled`);
  assert.equal(entitled.code, 0, entitled.stderr);
  assert.match(entitled.stdout, /registered in eu-west-3: the product begins here/);
  const refused = await start("--product", `${CODE}=not-entitled`);
  assert.equal(refused.code, 1, refused.stderr);
  assert.match(refused.stderr, /not registered: MPMETER_E_CUSTOMER_NOT_ENTITLED \(terminate\): .*Fix: /);
});

test("the README's commands without AWS run its program, and each of its blocks", async () => {
  const readme = readFileSync(path.join(source, "bindings/node/README.md"), "utf8");
  const section = readme.split("\n## Test it without AWS\n")[1];
  const commands = section.match(/\n\n((?: {4}.*\n)* {4}openssl .*\n(?: {4}.*\n)*)/)[1];
  const places = [path.dirname(process.env.MPMETER_SANDBOX), path.dirname(process.execPath), process.env.PATH];
  const env = { ...process.env, PATH: places.join(":") };
  const program = readFileSync(path.join(source, "examples/node/register.mjs"), "utf8");
  const blocks = [...readme.matchAll(/(?<!-->\n)```js\n(.*?)```/gs)].map(([, block]) => block);
  assert.ok(blocks.length >= 4);
  for (const [number, block] of [program, ...blocks].entries()) {
    const folder = path.join(project, `block-${number}`); // Below the project: the package is found there.
    mkdirSync(folder);
    writeFileSync(path.join(folder, "register.mjs"), block);
    const ended = await run("sh", ["-ec", commands], { cwd: folder, env });
    assert.equal(ended.code, 0, block + ended.stderr);
    if (block === program) assert.match(ended.stdout, /registered in eu-west-3: the product begins here/);
  }
});

test("the addon shows nothing but its registration, and needs nothing but libc", async () => {
  const addon = path.join(project, "node_modules/mpmeter/prebuilds", `linux-${process.arch}/mpmeter.glibc.node`);
  const shown = (await done("nm", ["-D", "--defined-only", addon])).trim().split("\n");
  assert.deepEqual(shown.map((line) => line.split(" ").at(-1)).sort(), [
    "napi_register_module_v1",
    "node_api_module_get_api_version_v1",
  ]);
  const needed = [...(await done("readelf", ["-d", addon])).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
  assert.deepEqual(needed.filter((name) => !/^(libc|libm|libpthread|libdl|ld-linux.*)\.so/.test(name)), []);
});

test("the package holds no time and no owner, and the licences and the bill of what is inside", async () => {
  const listed = (await done("tar", ["-tvzf", process.env.MPMETER_NODE_PACKAGE])).trim().split("\n");
  assert.ok(listed.every((line) => line.includes("1970-01-01") && line.includes(" 0/0 ")), listed.join("\n"));
  for (const name of ["licenses/COPYING.curl", "sboms/libmpmeter-x86_64-linux-gnu.cdx.json"]) {
    assert.ok(listed.some((line) => line.endsWith(`package/${name}`)), name);
  }
});
