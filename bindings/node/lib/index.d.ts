/** Registers a paid container with AWS Marketplace (RegisterUsage), verifies the response, and meters usage. */

import type { Books, Meter, MeterOptions, Quantity, UsageOptions } from "./metering";

export * from "./metering";
export * from "./statuses";

/**
 * What to do about an error. "retry": a temporary failure lasted past the deadline; do not start the product, exit with
 * 75 and let the platform restart it, or call again. "terminate": stop; calling again will not help until somebody
 * changes something.
 */
export type Action = "proceed" | "retry" | "terminate";

/** What a trusted product code stands for. A free product never stands in for a paid one. */
export type ProductKind = "paid" | "free";

/** Where a Region was found. */
export type RegionSource =
  | "AWS_REGION"
  | "AWS_DEFAULT_REGION"
  | "ecs-task-metadata"
  | "eks-web-identity-token"
  | "ec2-instance-metadata";

/** Where credentials came from. */
export type CredentialsSource =
  | "eks-irsa"
  | "ecs-task-role"
  | "eks-pod-identity"
  | "environment"
  | "shared-credentials-file"
  | "ec2-instance-role";

/** What the program runs on. */
export type Platform = "ecs" | "fargate" | "eks" | "ec2" | "none";

/** What is needed of an AbortSignal: Node.js's, a browser's or a polyfill's. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Receives lines of the library's log, without a line end and without secrets. `console`, pino and winston fit. */
export interface Logger {
  /** Each source asked, each answer's status. */
  debug?(message: string): void;
  /** What was resolved, each retry and why. */
  info?(message: string): void;
  /** It works, but somebody should look. */
  warn?(message: string): void;
}

/** The least level of the log to hand on. */
export type LogLevel = "debug" | "info" | "warn";

/** A public key and its PublicKeyVersion. */
export interface PublicKey {
  /** The PublicKeyVersion, 1 or more. */
  version: number;
  /** As `ClientOptions.publicKey`. */
  pem: string | Uint8Array;
}

/** How a client is to behave. */
export interface ClientOptions {
  /**
   * The product's public key as AWS Marketplace issued it: a PEM ("BEGIN PUBLIC KEY" or "BEGIN RSA PUBLIC KEY"), the
   * base64 of one, or one in which line ends are written as `\n`. Text, or bytes as `readFileSync()` returns them.
   */
  publicKey?: string | Uint8Array;
  /** Its PublicKeyVersion. The default is 1. */
  publicKeyVersion?: number;
  /**
   * Several keys in place of one, to be ready for a rotation: the first is used first, and the next one after an
   * InvalidPublicKeyVersionException.
   */
  publicKeys?: readonly PublicKey[];
  /**
   * The codes that may be registered. Without it the code that is registered is taken to be compiled into the program;
   * with it, any other code is an UntrustedProductError. Use it whenever a buyer could change the code (Helm,
   * CloudFormation, environment).
   */
  trustedProducts?: Readonly<Record<string, ProductKind>>;
  /** Lets codes that are trusted as "free" register too. The default is false. */
  acceptFreeProducts?: boolean;
  /** How long one registerUsage() may take in all, retries included: 1 to 86400000. The default is 30 minutes. */
  deadlineMs?: number;
  /**
   * What to do in a Region that AWS does not list. The default, "ask", calls, and throws RegionUnsupportedError once
   * AWS says so or is not there; "enforce" throws it before any call.
   */
  regionPolicy?: "ask" | "enforce" | "attempt";
  // generated: plain options, by `make generate`
  /**
   * Accepts RSA keys with at least this many bits. The default is 2048; AWS's oldest sample key has 1024. It must be
   * 1024 to 16384.
   */
  minimumKeyBits?: number;
  /**
   * Names the vendor's product, and its version if you like, at the end of the User-Agent of every request to AWS, as
   * app/ID. CloudTrail shows it as userAgent, so that your support and AWS's can tell which product called. Metadata
   * services and proxies do not see it. The default is none. It is the SDKs' setting sdk_ua_app_id, but only the vendor
   * can set it: AWS_SDK_UA_APP_ID, which a buyer could set, is not read. It must be 1 to 50 letters, digits and
   * !#$%&'*+,-.^_`|~. For example "acme-scanner#2.4.1".
   */
  appId?: string;
  // end of generated
  /**
   * Goes without the proof, asking AWS for this key version: any server in AWS's place could then have answered. Only
   * without a public key.
   */
  unverifiedKeyVersion?: number;
  /** Receives the library's log. What it throws becomes a process warning. The default is nobody. */
  logger?: Logger | null;
  /** The least level to hand on. The default is "info". */
  logLevel?: LogLevel;
}

/** Options of a call that can be stopped. */
export interface CallOptions {
  /** Stops the call, within 100 ms. The promise is rejected with a CancelledError, whose `name` is "AbortError". */
  signal?: AbortSignalLike;
}

