/** Decides what a program calls: `Client`, and the functions that make one for a single call. */
"use strict";

const { KIND, perform } = require("./calls.js");
const check = require("./checks.js");
const native = require("./native.js");
const meters = require("./meter.js");
const { NAMES, ended, prepare, signalOf, taken } = require("./options.js");
const { Diagnosis, Registration } = require("./results.js");

class Client {
  #handle;
  #logger;

  constructor(options = {}) {
    const { handle, logger } = prepare(check.object("options", options, NAMES));
    this.#handle = taken(native.newClient(handle));
    this.#logger = logger;
  }

  async registerUsage(productCode, options = {}) {
    const { nonce } = check.object("options", options, ["nonce", "signal"]);
    const signal = signalOf(options);
    const texts = [check.text("productCode", productCode), nonce === undefined ? null : check.text("nonce", nonce)];
    const outcome = await perform(KIND.registerUsage, this.#open(), { texts, signal, logger: this.#logger });
    return new Registration(ended(outcome, signal));
  }

  verify(token, options) {
    const { productCode, nonce, publicKeyVersion = 0 } = check.object("options", options, [
      "productCode",
      "nonce",
      "publicKeyVersion",
    ]);
    const outcome = native.verify(
      this.#open(),
      check.text("token", token),
      check.text("productCode", productCode),
      check.integer("publicKeyVersion", publicKeyVersion),
      check.text("nonce", nonce),
    );
    return new Registration(taken(outcome));
  }

  async findRegion(options = {}) {
    check.object("options", options, ["signal"]);
    const signal = signalOf(options);
    const outcome = await perform(KIND.findRegion, this.#open(), { signal, logger: this.#logger });
    return Object.freeze(ended(outcome, signal));
  }

  async openMeter(productCode, journal, options = {}) {
    return meters.openMeter(this.#open(), this.#logger, productCode, journal, options);
  }

  async meterUsage(productCode, dimension, quantity, options = {}) {
    return meters.meterUsage(this.#open(), this.#logger, productCode, dimension, quantity, options);
  }

  close() {
    if (this.#handle !== undefined) native.close(this.#handle);
    this.#handle = undefined;
  }

  #open() {
    if (this.#handle !== undefined) return this.#handle;
    throw Object.assign(new Error("the client is closed"), { code: "ERR_INVALID_STATE" });
  }
}

// `using client = new Client(…)`, where the language has it.
if (Symbol.dispose !== undefined) {
  const value = Client.prototype.close;
  Object.defineProperty(Client.prototype, Symbol.dispose, { value, configurable: true, writable: true });
}

/** The options that are a client's, and the rest, which are `own`. */
function split(options, own) {
  check.object("options", options, [...NAMES, ...own]);
  const entries = Object.entries(options);
  return [
    Object.fromEntries(entries.filter(([name]) => !own.includes(name))),
    Object.fromEntries(entries.filter(([name]) => own.includes(name))),
  ];
}

async function registerUsage(productCode, options = {}) {
  const [forClient, forCall] = split(options, ["nonce", "signal"]);
  const client = new Client(forClient);
  try {
    return await client.registerUsage(productCode, forCall);
  } finally {
    client.close();
  }
}

function verify(token, options = {}) {
  const [forClient, forCall] = split(options, ["productCode", "nonce"]);
  const client = new Client(forClient);
  try {
    return client.verify(token, { ...forCall, publicKeyVersion: forClient.publicKeyVersion ?? 0 });
  } finally {
    client.close();
  }
}

async function diagnose(productCode, options = {}) {
  const [forClient, { register = false, ...forCall }] = split(options, ["register", "signal"]);
  const signal = signalOf(forCall);
  const { handle, logger } = prepare(forClient);
  const texts = [productCode === undefined || productCode === null ? null : check.text("productCode", productCode)];
  const flags = Number(check.boolean("register", register));
  return new Diagnosis(ended(await perform(KIND.diagnose, handle, { texts, flags, signal, logger }), signal));
}

async function diagnoseMetering(productCode, options = {}) {
  const [forClient, { journal, dimensions = [], ...forCall }] = split(options, ["journal", "dimensions", "signal"]);
  const signal = signalOf(forCall);
  const { handle, logger } = prepare(forClient);
  const texts = [
    productCode === undefined || productCode === null ? null : check.text("productCode", productCode),
    journal === undefined || journal === null ? null : check.path("journal", journal),
    ...check.texts("dimensions", dimensions),
  ];
  return new Diagnosis(ended(await perform(KIND.diagnoseMetering, handle, { texts, signal, logger }), signal));
}

/** MeterUsage's answers are not signed: a client for metering needs no key. */
const forMetering = (options) => new Client({ unverifiedKeyVersion: 1, ...options });

async function openMeter(productCode, journal, options = {}) {
  const [forClient, forMeter] = split(options, meters.METER_OPTIONS);
  const client = forMetering(forClient);
  try {
    return await client.openMeter(productCode, journal, forMeter);
  } finally {
    client.close(); // The meter goes on.
  }
}

async function meterUsage(productCode, dimension, quantity, options = {}) {
  const [forClient, forCall] = split(options, meters.USAGE_OPTIONS);
  const client = forMetering(forClient);
  try {
    return await client.meterUsage(productCode, dimension, quantity, forCall);
  } finally {
    client.close();
  }
}

function endpoint(region, options = {}) {
  const { fips = false, dualstack = false } = check.object("options", options, ["fips", "dualstack"]);
  const kinds = Number(check.boolean("fips", fips)) | (Number(check.boolean("dualstack", dualstack)) << 1);
  return taken(native.endpoint(check.text("region", region), kinds));
}

const version = () => native.version();

module.exports = {
  Client,
  registerUsage,
  verify,
  diagnose,
  diagnoseMetering,
  endpoint,
  version,
  openMeter,
  meterUsage,
};
