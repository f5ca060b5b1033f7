/**
 * Decides how a call that blocks in the library becomes a promise, and how an AbortSignal and the end of the process
 * stop it.
 */
"use strict";

const { AsyncResource } = require("node:async_hooks");
const native = require("./native.js");

const KIND = { registerUsage: 0, findRegion: 1, diagnose: 2 };
const LEVELS = ["debug", "info", "warn"];

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
  return new Promise((resolve) => {
    const log = logTo(logger);
    const listener = (level, what) => {
      if (level !== null) {
        log(level, what);
        return;
      }
      signal?.removeEventListener("abort", abort);
      resolve(what);
    };
    const started = native.start(kind, handle, texts[0], texts[1], asks, signal?.aborted === true, listener);
    const abort = () => native.cancel(started);
    if (typeof started === "number") signal?.addEventListener("abort", abort);
    else resolve(started);
  });
}

module.exports = { KIND, perform };
