// The table of classes is the library's table of statuses, in JavaScript and in TypeScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mpmeter from "mpmeter";

const require = createRequire(import.meta.url);
const root = path.dirname(require.resolve("mpmeter/package.json"));
const native = require(path.join(root, "lib/native.js"));
const classes = Object.values(mpmeter).filter((kind) => kind?.prototype instanceof mpmeter.MpmeterError);

test("each status but OK has its class, with its number and action", () => {
  const mine = classes.map(({ number, code, action }) => ({ number, code, action }));
  mine.sort((one, other) => one.number - other.number);
  assert.deepEqual(mine, native.statuses().slice(1));
});

test("the declarations name the same classes and codes", () => {
  const declared = readFileSync(path.join(root, "lib/statuses.d.ts"), "utf8");
  const found = declared.matchAll(/class (\w+) extends MpmeterError \{\s+readonly code: "(\w+)"/g);
  const mine = classes.map(({ name, code }) => [name, code]).sort();
  assert.deepEqual([...found].map(([, name, code]) => [name, code]).sort(), mine);
});

test("the package has the library's version", () => {
  const { version } = require("mpmeter/package.json");
  assert.equal(version, mpmeter.version());
  assert.equal(version, readFileSync(path.join(process.env.MPMETER_SOURCE, "VERSION"), "utf8").trim());
});

test("an error shows its class, code and fix, and has the keys of the command line as JSON", () => {
  const error = new mpmeter.ThrottledError("Rate exceeded.", "Wait.");
  assert.equal(String(error), "ThrottledError: Rate exceeded.");
  assert.match(inspect(error), /code: 'MPMETER_E_THROTTLED'/);
  const { status, code, action, message, fix } = JSON.parse(JSON.stringify(error));
  const whole = { status: "MPMETER_E_THROTTLED", code: 38, action: "retry", message: "Rate exceeded.", fix: "Wait." };
  assert.deepEqual({ status, code, action, message, fix }, whole);
  assert.equal(error.text, "MPMETER_E_THROTTLED (retry): Rate exceeded. Fix: Wait.");
});

test("the library's own errors have its own line of text, which names what is known", async () => {
  const client = new mpmeter.Client({ unverifiedKeyVersion: 1 });
  const error = await client.registerUsage("not a code").catch((error) => error);
  assert.match(error.text, /^MPMETER_E_INVALID_ARGUMENT \(terminate\): .* Fix: .* \[.*platform=.*\]$/);
  assert.equal(JSON.parse(JSON.stringify(error)).region, undefined);
});

test("a status that is newer than the package arrives as MpmeterError, with its own code", () => {
  const { errorOf } = require(path.join(root, "lib/error.js"));
  const error = errorOf({ status: 99, name: "MPMETER_E_UNKNOWN", message: "m", fix: "f" });
  assert.equal(error.constructor, mpmeter.MpmeterError);
  assert.deepEqual([error.code, error.number, error.action], ["MPMETER_E_UNKNOWN", 99, "terminate"]);
});
