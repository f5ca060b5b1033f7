// CommonJS: registers twice with one client, finds the Region, verifies the proof, and prints all of it.
const { readFileSync } = require("node:fs");
const { inspect } = require("node:util");
const { Client } = require("mpmeter");

async function main() {
  const lines = [];
  const logger = { debug: (line) => lines.push(["debug", line]), info: (line) => lines.push(["info", line]) };
  const publicKey = readFileSync(process.env.MPMETER_SANDBOX_PUBLIC_KEY);
  const client = new Client({ publicKey, logger, logLevel: process.argv[2], deadlineMs: 60_000 });
  const code = process.env.MPMETER_SANDBOX_PRODUCT_CODE;
  const [first, same] = await Promise.all([client.registerUsage(code), client.registerUsage(code)]);
  const again = await client.registerUsage(code);
  const { signature, nonce } = first;
  const verified = client.verify(signature, { productCode: code, nonce });
  const region = await client.findRegion();
  client.close();
  const sameProof = same.signature === signature && again.signature === signature;
  const shown = inspect(first);
  const frozen = Object.isFrozen(first);
  const seen = { first: { ...first }, json: first, sameProof, again: { ...verified }, region, lines, frozen, shown };
  console.log(JSON.stringify(seen));
}

main();
