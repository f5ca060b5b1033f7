// Loaded before an example with three workers, which end as they start: 0 if the fourth comes a second later, else 9.
const cluster = require("node:cluster");

if (cluster.isPrimary) {
  let first;
  cluster.on("fork", ({ id }) => {
    first ??= performance.now();
    if (id === 4) process.exit(performance.now() - first >= 1000 ? 0 : 9);
  });
} else {
  process.exit(1);
}
