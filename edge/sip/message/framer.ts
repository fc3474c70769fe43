import type { SipFault } from './fault.ts';
import { bodyMax, headMax } from './message.ts';
import type { SipMessage } from './message.ts';
import { contentLength, decodeText, faultOf, parseHead, withBody } from './parse.ts';
import type { Head } from './parse.ts';

/** What a stream gives. */
export type Framed =
  | { readonly kind: 'message'; readonly message: SipMessage; readonly octets: Buffer }
  /** A message that cannot be read. If the framer is broken after it, the connection must be closed. */
  | { readonly kind: 'fault'; readonly fault: SipFault; readonly octets?: Buffer }
  /** A double CRLF, to be answered with one CRLF (RFC 5626 §3.5.1). */
  | { readonly kind: 'ping' };

const nothing = Buffer.alloc(0);
const carriageReturn = 13;
const lineFeed = 10;

/** A head that has been read and whose body has not come. */
interface Awaited {
  readonly head: Head;
  readonly headLength: number;
  readonly bodyLength: number;
}

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 §18.3), which streams must have. At most one message is
 * buffered: a head of 16 KiB and a body of 64 KiB; a longer one is refused before its body is kept. After a length
 * that cannot be relied on nothing more is read, as where the next message starts is unknown.
 */
export class SipFramer {
  private kept: Buffer = nothing;
  private keptLength = 0;
  /** How far `kept` has been searched for the end of the head. */
  private searched = 0;
  private awaited: Awaited | undefined = undefined;
  /** Octets of a CRLFCRLF between messages seen so far. */
  private lineEnds = 0;
  private lost = false;

  /** Whether an unreadable length has ended the framing. */
  get broken(): boolean {
    return this.lost;
  }

  /** Octets of an unfinished message now in memory. */
  get buffered(): number {
    return this.keptLength;
  }

  /** Takes the next bytes and gives what they complete. Bodies and octets may be views of `chunk`. */
  push(chunk: Buffer): readonly Framed[] {
    const framed: Framed[] = [];
    if (this.lost) return framed;
    let bytes = chunk;
    if (this.keptLength > 0) {
      this.keep(chunk);
      bytes = this.kept.subarray(0, this.keptLength);
    }
    let at = 0;
    while (!this.broken && at < bytes.length) {
      if (this.awaited === undefined && this.searched === 0) {
        at = this.skipLineEnds(bytes, at, framed);
        if (at === bytes.length) break;
      }
      const next = this.take(bytes, at, framed);
      if (next === undefined) break;
      at = next;
    }
    this.rest(bytes, at, chunk);
    return framed;
  }

  /** The place after the message that begins at `at`; undefined if it is not yet complete. */
  private take(bytes: Buffer, at: number, framed: Framed[]): number | undefined {
    this.awaited ??= this.takeHead(bytes, at, framed);
    const awaited = this.awaited;
    if (awaited === undefined) return undefined;
    const bodyStart = at + awaited.headLength;
    const end = bodyStart + awaited.bodyLength;
    if (bytes.length < end) return undefined;
    const { head } = awaited;
    const octets = bytes.subarray(at, end);
    if (head.fault === undefined)
      framed.push({ kind: 'message', message: withBody(head, bytes.subarray(bodyStart, end)), octets });
    else framed.push({ kind: 'fault', fault: faultOf(head, head.fault.code, head.fault.detail), octets });
    this.awaited = undefined;
    this.searched = 0;
    return end;
  }

  private takeHead(bytes: Buffer, at: number, framed: Framed[]): Awaited | undefined {
    // Three octets back: the end may have been cut in two.
    const found = bytes.indexOf('\r\n\r\n', at + Math.max(0, this.searched - 3), 'latin1');
    const headLength = found < 0 ? bytes.length - at : found + 4 - at;
    if (headLength > headMax) {
      this.lose(framed, { code: 'tooLarge', detail: 'head' });
      return undefined;
    }
    if (found < 0) {
      this.searched = headLength;
      return undefined;
    }
    const head = parseHead(decodeText(bytes, at, found + 2));
    if (head === undefined) {
      this.lose(framed, { code: 'notSip', detail: 'start line' });
      return undefined;
    }
    const bodyLength = contentLength(head.headers);
    if (bodyLength === undefined || bodyLength === 'malformed') {
      this.lose(framed, faultOf(head, 'contentLength', 'content-length'));
      return undefined;
    }
    if (bodyLength > bodyMax) {
      this.lose(framed, faultOf(head, 'tooLarge', 'body'));
      return undefined;
    }
    return { head, headLength, bodyLength };
  }

  private lose(framed: Framed[], fault: SipFault): void {
    framed.push({ kind: 'fault', fault });
    this.lost = true;
  }

  /** Skips line ends between messages; each CRLFCRLF among them is a ping. */
  private skipLineEnds(bytes: Buffer, at: number, framed: Framed[]): number {
    for (; at < bytes.length; at++) {
      const code = bytes[at];
      if (code !== carriageReturn && code !== lineFeed) break;
      this.lineEnds = code === (this.lineEnds % 2 === 0 ? carriageReturn : lineFeed) ? this.lineEnds + 1 : 0;
      if (this.lineEnds < 4) continue;
      framed.push({ kind: 'ping' });
      this.lineEnds = 0;
    }
    if (at < bytes.length) this.lineEnds = 0;
    return at;
  }

  /** Keeps what begins an unfinished message, in a buffer of its own: views of the last one have been given away. */
  private rest(bytes: Buffer, at: number, chunk: Buffer): void {
    if (this.lost || at === bytes.length) {
      this.kept = nothing;
      this.keptLength = 0;
    } else if (bytes === chunk || at > 0) {
      this.kept = nothing;
      this.keptLength = 0;
      this.keep(bytes.subarray(at));
    }
  }

  private keep(more: Buffer): void {
    const needed = this.keptLength + more.length;
    if (needed > this.kept.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(512, needed, this.kept.length * 2));
      this.kept.copy(grown, 0, 0, this.keptLength);
      this.kept = grown;
    }
    more.copy(this.kept, this.keptLength);
    this.keptLength = needed;
  }
}
