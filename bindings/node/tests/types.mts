// Compiled, not run: what the declarations accept, and what they refuse.
import mpmeter from "mpmeter";
import { Client, MpmeterError, ThrottledError, registerUsage, type Registration } from "mpmeter";

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
