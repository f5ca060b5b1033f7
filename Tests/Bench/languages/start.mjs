// A start of Node.js; with an argument, and a registration.
import { createRequire } from "node:module";

if (process.argv.length > 2) {
  const { readFileSync } = await import("node:fs");
  const { registerUsage } = createRequire(process.argv[2])("mpmeter");
  await registerUsage("bench-product", { publicKey: readFileSync(process.env.BENCH_KEY), nonce: "bench-1" });
}
