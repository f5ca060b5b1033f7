// Starts a file as a worker, as pm2's cluster mode does: 0 if it asks whether this has registered, and serves nothing
// when this says nothing; 1 if it serves.
const cluster = require("node:cluster");

cluster.setupPrimary({ exec: process.argv[2], args: [] });
cluster.on("listening", () => process.exit(1));
cluster.on("message", () => setTimeout(() => process.exit(0), 500));
cluster.fork();
