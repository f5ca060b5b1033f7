// A host with Node.js's built-in OpenSSL, whose symbols the executable shows to everybody. Both do TLS with one server,
// in turns, and the library in worker threads while the event loop does too.
"use strict";
const assert = require("node:assert");
const crypto = require("node:crypto");
const fs = require("node:fs");
const https = require("node:https");
const os = require("node:os");
const { Worker, isMainThread, workerData } = require("node:worker_threads");

const [, , addonPath, mode] = process.argv;
const addon = { exports: {} };
const { RTLD_NOW, RTLD_GLOBAL } = os.constants.dlopen;
process.dlopen(addon, addonPath, RTLD_NOW | (mode === "global" ? RTLD_GLOBAL : 0));
const product = process.env.MPMETER_SANDBOX_PRODUCT_CODE;
const key = fs.readFileSync(process.env.MPMETER_SANDBOX_PUBLIC_KEY, "utf8");
const bundle = fs.readFileSync(process.env.AWS_CA_BUNDLE);
const register = (nonce) => assert.strictEqual(addon.exports.register(product, key, nonce), nonce);

// Node's own connection to the sandbox; with `ca` undefined, by the roots that are built into it.
const connect = (ca) =>
    new Promise((resolve, reject) => {
        const request = https.get(process.env.AWS_ENDPOINT_URL_MARKETPLACE_METERING, { ca, agent: false }, (answer) => {
            answer.resume().on("end", () => resolve(answer.statusCode));
        });
        request.on("error", reject);
    });
const hash = () => assert(crypto.createHash("sha256").update("abc").digest("hex").startsWith("ba7816bf8f01cfea"));

async function main() {
    await connect(bundle);
    for (let turn = 0; turn < 4; turn++) {
        register(`turn-${turn}`);
        hash();
        assert((await connect(bundle)) >= 400); // a GET is no request of the service's
        await assert.rejects(connect(undefined), /self-signed|unable to/); // the library's roots stay with the library
    }
    const workers = [1, 2, 3].map(
        (number) => new Promise((resolve, reject) => {
            const worker = new Worker(__filename, { argv: [addonPath, mode], workerData: number });
            worker.on("error", reject);
            worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`worker: ${code}`))));
        }),
    );
    const mine = (async () => { for (let turn = 0; turn < 8; turn++) await connect(bundle); })();
    await Promise.all([...workers, mine]);
    hash();
    console.log("OK", process.versions.openssl);
}

if (isMainThread) main();
else for (let turn = 0; turn < 4; turn++) register(`worker-${workerData}-${turn}`);
