// Loaded before an example: the parent gets SIGTERM when a worker has been killed and it has not yet noticed.
const cluster = require("node:cluster");

if (cluster.isPrimary) {
  cluster.once("listening", (worker) => {
    worker.process.kill("SIGKILL");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    process.emit("SIGTERM");
  });
}
