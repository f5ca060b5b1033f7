/**
 * Decides how a call that blocks in the library becomes a promise, and how an AbortSignal and the end of the process
 * stop it.
 */
"use strict";

const { AsyncResource } = require("node:async_hooks");
const native = require("./native.js");

/** The order is src/work.h's. */
const KINDS = [
  "registerUsage",
  "findRegion",
  "diagnose",
  "openMeter",
  "check",
  "add",
  "send",
  "nextDue",
  "report",
  "journalReport",
  "meterUsage",
  "diagnoseMetering",
];
const KIND = Object.freeze(Object.fromEntries(KINDS.map((name, number) => [name, number])));
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
 * @param handle the client's or the meter's, the options' for a diagnosis, undefined for a journal's report
 * @param given texts, flags, number, signal, logger; `keeps: false` lets the process end under the call
 * @returns {Promise<object>} what the addon answered: {status, value} or {status, message, …}
 */
function perform(kind, handle, { texts = [], flags = 0, number = 0, signal, logger, keeps = true } = {}) {
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
    const aborted = signal?.aborted === true;
    const started = native.start(kind, handle, texts, flags, number, aborted, listener, keeps);
    const abort = () => native.cancel(started);
    if (typeof started === "number") signal?.addEventListener("abort", abort);
    else resolve(started);
  });
}

module.exports = { KIND, perform };
