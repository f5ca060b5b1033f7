// Compiled, not run: what the declarations accept, and what they refuse.
import mpmeter from "mpmeter";
import { Client, MpmeterError, ThrottledError, openMeter, registerUsage } from "mpmeter";
import type { Books, Meter, Registration, Sender } from "mpmeter";

const client: Client = new Client({
  publicKeys: [{ version: 1, pem: "pem" }, { version: 2, pem: new Uint8Array() }],
  trustedProducts: { code: "paid", other: "free" },
  deadlineMs: 60_000,
  regionPolicy: "attempt",
  logger: console,
  logLevel: "debug",
});

const stop = new AbortController();
const registration: Registration = await client.registerUsage("code", { signal: stop.signal, nonce: "n" });
const region: string | null = registration.region;
const issued: number | undefined = registration.issuedAt?.getTime();
const wanted = { publicKey: "pem", productCode: "code", nonce: "n" };
const token: string = mpmeter.verify(registration.signature, wanted).nonce;
export const used = [region, issued, token];

try {
  await registerUsage("code", { publicKey: "pem", signal: new AbortController().signal });
} catch (error) {
  if (error instanceof ThrottledError) {
    const code: "MPMETER_E_THROTTLED" = error.code;
    console.log(code);
  } else if (error instanceof MpmeterError && error.action === "retry") {
    console.log(error.fix, error.requestId);
  }
}

const meter: Meter = await openMeter("code", "/var/lib/product/usage", { wholeUnits: true, deadlineMs: 1_000 });
await meter.check("requests", { signal: stop.signal });
await meter.add("requests", 1n, { tags: { team: "a" } });
const sender: Sender = meter.startSending({ onError: (error) => console.warn(error.text), ref: true });
await sender.close();
const books: Books = await meter.report();
const hour: Date | undefined = books.sent[0]?.hour;
const recorded: string | null = await client.meterUsage("code", "requests", "0.25", { at: new Date() });
console.log(hour, recorded, books.totals.requests?.sent);

// @ts-expect-error a quantity is exact
await meter.add("requests", true);
// @ts-expect-error a meter is made by openMeter()
new Meter();
// @ts-expect-error there is no such option
new Client({ deadline: 1 });
// @ts-expect-error a kind is paid or free
new Client({ trustedProducts: { code: "gratis" } });
// @ts-expect-error the nonce is required
client.verify("token", { productCode: "code" });
// @ts-expect-error null is what is not known
const certain: string = registration.region;
console.log(certain);
// @ts-expect-error a registration is read-only
registration.region = "eu-west-3";
