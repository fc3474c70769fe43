import { decode } from '../../smpp/decode.ts';
import { Framer } from '../../smpp/framer.ts';
import type { Pdu } from '../../smpp/pdu.ts';
import { SipFramer } from '../../sip/message/framer.ts';
import type { Framed } from '../../sip/message/framer.ts';
import type { SipMessage } from '../../sip/message/message.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { findStart, startLengthMax } from './stream-start.ts';
import type { MalformedEvent } from './wire-event.ts';

/** What a stream said. */
export type Utterance =
  | { readonly kind: 'sip'; readonly message: SipMessage }
  | { readonly kind: 'smpp'; readonly pdu: Pdu; readonly octets: number }
  | { readonly kind: 'malformed'; readonly fault: MalformedEvent['fault'] }
  | { readonly kind: 'encrypted' };

/** With the captured packets it came in. */
export interface Told {
  readonly utterance: Utterance;
  readonly frames: readonly CapturedPacket[];
}

type State =
  /** Nothing known has begun yet; `kept` may hold the first octets of something. */
  | { readonly kind: 'searching'; readonly kept: Buffer }
  | { readonly kind: 'sip'; readonly framer: SipFramer }
  | { readonly kind: 'smpp'; readonly framer: Framer }
  | { readonly kind: 'deaf' };

const nothing = Buffer.alloc(0);
const searching: State = { kind: 'searching', kept: nothing };

/** How many packets are remembered of a message that comes in very small pieces. */
const framesMax = 64;
/** After so many octets of neither protocol a stream is not listened to any more. */
const strangeMax = 1024 * 1024;

/** Reads one direction of a connection, whatever it speaks; a stream joined in its midst from its first message on. */
export class StreamReader {
  private state: State = searching;
  /** The packets of what is not complete yet. */
  private frames: CapturedPacket[] = [];
  private strangeOctets = 0;

  /** Octets now in memory. */
  get buffered(): number {
    const { state } = this;
    if (state.kind === 'deaf') return 0;
    return state.kind === 'searching' ? state.kept.length : state.framer.buffered;
  }

  /** Whether it has found out what is spoken. */
  get listening(): boolean {
    return this.state.kind === 'sip' || this.state.kind === 'smpp';
  }

  /** Octets are missing: the next message must be searched for. */
  skip(): void {
    if (this.state.kind !== 'deaf') this.state = searching;
    this.frames = [];
  }

  push(chunk: Buffer, packet: CapturedPacket): readonly Told[] {
    if (this.state.kind === 'deaf') return [];
    if (this.frames.length === framesMax) this.frames.shift();
    this.frames.push(packet);
    const utterances = this.read(chunk);
    const told = utterances.map((utterance, i): Told => ({
      utterance,
      frames: i === 0 ? this.frames : [packet],
    }));
    if (this.buffered === 0) this.frames = [];
    else if (told.length > 0) this.frames = [packet];
    return told;
  }

  private read(chunk: Buffer): readonly Utterance[] {
    const { state } = this;
    switch (state.kind) {
      case 'searching':
        return this.search(state.kept.length === 0 ? chunk : Buffer.concat([state.kept, chunk]));
      case 'sip':
        return this.readSip(state.framer, chunk);
      case 'smpp':
        return this.readSmpp(state.framer, chunk);
      case 'deaf':
        return [];
    }
  }

  private search(bytes: Buffer): readonly Utterance[] {
    const start = findStart(bytes);
    switch (start?.protocol) {
      case 'sip':
      case 'smpp':
        this.strangeOctets = 0;
        this.state =
          start.protocol === 'sip'
            ? { kind: 'sip', framer: new SipFramer() }
            : { kind: 'smpp', framer: new Framer() };
        return this.read(bytes.subarray(start.at));
      case 'tls':
        this.state = { kind: 'deaf' };
        return [{ kind: 'encrypted' }];
      case undefined:
        this.searchOn(bytes);
        return [];
    }
  }

  private searchOn(bytes: Buffer): void {
    const dropped = Math.max(0, bytes.length - startLengthMax);
    this.strangeOctets += dropped;
    if (dropped > 0) this.frames = this.frames.slice(-1);
    this.state =
      this.strangeOctets > strangeMax
        ? { kind: 'deaf' }
        : { kind: 'searching', kept: Buffer.from(bytes.subarray(dropped)) };
  }

  private readSip(framer: SipFramer, chunk: Buffer): readonly Utterance[] {
    const utterances = framer.push(chunk).flatMap(sipUtterance);
    if (framer.broken) this.state = searching;
    return utterances;
  }

  private readSmpp(framer: Framer, chunk: Buffer): readonly Utterance[] {
    const utterances = framer.push(chunk).map((frame): Utterance => {
      const decoded = decode(frame);
      if (decoded.ok) return { kind: 'smpp', pdu: decoded.pdu, octets: frame.length };
      return { kind: 'malformed', fault: { protocol: 'smpp', code: decoded.error.code } };
    });
    if (framer.broken) {
      this.state = searching;
      return [...utterances, { kind: 'malformed', fault: { protocol: 'smpp', code: 'length' } }];
    }
    return utterances;
  }
}

function sipUtterance(framed: Framed): readonly Utterance[] {
  switch (framed.kind) {
    case 'message':
      return [{ kind: 'sip', message: framed.message }];
    case 'fault': {
      const { code, request } = framed.fault;
      return [{ kind: 'malformed', fault: { protocol: 'sip', code, message: request } }];
    }
    case 'ping':
      return [];
  }
}
