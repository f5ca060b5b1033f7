// Loaded before an example: the parent gets SIGTERM when its first worker has left it and has not yet ended.
const cluster = require("node:cluster");

if (cluster.isPrimary) {
  cluster.once("listening", () => cluster.workers[1].process.disconnect());
  cluster.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
} else if (cluster.worker.id === 1) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
}