/** Options of a registration. */
export interface RegisterOptions extends CallOptions {
  /**
   * 1 to 255 bytes of text, for a caller that wants to hand the proof to somebody else. The default is a new random
   * one, which is what proves that the answer is fresh.
   */
  nonce?: string;
}

/** What a token must say. */
export interface VerifyOptions {
  /** What its productCode must equal. The trusted list does not count here. */
  productCode: string;
  /** What its nonce must equal. */
  nonce: string;
  /** What its publicKeyVersion must equal. The default is 0: any version whose key was given. */
  publicKeyVersion?: number;
}

/** A registration that AWS accepted, and whose proof held. Frozen. */
export interface Registration {
  /** The ProductCode that was registered. */
  readonly productCode: string;
  /** "free" if the code was trusted as free, else "paid". */
  readonly productKind: ProductKind;
  /** The PublicKeyVersion that AWS signed with. */
  readonly publicKeyVersion: number;
  /** The Nonce that was sent, and found in the proof. */
  readonly nonce: string;
  /** Whether the signature was verified: false only with `unverifiedKeyVersion`. */
  readonly verified: boolean;
  /** The signed response, a JWT in compact form; store it with the nonce to verify it again. */
  readonly signature: string;
  /** PublicKeyRotationTimestamp as AWS sent it: this key version has expired; ship the newer one. Else null. */
  readonly publicKeyRotation: string | null;
  /** When AWS says that it issued the proof (`iat`); null if it does not say. */
  readonly issuedAt: Date | null;
  /** The Region that was registered in; null after verify(). */
  readonly region: string | null;
  /** Where the Region was found; null after verify(). */
  readonly regionSource: RegionSource | null;
  /** Where the credentials came from; null after verify(). */
  readonly credentialsSource: CredentialsSource | null;
  /** What the program runs on; null after verify(). */
  readonly platform: Platform | null;
  /** AWS's request id of the answer, or null. */
  readonly requestId: string | null;
  /** How many RegisterUsage requests were tried, the accepted one included; 0 after verify(). */
  readonly attempts: number;
  /** Milliseconds that it took, from the call to the answer. */
  readonly elapsedMs: number;
  /** All of it, with the keys of `mpmeter register --json`. */
  toJSON(): Record<string, string | number | boolean | null>;
}

/** A Region that was found. Frozen. */
export interface Region {
  /** Such as "eu-west-3". */
  readonly name: string;
  readonly source: RegionSource;
  readonly platform: Platform;
  /** False if AWS's documentation names it as one where RegisterUsage is not offered. */
  readonly supported: boolean;
}

/** Why a registration would fail here. Frozen. */
export interface Diagnosis {
  /** What a registration would answer, as far as can be told without one: a status such as "MPMETER_OK". */
  readonly code: string;
  /** What to do about it. */
  readonly action: Action;
  /** The id of the first check that failed, or null. */
  readonly firstFailure: string | null;
  /** The whole of it, as `mpmeter doctor --json` prints it. */
  readonly report: {
    readonly status: string;
    readonly message: string;
    readonly fix: string;
    readonly first_failure: string | null;
    readonly checks: ReadonlyArray<{
      readonly id: string;
      readonly title: string;
      readonly outcome: "pass" | "warn" | "fail" | "skipped";
      readonly seen: string;
      readonly advice: string;
      readonly status: string;
      readonly elapsed_ms: number;
    }>;
    readonly [key: string]: unknown;
  };
  /** The same as text, on one line. */
  readonly json: string;
}

/** Why a call failed. Each status has a class; a status newer than this package arrives as this class itself. */
export class MpmeterError extends Error {
  constructor(message: string, fix?: string);
  /** The status, such as "MPMETER_E_THROTTLED". */
  readonly code: string;
  /** The status's number, such as 38. */
  readonly number: number;
  /** What to do. */
  readonly action: Action;
  /** What happened and where it was seen, for a log. Holds no secret. */
  message: string;
  /** What to do about it, for the engineer on duty. */
  readonly fix: string;
  /** The HTTP status of the answer that caused it, or null. */
  readonly httpStatus: number | null;
  /** The error type that AWS answered, such as "CustomerNotEntitledException", or null. */
  readonly awsType: string | null;
  /** AWS's request id, for a support case, or null. */
  readonly requestId: string | null;
  /** The Region that was used, or null if the call did not get so far. */
  readonly region: string | null;
  readonly regionSource: RegionSource | null;
  readonly credentialsSource: CredentialsSource | null;
  readonly platform: Platform | null;
  /** How many RegisterUsage requests were tried. */
  readonly attempts: number;
  /** Milliseconds from the call to its failure. */
  readonly elapsedMs: number;
  /** All of it on one line, for a log that people read. */
  readonly text: string;
  /** All of it that is known, with the keys of `mpmeter register --json`, for a structured log. */
  toJSON(): Record<string, string | number>;
}

/** Everything a program needs to register. Make one and keep it. It reads the environment here, once. */
export class Client {
  /**
   * Opens no file and sends nothing.
   * @throws {TypeError} an option is of a wrong type, or unknown.
   * @throws {InvalidArgumentError} an option is outside what is accepted.
   * @throws {PublicKeyError} a key cannot be used, or there is none and `unverifiedKeyVersion` is not given.
   */
  constructor(options?: ClientOptions);

