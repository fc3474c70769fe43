import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Two letters and 32 lower-case hex digits, as Twilio's clients expect (AC…, SM…, PN…). */
export type Sid = string;

const form = /^[A-Z]{2}[0-9a-f]{32}$/;

/** Whether `text` is a SID, and of this kind if `prefix` is given. */
export function isSid(text: string, prefix?: string): boolean {
  return form.test(text) && (prefix === undefined || text.startsWith(prefix));
}

let lastSid: Sid = '';
let lastBytes: Buffer = Buffer.alloc(0);

/** The 16 bytes behind a SID; the store's key for it. Not to be written to: who asks again gets the same ones. */
export function sidBytes(sid: Sid): Buffer {
  // The rows of one message are put one after another, and each asks.
  if (sid !== lastSid) {
    lastBytes = Buffer.from(sid.slice(2), 'hex');
    lastSid = sid;
  }
  return lastBytes;
}

/** The SID of 16 bytes. */
export const sidOf = (prefix: string, bytes: Buffer): Sid => prefix + bytes.toString('hex');

/** Makes SIDs; see `sidFactory`. */
export type SidFactory = (prefix: string) => Sid;

/**
 * SIDs that sort by the time they were made: 6 bytes of Unix milliseconds, 2 bytes of a counter within the
 * millisecond, 8 random bytes. Rows keyed by them append to their B-tree instead of scattering over it, and a
 * list "newest first" is a walk backwards. A SID names, it does not authorise, so its time may be read from it.
 */
export function sidFactory(clock: Clock, random: Random): SidFactory {
  let lastMs = 0;
  let counter = 0;
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;
  return (prefix) => {
    const nowMs = clock.now();
    // A clock that steps back, or 65,536 SIDs in one millisecond, continues from the last one: order is kept.
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = 0;
    } else if (++counter > 0xffff) {
      lastMs++;
      counter = 0;
    }
    if (used + 8 > pool.length) {
      pool = random.bytes(4096);
      used = 0;
    }
    const tail = pool.toString('hex', used, used + 8);
    used += 8;
    return prefix + lastMs.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0') + tail;
  };
}

/** When a time-ordered SID was made, in Unix milliseconds. */
export const sidTimeMs = (sid: Sid): number => Number.parseInt(sid.slice(2, 14), 16);

/** The same, of the 16 bytes behind it. */
export const idTimeMs = (id: Buffer): number => id.readUIntBE(0, 6);
