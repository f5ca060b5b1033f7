/**
 * Decides what JavaScript may pass. A wrong type is a TypeError; a value that C cannot hold, or that the library
 * refuses, is an InvalidArgumentError.
 */
"use strict";

const { fileURLToPath } = require("node:url");
const { types } = require("node:util");
const native = require("./native.js");
const { InvalidArgumentError } = require("./statuses.js");

/** Numbers of the library's interface. */
const INT32 = 2 ** 31;

function typeError(message) {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
}

/** The error of an argument that never reached the library. */
function invalid(message) {
  return new InvalidArgumentError(message, native.describe(InvalidArgumentError.number).fix);
}

function described(value) {
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return value.constructor?.name || "object";
}

/** A text for C, where it ends at the first NUL, in UTF-8, which cannot hold half a pair. */
function text(name, value) {
  if (typeof value !== "string") throw typeError(`${name} must be a string, not ${described(value)}`);
  if (value.includes("\0")) throw invalid(`${name}: the text holds a NUL`);
  if (/\p{Surrogate}/u.test(value)) throw invalid(`${name}: the text holds half of a surrogate pair`);
  return value;
}

/** The text of a PEM: a string, or bytes as fs.readFileSync() returns them. */
function pem(name, value) {
  if (!types.isUint8Array(value)) return text(name, value);
  try {
    return text(name, new TextDecoder("utf-8", { fatal: true }).decode(value));
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
    throw invalid(`${name}: the bytes are not UTF-8`);
  }
}

/** A whole number that fits in 32 bits. */
function integer(name, value) {
  if (typeof value !== "number") throw typeError(`${name} must be a number, not ${described(value)}`);
  if (!Number.isInteger(value) || value < -INT32 || value >= INT32) throw invalid(`${name}: ${value} is out of range`);
  return value;
}

/** Milliseconds, rounded up, so that no time becomes none. */
function milliseconds(name, value) {
  if (typeof value !== "number") throw typeError(`${name} must be a number, not ${described(value)}`);
  const whole = Math.ceil(value);
  if (!Number.isSafeInteger(whole)) throw invalid(`${name}: ${value} is not from 1 ms to a day`);
  return whole;
}

/** The text of an exact decimal. A number that is not whole is refused: 0.1 is not a tenth. */
function quantity(value) {
  if (typeof value === "string") return text("quantity", value);
  if (typeof value === "bigint") {
    if (value < 0n || value > 9_999_999_999n) throw invalid("quantity: it is not from 0 to 9999999999.999999");
    return value.toString();
  }
  if (typeof value !== "number") {
    throw typeError(`quantity must be a string, bigint or number, not ${described(value)}`);
  }
  if (Number.isSafeInteger(value)) return String(value);
  throw invalid(`quantity: the number ${value} is not exact; write it as a string, such as "0.25"`);
}

/** Keys and values in turn, of an object of texts. */
function tags(value) {
  if (value === undefined) return [];
  return Object.entries(object("tags", value)).flatMap(([key, each]) => [
    text("tags", key),
    text(`tags[${JSON.stringify(key)}]`, each),
  ]);
}

/** Those of an array. */
function texts(name, value) {
  if (!Array.isArray(value)) throw typeError(`${name} must be an array, not ${described(value)}`);
  return value.map((each) => text(name, each));
}

/** A path as Node.js's fs takes it: a string, or a file: URL. */
function path(name, value) {
  return text(name, value instanceof URL ? fileURLToPath(value) : value);
}

/** Seconds since 1970 of a Date. C reads 0 as now; the second after is as far from what AWS accepts. */
function seconds(name, value) {
  if (!types.isDate(value)) throw typeError(`${name} must be a Date, not ${described(value)}`);
  const whole = Math.floor(value.getTime() / 1000);
  if (Number.isNaN(whole)) throw invalid(`${name}: it is an invalid Date`);
  return whole === 0 ? 1 : whole;
}

function boolean(name, value) {
  if (typeof value !== "boolean") throw typeError(`${name} must be a boolean, not ${described(value)}`);
  return value;
}

/** The number that stands for one of some texts. */
function choice(name, value, numbers) {
  if (typeof value !== "string") throw typeError(`${name} must be a string, not ${described(value)}`);
  if (!Object.hasOwn(numbers, value)) {
    throw invalid(`${name}: ${JSON.stringify(value)} is none of ${Object.keys(numbers).join(", ")}`);
  }
  return numbers[value];
}

/** An object whose keys are all known: a misspelt option must not be one that is left out. */
function object(name, value, known) {
  if (value === null || typeof value !== "object") {
    throw typeError(`${name} must be an object, not ${described(value)}`);
  }
  for (const key of Object.keys(value)) {
    if (known !== undefined && !known.includes(key)) {
      throw Object.assign(new TypeError(`${name}: there is no option ${key}`), { code: "ERR_INVALID_ARG_VALUE" });
    }
  }
  return value;
}

/** An AbortSignal, Node.js's or a polyfill's. */
function signal(value) {
  if (typeof value?.aborted === "boolean" && typeof value.addEventListener === "function") return value;
  throw typeError(`signal must be an AbortSignal, not ${described(value)}`);
}

module.exports = {
  typeError,
  invalid,
  described,
  text,
  texts,
  pem,
  integer,
  milliseconds,
  quantity,
  tags,
  path,
  seconds,
  boolean,
  choice,
  object,
  signal,
};