  /**
   * Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline, verifies the
   * signed response. Runs on its own thread, outside libuv's pool. Calls for one product at the same time are one
   * request; once accepted, the registration is remembered, and later calls on this client return at once.
   * @param productCode 1 to 255 characters of AWS's pattern [-a-zA-Z0-9/=:_.@].
   * @throws {MpmeterError} `action` says what to do.
   */
  registerUsage(productCode: string, options?: RegisterOptions): Promise<Registration>;

  /**
   * Verifies a token that RegisterUsage answered earlier (`Registration.signature`), offline and at once.
   * @param token the JWT in compact form, at most 16384 bytes; white space around it is not accepted.
   * @throws {TokenMalformedError | TokenAlgorithmError | TokenSignatureError | TokenClaimsError} it proves nothing.
   * @throws {PublicKeyError} there is no key of that version.
   */
  verify(token: string, options: VerifyOptions): Registration;

  /**
   * Finds the Region that the program runs in, without registering. Never a default. Takes a few seconds at most.
   * @throws {RegionNotFoundError | DeadlineExceededError | CancelledError}
   */
  findRegion(options?: CallOptions): Promise<Region>;

  /**
   * Opens the journal at that path, or makes it. It must lie on a volume of the task or pod that outlives the
   * container. Nothing is sent. The meter may outlive the client. For metering alone no public key is needed:
   * `unverifiedKeyVersion`.
   * @param journal a path, or a file: URL.
   * @throws {JournalDamagedError} the file is empty, cut, damaged or no journal; it is never begun anew.
   * @throws {InvalidArgumentError | UntrustedProductError | PlatformNotSupportedError}
   * @throws {JournalError | JournalBusyError}
   */
  openMeter(productCode: string, journal: string | URL, options?: MeterOptions): Promise<Meter>;

  /**
   * Sends one record, for a program that keeps its own books. Resolves to AWS's MeteringRecordId, which is not signed;
   * null after a dry run. After an error that leaves the outcome open, such as a DeadlineExceededError, call it again
   * with the same arguments, `at` and `clientToken` among them.
   * @throws {UsageDuplicateError} another quantity stands there for this pod, dimension and hour.
   */
  meterUsage(
    productCode: string,
    dimension: string,
    quantity: Quantity,
    options?: UsageOptions,
  ): Promise<string | null>;

  /** Frees what the client holds; calls under way go on to their end. A client that is dropped is closed too. */
  close(): void;
}

/**
 * Registers this container with AWS Marketplace and verifies AWS's signed response, with a `Client` that is created for
 * this one call. Each call asks AWS again. A program that calls more than once keeps a `Client`, which remembers.
 */
export function registerUsage(productCode: string, options?: ClientOptions & RegisterOptions): Promise<Registration>;

/** `Client.verify()` of a client that is made for one call. `publicKeyVersion` is the key's and the token's. */
export function verify(token: string, options: ClientOptions & VerifyOptions): Registration;

/**
 * Finds out why a registration fails, or would fail, in the place where the program runs. Sends no registration unless
 * `register` is true. It is advice, not proof. Do not write to `process.env` until the promise is settled.
 */
export function diagnose(
  productCode?: string | null,
  options?: ClientOptions & CallOptions & { register?: boolean },
): Promise<Diagnosis>;

/**
 * Finds out why metering fails, or would fail, in the place where the program runs: Region, role (by a dry run, which
 * meters nothing), the journal's place and content, names of dimensions, usage held, other senders. Makes no journal
 * and changes none; needs no key. Without a product code AWS is not asked; the first of the dimensions is that of the
 * dry run. Do not write to `process.env` until the promise is settled.
 */
export function diagnoseMetering(
  productCode?: string | null,
  options?: ClientOptions & CallOptions & { journal?: string | URL | null; dimensions?: readonly string[] },
): Promise<Diagnosis>;

/**
 * The URL at which RegisterUsage is served in a Region, by AWS's endpoint rules for the service.
 * @throws {InvalidArgumentError} not the name of a Region, or a kind that its partition does not have.
 */
export function endpoint(region: string, options?: { fips?: boolean; dualstack?: boolean }): string;

/** The version of the library inside, such as "0.1.0". */
export function version(): string;

/** `Client.openMeter()` of a client that is made for it, which needs no public key. */
export function openMeter(
  productCode: string,
  journal: string | URL,
  options?: ClientOptions & MeterOptions,
): Promise<Meter>;

/** `Client.meterUsage()` of a client that is made for one call, which needs no public key. */
export function meterUsage(
  productCode: string,
  dimension: string,
  quantity: Quantity,
  options?: ClientOptions & UsageOptions,
): Promise<string | null>;

/** The books of the journal at that path, which is not made if there is none. For a tool that looks from outside. */
export function journalReport(journal: string | URL): Promise<Books>;
