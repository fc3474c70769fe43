import type { Sid } from '../../../control/base/sid.ts';
import { bytesKey, orderedKey, sidKey, type OrderedKey } from '../../../control/store/keys.ts';
import type { TableSpec } from '../../../control/store/table.ts';
import { callbackTable } from '../../webhook/callbacks.ts';
import { unbilled, type Call, type HttpMethod } from '../call.ts';
import type { Conference, Stay } from '../conference.ts';
import type { Queue } from '../queue.ts';
import type { Recording } from '../recording.ts';
import type { CallReport } from '../report.ts';
import type { Stream } from '../stream.ts';
import type { Transcription } from '../transcription.ts';

export const callTable: TableSpec<Sid, Call> = {
  name: 'calls',
  key: sidKey('CA'),
  version: 2,
  upgrades: { 1: (packed) => ({ ...(packed as object), bill: unbilled }) },
  readsOwnWrites: true,
  unhurried: true,
};

/** The Call-IDs by which a call's INVITEs went over the wire, in their order: how a capture finds the call. */
export const callDialogTable: TableSpec<Sid, readonly string[]> = {
  name: 'call-dialogs',
  key: sidKey('CA'),
  version: 1,
  readsOwnWrites: true,
  unhurried: true,
};

/** How each call's sound was, and how it came and went; written with its end. */
export const callReportTable: TableSpec<Sid, CallReport> = {
  name: 'call-reports',
  key: sidKey('CA'),
  version: 1,
  unhurried: true,
};

/** What was made before its minutes were charged. */
const unpaid = (packed: unknown) => ({ ...(packed as object), priceMicros: null });

export const recordingTable: TableSpec<Sid, Recording> = {
  name: 'recordings',
  key: sidKey('RE'),
  version: 2,
  upgrades: { 1: unpaid },
  readsOwnWrites: true,
};

export const conferenceTable: TableSpec<Sid, Conference> = {
  name: 'conferences',
  key: sidKey('CF'),
  version: 1,
  readsOwnWrites: true,
};

/** Who was in which conference for how long. */
export const stayTable: TableSpec<Sid, Stay> = {
  name: 'conference-stays',
  key: sidKey('CP'),
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
  version: 2,
  upgrades: { 1: unpaid },
  readsOwnWrites: true,
};

/** What a call, recording or conference owes its application. */
export const voiceCallbackTable = callbackTable('voice-callbacks');

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
  unhurried: true,
};

/** Calls that had not ended when last seen: what a restart has to look at. By the 16 bytes of the SID. */
export const liveCallTable: TableSpec<Buffer, null> = {
  name: 'live-calls',
  key: bytesKey,
  version: 1,
  unhurried: true,
};
