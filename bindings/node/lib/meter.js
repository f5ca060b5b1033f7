/**
 * Decides how a program meters usage: `Meter` adds and sends, and `Sender` sends by timers.
 *
 * Adds to one journal are written one after the other, whoever asks; so a meter hands them to the library one at a
 * time, in the order in which they came, instead of letting threads wait for each other.
 */
"use strict";

const { KIND, perform } = require("./calls.js");
const check = require("./checks.js");
const native = require("./native.js");
const { ended, signalOf, taken } = require("./options.js");
const { Books } = require("./results.js");
const { CancelledError, JournalBusyError } = require("./statuses.js");
const { MpmeterError } = require("./error.js");

/** Options of a meter, and of a single record, beside a client's. */
const METER_OPTIONS = ["wholeUnits", "holdLate"];
const USAGE_OPTIONS = ["at", "clientToken", "dryRun", "signal"];

/** Others may add to the journal, and clocks are set: the sender looks again after so long. */
const LONGEST_WAIT_MS = 60_000;
/** The longest time that a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What only openMeter() has, so that nobody makes a meter of something else. */
const INSIDE = Symbol("inside");

class Meter {
  #handle;
  #logger;
  #added = Promise.resolve();

  constructor(inside, handle, logger) {
    if (inside !== INSIDE) throw check.typeError("a meter is made by openMeter()");
    this.#handle = handle;
    this.#logger = logger;
  }

  async check(dimension, options = {}) {
    check.object("options", options, ["signal"]);
    const signal = signalOf(options);
    const texts = [dimension === undefined || dimension === null ? null : check.text("dimension", dimension)];
    ended(await this.#perform(KIND.check, { texts, signal }), signal);
  }

  async add(dimension, quantity, options = {}) {
    const { tags } = check.object("options", options, ["tags"]);
    const texts = [check.text("dimension", dimension), check.quantity(quantity), ...check.tags(tags)];
    const handle = this.#open();
    const adding = this.#added.then(() => perform(KIND.add, handle, { texts, logger: this.#logger }));
    this.#added = adding.catch(() => {});
    taken(await adding);
  }

  async send(options = {}) {
    const { final = false } = check.object("options", options, ["final", "signal"]);
    await this.#send(check.boolean("final", final), signalOf(options), true);
  }

  async nextDue() {
    return taken(await this.#perform(KIND.nextDue));
  }

  async report() {
    return new Books(taken(await this.#perform(KIND.report)));
  }

  startSending(options = {}) {
    const { graceMs = 25_000, onError, ref = false } = check.object("options", options, ["graceMs", "onError", "ref"]);
    const grace = check.milliseconds("graceMs", graceMs);
    if (grace < 0) throw check.invalid(`graceMs: ${grace} is negative`);
    if (onError !== undefined && typeof onError !== "function") {
      throw check.typeError(`onError must be a function, not ${check.described(onError)}`);
    }
    this.#open();
    const keeps = check.boolean("ref", ref);
    return new Sender(INSIDE, {
      due: async () => taken(await this.#perform(KIND.nextDue, { keeps })),
      send: (final, signal, keeping) => this.#send(final, signal, keeping),
      added: () => this.#added,
      grace,
      onError,
      keeps,
    });
  }

  close() {
    const handle = this.#handle;
    this.#handle = undefined;
    // Adds that wait for their turn were asked for before.
    if (handle !== undefined) this.#added.then(() => native.close(handle));
  }

  async #send(final, signal, keeps) {
    ended(await this.#perform(KIND.send, { flags: Number(final), signal, keeps }), signal);
  }

  #perform(kind, given) {
    return perform(kind, this.#open(), { ...given, logger: this.#logger });
  }

  #open() {
    if (this.#handle !== undefined) return this.#handle;
    throw Object.assign(new Error("the meter is closed"), { code: "ERR_INVALID_STATE" });
  }
}

class Sender {
  #meter;
  #timer;
  #step;
  #stop = new AbortController();
  #closed;

  constructor(inside, meter) {
    if (inside !== INSIDE) throw check.typeError("a sender is made by startSending()");
    this.#meter = meter;
    this.#wait(0);
  }

  close() {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end() {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await this.#step;
    await this.#meter.added();
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), Math.min(this.#meter.grace, LONGEST_TIMER_MS));
    try {
      await this.#meter.send(true, over.signal, true);
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      const message = `The last send took longer than ${this.#meter.grace} ms; the rest waits in the journal.`;
      throw new CancelledError(message, error.fix, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  #wait(milliseconds) {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#step = this.#look();
    }, milliseconds);
    if (!this.#meter.keeps) this.#timer.unref();
  }

  /** Sends if it is due, and waits for the next time. It never rejects. */
  async #look() {
    let wait = 1000;
    try {
      const due = await this.#meter.due();
      if (due === 0) await this.#meter.send(false, this.#stop.signal, this.#meter.keeps);
      else wait = Math.min(due, LONGEST_WAIT_MS);
    } catch (error) {
      // A meter that was closed has nothing more to send.
      if (!(error instanceof MpmeterError)) return;
      this.#tell(error);
    }
    this.#wait(wait);
  }

  #tell(error) {
    // While another process of the pod sends, there is nothing to do.
    if (this.#stop.signal.aborted || error instanceof JournalBusyError) return;
    try {
      if (this.#meter.onError === undefined) {
        process.emitWarning(`usage could not be sent: ${error.text}`, "MpmeterWarning");
      } else {
        this.#meter.onError(error);
      }
    } catch (thrown) {
      process.emitWarning(`onError threw: ${thrown}`, "MpmeterWarning");
    }
  }
}

// `using meter = …` and `await using sender = …`, where the language has them.
function disposable(kind, symbol) {
  const value = kind.prototype.close;
  if (symbol === undefined) return;
  Object.defineProperty(kind.prototype, symbol, { value, configurable: true, writable: true });
}
disposable(Meter, Symbol.dispose);
disposable(Sender, Symbol.asyncDispose);

/** Opens a journal on a client's handle. */
async function openMeter(client, logger, productCode, journal, options) {
  const { wholeUnits = false, holdLate = false } = check.object("options", options, METER_OPTIONS);
  const texts = [check.text("productCode", productCode), check.path("journal", journal)];
  const flags = Number(check.boolean("wholeUnits", wholeUnits)) | (Number(check.boolean("holdLate", holdLate)) << 1);
  return new Meter(INSIDE, taken(await perform(KIND.openMeter, client, { texts, flags, logger })), logger);
}

/** Sends one record on a client's handle. */
async function meterUsage(client, logger, productCode, dimension, quantity, options) {
  const { at, clientToken, dryRun = false } = check.object("options", options, USAGE_OPTIONS);
  const signal = signalOf(options);
  const texts = [
    check.text("productCode", productCode),
    check.text("dimension", dimension),
    check.quantity(quantity),
    clientToken === undefined ? null : check.text("clientToken", clientToken),
  ];
  const number = at === undefined ? 0 : check.seconds("at", at);
  const flags = Number(check.boolean("dryRun", dryRun));
  return ended(await perform(KIND.meterUsage, client, { texts, number, flags, signal, logger }), signal);
}

async function journalReport(journal) {
  return new Books(taken(await perform(KIND.journalReport, undefined, { texts: [check.path("journal", journal)] })));
}

module.exports = { Meter, Sender, openMeter, meterUsage, journalReport, METER_OPTIONS, USAGE_OPTIONS };
