/** Metering of usage: what a program adds is kept in a journal, and billed once, hour by hour. */

import type { CallOptions, MpmeterError } from "./index";

/**
 * From 0 to 9999999999.999999 with at most six places, exact: a whole number, a bigint or a text such as "0.25". A
 * number that is not whole is refused, because 0.1 is not a tenth.
 */
export type Quantity = string | bigint | number;

/** How usage is billed. */
export interface MeterOptions {
  /** Bills whole units only, and carries the rest to the next hour. The default is false. */
  wholeUnits?: boolean;
  /**
   * Holds usage that could not be sent within six hours, instead of billing it in the current hour. The default is
   * false.
   */
  holdLate?: boolean;
}

/** What belongs to an add. */
export interface AddOptions {
  /** At most 5, which become AWS's usage allocations. Keys of 1 to 100, values of 1 to 256 characters. */
  tags?: Readonly<Record<string, string>>;
}

/** Options of a send. */
export interface SendOptions extends CallOptions {
  /** Sends this hour's usage too: the program ends. What is added later belongs to the next hour. */
  final?: boolean;
}

/** How the sender behaves. */
export interface SenderOptions {
  /** How long the last send, in close(), may take. The default is 25000. */
  graceMs?: number;
  /** Is told what could not be sent, and waits in the journal. The default is a process warning. */
  onError?: (error: MpmeterError) => void;
  /** Whether the sender keeps the process alive until it is closed. The default is false. */
  ref?: boolean;
}

/** Options of a single record. */
export interface UsageOptions extends CallOptions {
  /** When it was used, at most six hours ago. The default is now. */
  at?: Date;
  /** 1 to 64 visible characters. The default is a fresh one. */
  clientToken?: string;
  /** Asks whether the container may meter, and meters nothing. */
  dryRun?: boolean;
}

/** Usage of a dimension in an hour. Later releases may add fields. */
export interface BookEntry {
  readonly dimension: string;
  /** When the hour began. */
  readonly hour: Date;
  /** A decimal, such as "0.25". */
  readonly quantity: string;
  readonly state: "open" | "sealed" | "unknown" | "sent" | "held";
  /** Of what is not sealed yet: the tags that it was added with. */
  readonly tags?: Readonly<Record<string, string>>;
  /** AWS's MeteringRecordId, of what was sent. */
  readonly recordId?: string;
  /** Why it is held. */
  readonly why?: string;
}

/** The sums of a dimension. */
export interface BookTotals {
  readonly added: string;
  readonly pending: string;
  readonly held: string;
  readonly sent: string;
}

/** What a journal says of itself. Frozen. */
export interface Books {
  readonly productCode: string;
  /** The journal's path. */
  readonly journal: string;
  /** The task or pod that sent last, or null. */
  readonly identity: string | null;
  readonly pending: readonly BookEntry[];
  readonly held: readonly BookEntry[];
  readonly sent: readonly BookEntry[];
  /** By dimension. */
  readonly totals: Readonly<Record<string, BookTotals>>;
}

/**
 * The usage of one product in this task or pod. Made by `openMeter()`. Workers and processes of the pod may each open
 * the same journal.
 */
export class Meter {
  private constructor();

  /**
   * Asks AWS whether this container may meter, and meters nothing. Call it at the start, and go on only if it resolves.
   * @param dimension a dimension of the listing; without one, one that was added before, or a placeholder, which AWS
   *   may not know.
   * @throws {MpmeterError} why not; `action` says what to do.
   */
  check(dimension?: string | null, options?: CallOptions): Promise<void>;

  /**
   * Adds usage, off the main thread, after the adds that came before. When it resolves, the usage is on the disk; when
   * it rejects, nothing was added. What has not resolved when the process ends may be there or not.
   * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores.
   * @throws {InvalidArgumentError | JournalError | JournalDamagedError | JournalBusyError}
   */
  add(dimension: string, quantity: Quantity, options?: AddOptions): Promise<void>;

  /**
   * Sends the usage of every hour that is over, and what an earlier send could not settle, with retries until the
   * client's deadline.
   * @throws {UsageHeldError} usage became held: see report().
   * @throws {JournalBusyError} another thread or process sends.
   * @throws {MpmeterError} any other: what is left waits in the journal.
   */
  send(options?: SendOptions): Promise<void>;

  /** Milliseconds until the next send is due, 0 if it is: in this journal's own minute of the hour. */
  nextDue(): Promise<number>;

  /** The books: what is pending, held and sent. */
  report(): Promise<Books>;

  /** Sends what is due by timers, until `Sender.close()` sends the rest. */
  startSending(options?: SenderOptions): Sender;

  /** Frees what the meter holds; calls under way go on to their end. What was added stays in the journal. */
  close(): void;
}

/** Sends what is due by timers, which do not keep the process alive unless `ref` is true. Made by `startSending()`. */
export class Sender {
  private constructor();

  /**
   * Ends it, waits for adds under way, and sends what is left, this hour's usage too, for `graceMs` at most. Every call
   * returns the same promise.
   * @throws {CancelledError} the grace was over.
   * @throws {MpmeterError} as `Meter.send()`.
   */
  close(): Promise<void>;
}
