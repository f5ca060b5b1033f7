/** Decides what an error tells: the class that stands above those of statuses.js. */
"use strict";

/** Keys that are there on every error, null where the call did not get so far. */
const KNOWN = ["httpStatus", "awsType", "requestId", "region", "regionSource", "credentialsSource", "platform"];

const snake = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const ended = (text) => (/[.!?…]$/u.test(text) ? text : `${text}.`);

const byNumber = new Map();

class MpmeterError extends Error {
  constructor(message, fix = "", known = {}) {
    super(message, known.cause === undefined ? undefined : { cause: known.cause });
    this.code = new.target.code;
    this.number = new.target.number;
    this.action = new.target.action;
    this.fix = fix;
    for (const key of KNOWN) this[key] = known[key] ?? null;
    this.attempts = known.attempts ?? 0;
    this.elapsedMs = known.elapsedMs ?? 0;
    this.#text = known.text;
  }

  #text;

  get text() {
    const sentences = [this.message, this.fix].filter((text) => text !== "").map(ended);
    return this.#text ?? `${this.code} (${this.action}): ${sentences.join(" Fix: ")}`;
  }

  toJSON() {
    const { code: status, number: code, action, message, fix, attempts, elapsedMs: elapsed_ms } = this;
    const known = KNOWN.filter((key) => this[key] !== null).map((key) => [snake(key), this[key]]);
    return { status, code, action, message, fix, ...Object.fromEntries(known), attempts, elapsed_ms };
  }
}

// A status that is newer than this package arrives as MpmeterError itself, with its own code.
Object.assign(MpmeterError, { code: "MPMETER_E_INTERNAL", number: 61, action: "terminate" });

/** Makes the class of a status. `shown` is what instances are called, if not by the class's name. */
function define(name, status, number, action, shown = name) {
  const kind = { [name]: class extends MpmeterError {} }[name];
  Object.assign(kind, { code: `MPMETER_E_${status}`, number, action });
  setName(kind, shown);
  byNumber.set(number, kind);
  return kind;
}

/** On the prototype, as with the built-in errors: where a stack trace and console.log() look. */
function setName(kind, value) {
  Object.defineProperty(kind.prototype, "name", { value, configurable: true, writable: true });
}

setName(MpmeterError, "MpmeterError");

/** The error for what the addon answered: {status, name, message, fix, …}. */
function errorOf(outcome, cause) {
  const kind = byNumber.get(outcome.status) ?? MpmeterError;
  const error = new kind(outcome.message, outcome.fix, { ...outcome, cause });
  if (kind === MpmeterError) Object.assign(error, { code: outcome.name, number: outcome.status });
  return error;
}

module.exports = { MpmeterError, define, errorOf };
