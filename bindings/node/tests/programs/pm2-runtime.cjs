// Stands in for pm2's runtime: it starts its file as so many workers, and again when they end; SIGTERM ends it.
const cluster = require("node:cluster");

const [exec, , instances] = process.argv.slice(2);
process.on("SIGTERM", () => {
  cluster.removeAllListeners("exit");
  cluster.disconnect(() => process.exit(0));
});
cluster.setupPrimary({ exec, args: [] });
cluster.on("exit", () => cluster.fork());
for (let number = 0; number < Number(instances); number++) cluster.fork();
