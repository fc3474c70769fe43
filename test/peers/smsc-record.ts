import { emptyView, viewSubmit } from './smsc-bytes.ts';

/** One submit_sm as it came, in the order of its coming. */
export interface RecordedMessage {
  readonly source: string;
  readonly destination: string;
  /** The body's bytes as latin1 text, the user data header included. */
  readonly body: string;
  readonly esmClass: number;
  readonly registeredDelivery: number;
  readonly dataCoding: number;
  /** command_status of the response. */
  readonly status: number;
}

/** What became of messages whose bodies end in `#<number>`, as the load generators write them. */
export interface Census {
  /** Recorded with status 0. */
  readonly accepted: number;
  /** Distinct numbers among those accepted. */
  readonly distinct: number;
  /** Accepted again after they had been accepted. */
  readonly duplicates: number;
  /** Numbers below `expected` that were never accepted, and the first few of them. */
  readonly missing: number;
  readonly missingFirst: readonly number[];
  readonly duplicatesFirst: readonly number[];
  /** Messages accepted after a higher number of the same source. */
  readonly outOfOrder: number;
  /** Accepted messages whose body has no number. */
  readonly unnumbered: number;
}

const slabBytes = 1 << 20;
const firstFew = 20;

/**
 * Every submit_sm of a run as raw bytes in slabs: about 100 bytes a message and one copy, so that a million of
 * them cost neither time nor objects until someone asks.
 */
export class SmscRecord {
  private readonly slabs: { readonly bytes: Buffer; used: number }[] = [];
  private count = 0;

  /** Keeps the PDU in bytes [start, end) and the status of its response. */
  add(bytes: Buffer, start: number, end: number, status: number): void {
    const need = 8 + end - start;
    let slab = this.slabs.at(-1);
    if (slab === undefined || slab.used + need > slab.bytes.length) {
      slab = { bytes: Buffer.allocUnsafe(Math.max(slabBytes, need)), used: 0 };
      this.slabs.push(slab);
    }
    slab.bytes.writeUInt32BE(end - start, slab.used);
    slab.bytes.writeUInt32BE(status, slab.used + 4);
    bytes.copy(slab.bytes, slab.used + 8, start, end);
    slab.used += need;
    this.count++;
  }

  get size(): number {
    return this.count;
  }

  clear(): void {
    this.slabs.length = 0;
    this.count = 0;
  }

  *messages(): IterableIterator<RecordedMessage> {
    const view = emptyView();
    for (const { bytes, used } of this.slabs) {
      for (let at = 0; at < used;) {
        const start = at + 8;
        const end = start + bytes.readUInt32BE(at);
        const status = bytes.readUInt32BE(at + 4);
        at = end;
        if (!viewSubmit(bytes, start, end, view)) continue;
        yield {
          source: bytes.toString('latin1', view.sourceStart, view.sourceEnd),
          destination: bytes.toString('latin1', view.destinationStart, view.destinationEnd),
          body: bytes.toString('latin1', view.bodyStart, view.bodyEnd),
          esmClass: view.esmClass,
          registeredDelivery: view.registeredDelivery,
          dataCoding: view.dataCoding,
          status,
        };
      }
    }
  }
}

/** The number at the end of a body, `… #000000123`. */
export function messageNumber(body: string): number | undefined {
  const mark = body.lastIndexOf('#');
  const digits = body.slice(mark + 1);
  return mark >= 0 && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

/** Counts what arrived of the numbers below `expected`. */
export function takeCensus(messages: Iterable<RecordedMessage>, expected: number): Census {
  const seen = new Set<number>();
  const lastOf = new Map<string, number>();
  const duplicatesFirst: number[] = [];
  let accepted = 0;
  let duplicates = 0;
  let outOfOrder = 0;
  let unnumbered = 0;
  for (const { status, source, body } of messages) {
    if (status !== 0) continue;
    accepted++;
    const number = messageNumber(body);
    if (number === undefined) {
      unnumbered++;
    } else if (seen.has(number)) {
      duplicates++;
      if (duplicatesFirst.length < firstFew) duplicatesFirst.push(number);
    } else {
      seen.add(number);
      if (number < (lastOf.get(source) ?? -1)) outOfOrder++;
      else lastOf.set(source, number);
    }
  }
  const missingFirst: number[] = [];
  let missing = 0;
  for (let number = 0; number < expected; number++) {
    if (seen.has(number)) continue;
    missing++;
    if (missingFirst.length < firstFew) missingFirst.push(number);
  }
  return {
    accepted,
    distinct: seen.size,
    duplicates,
    missing,
    missingFirst,
    duplicatesFirst,
    outOfOrder,
    unnumbered,
  };
}
