// A product that is priced by use: what it adds is on the disk, and billed once, hour by hour.
//
//   npm install mpmeter-0.1.0.tgz
//   node meter.mjs
import { createServer } from "node:http";
import { openMeter } from "mpmeter";

const PRODUCT_CODE = "4w1vgsrkqdkypbz43g7qkk4uz";

function fail(error) {
  console.error(error.text ?? error);
  process.exit(error.action === "retry" ? 75 : 1); // 75: try again later. 1: stop.
}

let stop = async () => process.exit(143); // Process 1 ignores SIGTERM unless somebody listens.
process.on("SIGTERM", () => stop().catch(fail));
try {
  const meter = await openMeter(PRODUCT_CODE, "/var/lib/product/usage", { logger: console });
  await meter.check("requests"); // May this container meter at all?
  const sender = meter.startSending();

  const server = createServer(async (request, response) => {
    await meter.add("requests", 1);
    await meter.add("gigabytes", "0.25", { tags: { team: "research" } });
    response.end("done\n");
  });
  server.listen(process.env.PORT ?? 8080, () => console.log("serving"));

  stop = async () => {
    stop = async () => {}; // It came again.
    server.close();
    await sender.close(); // The last hour is sent within the container's grace period.
    process.exit();
  };
} catch (error) {
  fail(error);
}
