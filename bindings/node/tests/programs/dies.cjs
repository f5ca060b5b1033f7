// Loaded before an example: its first worker dies once it has asked its parent, which gets to the question later.
const cluster = require("node:cluster");

if (cluster.isPrimary) {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  cluster.on("message", (worker) => worker.id === 1 && Atomics.wait(nothing, 0, 0, 500));
} else if (cluster.worker.id === 1) {
  const { send } = process;
  process.send = (message, ...rest) => {
    send.call(process, message, ...rest);
    if (message === "registered?") process.kill(process.pid, "SIGKILL");
  };
}
