import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** What a test by message or by call found. */
export type Check =
  | { readonly kind: 'passed' }
  /** The number has not the capability. */
  | { readonly kind: 'notTried' }
  /** Nothing can be said of the number: its carrier is down, or is not configured. `why` follows `the message` or `the call`. */
  | { readonly kind: 'undone'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** What a test of a number found. */
export interface Verdict {
  readonly atMs: number;
  readonly message: Check;
  readonly call: Check;
}

/** In short: `failed` if either way did, `undone` if either way could not be tried or there was none. */
export function outcomeOf({ message, call }: Verdict): 'passed' | 'undone' | 'failed' {
  const kinds = [message.kind, call.kind];
  if (kinds.includes('failed')) return 'failed';
  return kinds.includes('undone') || !kinds.includes('passed') ? 'undone' : 'passed';
}

/** Why a number failed, in words for people, such as `call refused (SIP 404)`; null if it did not. */
export function faultOf({ message, call }: Verdict): string | null {
  const whys = Object.entries({ message, call }).flatMap(([way, check]) =>
    check.kind === 'failed' ? [`${way} ${check.why}`] : [],
  );
  return whys.length === 0 ? null : whys.join('; ');
}

/** The last verdict on each number that has been tested. */
export class Verdicts {
  private readonly table: Table<string, Verdict>;

  constructor(store: Store) {
    this.table = store.table<string, Verdict>({ name: 'number-verdicts', key: textKey, version: 1 });
  }

  of(e164: string): Verdict | undefined {
    return this.table.get(e164);
  }

  /** In the order of the numbers' text, from after this one on. */
  *all(after?: string): IterableIterator<readonly [e164: string, verdict: Verdict]> {
    for (const entry of this.table.entries(after === undefined ? {} : { start: `${after}\0` })) yield entry;
  }

  /** Within the transaction that draws its consequences. */
  put(e164: string, verdict: Verdict): void {
    this.table.put(e164, verdict);
  }
}
