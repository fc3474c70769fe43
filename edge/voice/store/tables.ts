import type { Sid } from '../../../control/base/sid.ts';
import { bytesKey, sidKey, type KeyCodec } from '../../../control/store/keys.ts';
import type { TableSpec } from '../../../control/store/table.ts';
import type { Call, HttpMethod } from '../call.ts';
import type { Conference } from '../conference.ts';
import type { Queue } from '../queue.ts';
import type { Recording } from '../recording.ts';
import type { Stream } from '../stream.ts';
import type { Transcription } from '../transcription.ts';

export const callTable: TableSpec<Sid, Call> = {
  name: 'calls',
  key: sidKey('CA'),
  version: 1,
  readsOwnWrites: true,
};

export const recordingTable: TableSpec<Sid, Recording> = {
  name: 'recordings',
  key: sidKey('RE'),
  version: 1,
  readsOwnWrites: true,
};

export const conferenceTable: TableSpec<Sid, Conference> = {
  name: 'conferences',
  key: sidKey('CF'),
  version: 1,
  readsOwnWrites: true,
};

export const queueTable: TableSpec<Sid, Queue> = {
  name: 'voice-queues',
  key: sidKey('QU'),
  version: 1,
  readsOwnWrites: true,
};

export const streamTable: TableSpec<Sid, Stream> = {
  name: 'streams',
  key: sidKey('MZ'),
  version: 1,
  readsOwnWrites: true,
};

export const transcriptionTable: TableSpec<Sid, Transcription> = {
  name: 'transcriptions',
  key: sidKey('TR'),
  version: 1,
  readsOwnWrites: true,
};

/** Something that belongs to a resource, in an order of its own: 16 bytes of the SID, then a number from 0. */
export interface OrderedKey {
  readonly id: Buffer;
  readonly order: number;
}

export const orderedKey: KeyCodec<OrderedKey> = {
  encode({ id, order }) {
    const bytes = Buffer.allocUnsafe(20);
    id.copy(bytes, 0);
    bytes.writeUInt32BE(order, 16);
    return bytes;
  },
  decode: (bytes) => ({ id: Buffer.from(bytes.subarray(0, 16)), order: bytes.readUInt32BE(16) }),
};

/** Every `OrderedKey` of a resource. */
export const allOf = (id: Buffer): { readonly start: OrderedKey; readonly end: OrderedKey } => ({
  start: { id, order: 0 },
  end: { id, order: 0xffff_ffff },
});

/** A webhook that an application is still owed. Its parameters are those of the moment when it came to be. */
export interface Callback {
  readonly accountNo: number;
  /** What an alert about its failure is about. */
  readonly aboutSid: Sid;
  readonly url: string;
  readonly method: HttpMethod;
  readonly params: readonly (readonly [string, string])[];
  readonly attempts: number;
}

/** By the resource (call, recording, conference) and the sequence number: each resource's in order. */
export const callbackTable: TableSpec<OrderedKey, Callback> = {
  name: 'voice-callbacks',
  key: orderedKey,
  version: 1,
};

/** A request of a call's application and what came of it (https://www.twilio.com/docs/voice/api/call-event-resource). */
export interface WebhookEvent {
  readonly atMs: number;
  readonly url: string;
  readonly method: HttpMethod;
  readonly params: readonly (readonly [string, string])[];
  /** HTTP status; 0 if no answer came. */
  readonly status: number;
  readonly contentType: string;
  /** The answer's body, cut at `eventBodyMax` characters. */
  readonly body: string;
  /** A code of Twilio's table, or 0. */
  readonly errorCode: number;
}

export const webhookEventTable: TableSpec<OrderedKey, WebhookEvent> = {
  name: 'voice-events',
  key: orderedKey,
  version: 1,
};

/** Calls that had not ended when last seen: what a restart has to look at. By the 16 bytes of the SID. */
export const liveCallTable: TableSpec<Buffer, null> = { name: 'live-calls', key: bytesKey, version: 1 };
