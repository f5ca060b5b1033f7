// A paid product's start: it runs only if AWS Marketplace says so.
//
//   npm install mpmeter-0.1.0.tgz
//   node register.mjs
//
// product.pem is the public key that AWS Marketplace issued with the product code; copy it into the image, beside this
// file.
import { readFileSync } from "node:fs";
import { registerUsage } from "mpmeter";

const PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz";
const PUBLIC_KEY = readFileSync(new URL("product.pem", import.meta.url));

process.on("SIGTERM", () => process.exit(143)); // Without a listener, process 1 of a container ignores it.
try {
  const { region } = await registerUsage(PRODUCT_CODE, { publicKey: PUBLIC_KEY, logger: console });
  console.log(`registered in ${region}: the product begins here`);
} catch (error) {
  console.error(`not registered: ${error.text ?? error}`);
  process.exit(error.action === "retry" ? 75 : 1); // 75: try again later. 1: stop.
}
