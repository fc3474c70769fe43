import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Track } from '../../../media/media.ts';

/** What a stream is about, for its first message. */
export interface StreamFacts {
  readonly streamSid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly tracks: readonly Track[];
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 } as const;

/**
 * Writes a stream's messages (https://www.twilio.com/docs/voice/media-streams/websocket-messages). Numbers are
 * strings on the wire, save in `mediaFormat`; messages after `connected` are numbered from 1.
 */
export class StreamWriter {
  private readonly facts: StreamFacts;
  private sequence = 0;
  private readonly chunks: Record<Track, number> = { inbound: 0, outbound: 0 };

  constructor(facts: StreamFacts) {
    this.facts = facts;
  }

  connected(): string {
    return JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' });
  }

  start(): string {
    const { streamSid, accountSid, callSid, tracks, parameters } = this.facts;
    const customParameters = Object.fromEntries(parameters);
    return this.write('start', { accountSid, streamSid, callSid, tracks, mediaFormat, customParameters });
  }

  /** `payload`: µ-law; `timestampMs`: since the stream began. */
  media(track: Track, timestampMs: number, payload: Uint8Array): string {
    const chunk = String(++this.chunks[track]);
    const base64 = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64');
    return this.write('media', { track, chunk, timestamp: String(timestampMs), payload: base64 });
  }

  dtmf(digit: string): string {
    return this.write('dtmf', { track: 'inbound_track', digit });
  }

  mark(name: string): string {
    return this.write('mark', { name });
  }

  stop(): string {
    const { accountSid, callSid } = this.facts;
    return this.write('stop', { accountSid, callSid });
  }

  private write(event: string, content: object): string {
    const { streamSid } = this.facts;
    return JSON.stringify({ event, sequenceNumber: String(++this.sequence), [event]: content, streamSid });
  }
}

/** What an application sends into a bidirectional stream. */
export type StreamRequest =
  | { readonly kind: 'media'; readonly payload: Buffer }
  | { readonly kind: 'mark'; readonly name: string }
  | { readonly kind: 'clear' };

/** 31950: not a message at all; 31951: one that has no place here. */
export interface StreamFault {
  readonly code: 31950 | 31951;
  readonly detail: string;
}

const markNameMax = 1_000;
/** At least one byte; the length is left to the decoder. */
const base64 = /^[A-Za-z0-9+/]{2,}={0,2}$/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (detail: string): Result<never, StreamFault> => fail({ code: 31951, detail });

/** Reads a message of the application's. Never throws. */
export function readRequest(text: string, streamSid: string): Result<StreamRequest, StreamFault> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return fail({ code: 31950, detail: 'a message is not JSON' });
  }
  if (!isObject(message)) return fail({ code: 31950, detail: 'a message is not a JSON object' });
  const { event, media, mark } = message;
  if (message['streamSid'] !== streamSid) return invalid('a message names another stream');
  switch (event) {
    case 'media': {
      const payload = isObject(media) ? media['payload'] : undefined;
      if (typeof payload !== 'string' || !base64.test(payload))
        return invalid('media without a base64 payload');
      return ok({ kind: 'media', payload: Buffer.from(payload, 'base64') });
    }
    case 'mark': {
      const name = isObject(mark) ? mark['name'] : undefined;
      if (typeof name !== 'string' || name.length > markNameMax) return invalid('a mark without a name');
      return ok({ kind: 'mark', name });
    }
    case 'clear':
      return ok({ kind: 'clear' });
    default:
      return invalid('a message of an unknown event');
  }
}
