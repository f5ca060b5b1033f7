/** Decides what a call returns: frozen values that hold nothing of the library's memory. */
"use strict";

const { inspect } = require("node:util");

/** Seconds since 1970 as a Date; 0 means unknown, and what no calendar can hold is unknown too. */
function moment(seconds) {
  const date = new Date(seconds * 1000);
  return seconds === 0 || Number.isNaN(date.getTime()) ? null : date;
}

class Registration {
  #json;

  constructor({ json, issuedAt, ...fields }) {
    this.#json = json;
    Object.assign(this, fields, { issuedAt: moment(issuedAt) });
    Object.freeze(this);
  }

  toJSON() {
    return JSON.parse(this.#json);
  }

  /** Leaves the signature out: it is long, and a proof that a log need not hold. */
  [inspect.custom](depth, options) {
    return `Registration ${inspect({ ...this, signature: "…" }, options)}`;
  }
}

class Diagnosis {
  constructor(json) {
    this.report = JSON.parse(json);
    this.json = json;
    this.code = this.report.status;
    this.action = this.report.action;
    this.firstFailure = this.report.first_failure;
    Object.freeze(this);
  }
}

const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** Usage of a dimension in an hour. */
function entry(row) {
  const fields = Object.entries(row).map(([key, value]) => [camel(key), value]);
  const parsed = { hour: new Date(row.hour), ...(row.tags !== undefined && { tags: JSON.parse(row.tags) }) };
  return Object.freeze({ ...Object.fromEntries(fields), ...parsed });
}

/** What a journal says of itself. A dimension may be called whatever it likes, so the totals keep their keys. */
class Books {
  constructor(json) {
    const { product_code, journal, identity, pending, held, sent, totals } = JSON.parse(json);
    this.productCode = product_code;
    this.journal = journal;
    this.identity = identity;
    this.pending = Object.freeze(pending.map(entry));
    this.held = Object.freeze(held.map(entry));
    this.sent = Object.freeze(sent.map(entry));
    this.totals = Object.freeze(totals);
    Object.freeze(this);
  }
}

module.exports = { Registration, Diagnosis, Books };
