/** Decides what the package exports. index.d.ts says what each of it does. */
"use strict";

const client = require("./client.js");
const { Client, registerUsage, verify, diagnose, diagnoseMetering, endpoint, version, openMeter, meterUsage } = client;
const { MpmeterError } = require("./error.js");
const { Meter, Sender, journalReport } = require("./meter.js");

// Written so that `import { Client } from "mpmeter"` finds each name.
module.exports = {
  Client,
  Meter,
  Sender,
  registerUsage,
  verify,
  diagnose,
  diagnoseMetering,
  endpoint,
  version,
  openMeter,
  meterUsage,
  journalReport,
  MpmeterError,
  ...require("./statuses.js"),
};
