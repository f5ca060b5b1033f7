// pm2: one registration for the container, in the program that becomes pm2's runtime.
//
//   npm install mpmeter-0.1.0.tgz pm2
//   node pm2.mjs                         # not pm2-runtime pm2.mjs
//
// pm2 starts every worker itself, and again when it ends: a worker that registered would call again and again. A worker
// asks its parent and serves only if that has registered; under any other parent it never does.
import cluster from "node:cluster";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { registerUsage } from "mpmeter";

const PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz";
const PUBLIC_KEY = readFileSync(new URL("product.pem", import.meta.url));

async function parent() {
  const stop = () => process.exit(0);
  process.on("SIGTERM", stop);
  try {
    await registerUsage(PRODUCT_CODE, { publicKey: PUBLIC_KEY, logger: console });
  } catch (error) {
    console.error(`not registered: ${error.text ?? error}`);
    process.exit(error.action === "retry" ? 75 : 1); // 75: try again later. 1: stop.
  }
  cluster.once("fork", () => process.off("SIGTERM", stop)); // pm2 has its own by then.
  // disconnect() fails if the worker is gone; without a listener that would end this process.
  cluster.on("fork", (worker) => worker.on("error", () => {}));
  // So does send(), without a callback.
  cluster.on("message", (worker, message) => message === "registered?" && worker.send("registered", () => {}));
  // By itself, pm2 sends a worker SIGINT, and SIGKILL 1.6 seconds later. ECS and Kubernetes allow 30 seconds.
  process.env.PM2_KILL_SIGNAL = "SIGTERM";
  process.env.PM2_KILL_TIMEOUT = "28000";
  const workers = process.env.WEB_CONCURRENCY ?? "2";
  process.argv = [process.execPath, "pm2-runtime", fileURLToPath(import.meta.url), "--instances", workers];
  createRequire(import.meta.url)("pm2/bin/pm2-runtime");
}

function worker() {
  const server = http.createServer((request, answer) => answer.end(`${process.pid}\n`));
  const hint = setTimeout(() => console.error("not registered: start this with node pm2.mjs"), 10_000).unref();
  process.on("message", (message) => {
    if (message !== "registered") return;
    clearTimeout(hint);
    server.listen(Number(process.env.PORT ?? 8080));
  });
  process.send("registered?", () => {});
}

// pm2-runtime in fork mode runs this file under a variable of its own.
if (process.env.pm_id && cluster.isPrimary) console.error("not registered: start this with node pm2.mjs");
else if (cluster.isPrimary) await parent();
else worker();
