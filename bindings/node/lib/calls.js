/**
 * Decides how a call that blocks in the library becomes a promise, and how an AbortSignal and the end of the process
 * stop it.
 */
"use strict";

const { AsyncResource } = require("node:async_hooks");
const native = require("./native.js");

const KIND = { registerUsage: 0, findRegion: 1, diagnose: 2 };
const LEVELS = ["debug", "info", "warn"];

/** Calls under way, by number. */
const calls = new Map();
let last = 0;

native.listen((id, level, what) => {
  const call = calls.get(id);
  if (call === undefined) return;
  if (level !== null) {
    call.log(level, what);
    return;
  }
  calls.delete(id);
  call.end(what);
});

// Otherwise process.exit() would take the process down around threads that are still at work.
process.on("exit", () => native.stop());

/** What a logger throws must not end the program; nor must it go unseen. */
function logTo(logger) {
  return AsyncResource.bind((level, line) => {
    try {
      logger?.[LEVELS[level] ?? "warn"]?.(line);
    } catch (error) {
      process.emitWarning(`the logger threw: ${error}`, "MpmeterWarning");
    }
  });
}

/**
 * Performs a call on a thread of its own.
 *
 * @param kind one of KIND
 * @param handle the client's, or the options' for a diagnosis
 * @param given texts, asks, signal, logger
 * @returns {Promise<object>} what the addon answered: {status, value} or {status, message, …}
 */
function perform(kind, handle, { texts = [], asks = false, signal, logger }) {
  return new Promise((resolve, reject) => {
    const id = (last = (last + 1) >>> 0);
    const abort = () => native.cancel(id);
    const end = (outcome) => {
      signal?.removeEventListener("abort", abort);
      resolve(outcome);
    };
    calls.set(id, { end, log: logTo(logger) });
    try {
      const refused = native.start(id, kind, handle, texts[0], texts[1], asks, signal?.aborted === true);
      if (refused === null) {
        signal?.addEventListener("abort", abort);
        return;
      }
      resolve(refused);
    } catch (error) {
      reject(error);
    }
    calls.delete(id);
  });
}

module.exports = { KIND, perform };
