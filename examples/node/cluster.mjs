// node:cluster, and whatever starts workers: one registration for the container, in the primary, before the first fork.
//
// A worker that registered and exited would be started again at once, again and again. A worker asks its parent and
// serves only if that has registered: pm2's cluster mode starts this file as a worker, too. As process 1 of a container
// Node.js ignores SIGTERM unless somebody listens.
import cluster from "node:cluster";
import { readFileSync } from "node:fs";
import http from "node:http";
import { registerUsage } from "mpmeter";

const PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz";
const PUBLIC_KEY = readFileSync(new URL("product.pem", import.meta.url));

async function primary() {
  const stop = new AbortController();
  process.on("SIGTERM", () => {
    if (stop.signal.aborted) return; // It came again.
    stop.abort();
    const workers = Object.values(cluster.workers);
    if (workers.length === 0) process.exit(0);
    cluster.disconnect(); // Requests under way are answered; this process ends with the last worker.
    // A client that has connected and sends nothing would keep a worker. ECS and Kubernetes allow 30 seconds.
    setTimeout(() => workers.forEach((worker) => worker.process.kill("SIGKILL")), 20_000).unref();
  });
  try {
    await registerUsage(PRODUCT_CODE, { publicKey: PUBLIC_KEY, logger: console, signal: stop.signal });
  } catch (error) {
    console.error(`not registered: ${error.text ?? error}`);
    process.exit(error.action === "retry" ? 75 : 1); // 75: try again later. 1: stop.
  }
  // disconnect() fails if the worker is gone; without a listener that would end this process.
  cluster.on("fork", (worker) => worker.on("error", () => {}));
  // So does send(), without a callback.
  cluster.on("message", (worker, message) => message === "registered?" && worker.send("registered", () => {}));
  const workers = Math.max(1, Number(process.env.WEB_CONCURRENCY) || 2);
  for (let number = 0; number < workers; number++) cluster.fork();
  cluster.on("exit", (worker, code, signal) => {
    if (stop.signal.aborted) return;
    console.error(`a worker ended: ${signal ?? code}`);
    // Not at once, or one that fails would be restarted without a pause; not after SIGTERM, which it would outlive.
    setTimeout(() => stop.signal.aborted || cluster.fork(), 1000);
  });
}

function worker() {
  const server = http.createServer((request, answer) => answer.end(`${process.pid}\n`));
  const hint = setTimeout(() => console.error("not registered: start this with node cluster.mjs"), 10_000).unref();
  process.on("message", (message) => {
    if (message !== "registered") return;
    clearTimeout(hint);
    server.listen(Number(process.env.PORT ?? 8080));
  });
  process.send("registered?", () => {}); // As above, if the parent is ending.
}

if (cluster.isPrimary) await primary();
else worker();
