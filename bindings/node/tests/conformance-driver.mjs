// The conformance driver of the Node.js binding: performs one case of cases.json and prints what came of it.
import { readFileSync } from "node:fs";
import * as mpmeter from "mpmeter";

/** `$NAME` is the environment variable; anything else is itself. */
const text = (value) =>
  typeof value === "string" && value.startsWith("$") ? process.env[value.slice(1)] : value;

/** The name that the table has for a key of the binding's. */
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The name that the binding has for a key of the table's. */
const camel = (name) => name.replace(/_./g, ([, letter]) => letter.toUpperCase());

function clientOptions(options) {
  const given = {
    publicKeys: options.public_keys.map((key) => ({
      version: Number(text(key.version)),
      pem: key.file === undefined ? text(key.pem) : readFileSync(text(key.file)),
    })),
  };
  // Every other option is the client's own, under the same name.
  for (const [name, value] of Object.entries(options)) {
    if (name !== "public_keys" && name !== "cancel_after_ms") given[camel(name)] = value;
  }
  return given;
}

function registration(found) {
  const printed = Object.fromEntries(Object.entries({ ...found }).map(([name, value]) => [snake(name), value]));
  return { ...printed, issued_at: found.issuedAt === null ? null : found.issuedAt.getTime() / 1000 };
}

/** A signal that is aborted when the case says so; undefined if it does not. */
function signalOf({ cancel_after_ms: after }) {
  if (after === undefined) return undefined;
  return after === 0 ? AbortSignal.abort() : AbortSignal.timeout(after);
}

/** Performs the steps of a meter; `found` has what is printed, after a failure too. */
async function steps(client, given, signal, found) {
  const names = { whole_units: "wholeUnits", hold_late: "holdLate" };
  const flags = Object.fromEntries((given.flags ?? []).map((flag) => [names[flag], true]));
  found.steps = 0;
  const meter = await client.openMeter(given.product_code, given.journal, flags);
  const does = {
    check: ({ dimension }) => meter.check(dimension, { signal }),
    add: ({ dimension, quantity, tags }) => meter.add(dimension, quantity, { tags }),
    send: ({ final = false }) => meter.send({ final, signal }),
    next_due: async () => (found.due = (await meter.nextDue()) === 0),
    report: async () => {
      const books = await meter.report();
      for (const part of ["pending", "held", "sent"]) {
        found[part] = books[part].map(({ dimension, quantity }) => `${dimension}=${quantity}`).sort();
      }
    },
  };
  for (const step of given.steps) {
    await does[step.step](step);
    found.steps += 1;
  }
  meter.close();
  return found;
}

async function single(client, given, signal) {
  const { product_code: code, dimension, quantity, timestamp, client_token: clientToken, dry_run: dryRun } = given;
  const at = timestamp === undefined ? undefined : new Date(timestamp * 1000);
  return { record_id: await client.meterUsage(code, dimension, quantity, { at, clientToken, dryRun, signal }) };
}

async function call(name, given, options, partly) {
  const signal = signalOf(options);
  switch (name) {
    case "endpoint":
      return {
        endpoint: mpmeter.endpoint(given.region, {
          fips: given.kinds.includes("fips"),
          dualstack: given.kinds.includes("dualstack"),
        }),
      };
    case "version":
      return { version: mpmeter.version() };
    case "diagnose": {
      const { product_code: code, register } = given;
      const found = await mpmeter.diagnose(code, { ...clientOptions(options), register, signal });
      return { verdict: found.code, first_failure: found.firstFailure, checks: found.report.checks.length };
    }
  }
  const client = new mpmeter.Client(clientOptions(options));
  switch (name) {
    case "verify": {
      const { token, product_code: productCode, public_key_version: publicKeyVersion, nonce } = given;
      return registration(client.verify(token, { productCode, publicKeyVersion, nonce }));
    }
    case "find_region": {
      const { name: region, source: region_source, platform, supported } = await client.findRegion({ signal });
      return { region, region_source, platform, supported };
    }
    case "meter":
      return steps(client, given, signal, partly);
    case "meter_usage":
      return single(client, given, signal);
    case "register_usage_twice":
      await client.registerUsage(given.product_code, { nonce: given.nonce, signal });
  }
  return registration(await client.registerUsage(given.product_code, { nonce: given.nonce, signal }));
}

async function perform({ call: { function: name, arguments: given }, options }) {
  const known = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, text(value)]));
  const partly = {};
  try {
    const found = await call(name, known, options, partly);
    const ok = { status: "MPMETER_OK", code: 0, action: "proceed", message: "It worked.", fix: "", error_type: null };
    return { ...ok, ...found };
  } catch (error) {
    if (!(error instanceof mpmeter.MpmeterError)) throw error;
    return { ...error.toJSON(), text: error.text, error_type: error.constructor.name, ...partly };
  }
}

/** From the classes, as the binding has them; nothing is asked of the library. */
function statuses() {
  const rows = Object.values(mpmeter)
    .filter((kind) => kind?.prototype instanceof mpmeter.MpmeterError)
    .map((kind) => ({ status: kind.code, code: kind.number, action: kind.action, error_type: kind.name }))
    .sort((one, other) => one.code - other.code);
  return [{ status: "MPMETER_OK", code: 0, action: "proceed", error_type: null }, ...rows];
}

const [, , argument] = process.argv;
const printed = argument === "--statuses" ? statuses() : await perform(JSON.parse(readFileSync(argument, "utf8")));
console.log(JSON.stringify(printed));
