/**
 * Decides which addon is loaded: the one in this package for the machine and its libc. No variable names another,
 * because the environment is the buyer's, and whoever chooses the addon chooses the answer.
 */
"use strict";

const fs = require("node:fs");
const path = require("node:path");

/** Whether Node.js itself runs on musl: its loader's path is near the start of the executable. */
function isMusl() {
  let file;
  try {
    file = fs.openSync(process.execPath, "r");
    const head = Buffer.alloc(4096);
    fs.readSync(file, head, 0, head.length, 0);
    return head.includes("/ld-musl-");
  } catch {
    return fs.existsSync(`/lib/ld-musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`);
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

function load() {
  const place = path.join("prebuilds", `linux-${process.arch}`, `mpmeter.${isMusl() ? "musl" : "glibc"}.node`);
  const file = path.join(__dirname, "..", place);
  try {
    return require(file);
  } catch (cause) {
    const wanted = "it needs Node.js 18 or later on Linux, x64 or arm64, with glibc or musl 1.2";
    const here = `${process.platform} ${process.arch}, Node.js ${process.version}`;
    const message = `mpmeter: ${place} cannot be loaded here (${here}; ${wanted}): ${cause.message}`;
    throw Object.assign(new Error(message, { cause }), { code: cause.code ?? "ERR_DLOPEN_FAILED" });
  }
}

module.exports = load();
