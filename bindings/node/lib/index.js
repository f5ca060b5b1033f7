/** Decides what the package exports. index.d.ts says what each of it does. */
"use strict";

const { Client, registerUsage, verify, diagnose, endpoint, version } = require("./client.js");
const { MpmeterError } = require("./error.js");

// Written so that `import { Client } from "mpmeter"` finds each name.
module.exports = {
  Client,
  registerUsage,
  verify,
  diagnose,
  endpoint,
  version,
  MpmeterError,
  ...require("./statuses.js"),
};
