import { sidBytes, sidOf } from '../../../control/base/sid.ts';
import type { TableSpec } from '../../../control/store/table.ts';
import type { Direction, Message, Part, PartState, RawPayload, Status } from '../message.ts';

// Names become small numbers on disk. The order is part of the format: append only.
const statuses: readonly Status[] = [
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'canceled',
  'receiving',
  'received',
];
const directions: readonly Direction[] = ['inbound', 'outbound-api', 'outbound-reply', 'outbound-call'];
const partStates: readonly PartState[] = ['unsent', 'accepted', 'delivered', 'failed'];
const feedbacks: readonly Message['feedback'][] = ['none', 'unconfirmed', 'confirmed'];
const wishes: readonly ('none' | 'always' | 'failure')[] = ['none', 'always', 'failure'];

const smartEncodingBit = 1;

function nameOf<T>(names: readonly T[], index: number): T {
  const name = names[index];
  if (name === undefined) throw new Error(`message row: no name with number ${index}`);
  return name;
}

type PackedPart = readonly [state: number, carrierId: string];
type PackedRaw = readonly [dataCoding: number, udhi: boolean, octets: Buffer];
type PackedMessage = readonly [
  accountNo: number,
  direction: number,
  from: string,
  to: string,
  body: string,
  status: number,
  errorCode: number,
  segments: number,
  media: number,
  createdMs: number,
  updatedAfterMs: number,
  sentAfterMs: number,
  sendAtMs: number,
  deadlineAfterMs: number,
  flags: number,
  statusCallback: string,
  carrier: string,
  parts: readonly PackedPart[],
  raw: PackedRaw | null,
  receipt: number,
  feedback: number,
  priceMicros: number | null,
  messagingService: Buffer | null,
];

/** A time as the distance from creation, which is short on disk; 0 stands for "not yet". */
const after = (createdMs: number, atMs: number): number => (atMs === 0 ? 0 : atMs - createdMs + 1);
const at = (createdMs: number, afterMs: number): number => (afterMs === 0 ? 0 : createdMs + afterMs - 1);

function pack(message: Message): PackedMessage {
  const { createdMs, raw } = message;
  return [
    message.accountNo,
    directions.indexOf(message.direction),
    message.from,
    message.to,
    message.body,
    statuses.indexOf(message.status),
    message.errorCode,
    message.segments,
    message.media,
    createdMs,
    after(createdMs, message.updatedMs),
    after(createdMs, message.sentMs),
    message.sendAtMs,
    after(createdMs, message.deadlineMs),
    message.smartEncoding ? smartEncodingBit : 0,
    message.statusCallback,
    message.carrier,
    message.parts.map((part): PackedPart => [partStates.indexOf(part.state), part.carrierId]),
    raw === null ? null : [raw.dataCoding, raw.udhi, raw.octets],
    wishes.indexOf(message.receipt?.when ?? 'none'),
    feedbacks.indexOf(message.feedback),
    message.priceMicros,
    message.messagingServiceSid === '' ? null : Buffer.from(sidBytes(message.messagingServiceSid)),
  ];
}

function unpackRaw(packed: PackedRaw | null): RawPayload | null {
  return packed === null ? null : { dataCoding: packed[0], udhi: packed[1], octets: packed[2] };
}

function unpack(packed: unknown, id: Buffer): Message {
  const p = packed as PackedMessage;
  const createdMs = p[9];
  const wish = nameOf(wishes, p[19]);
  return {
    sid: sidOf(p[8] > 0 ? 'MM' : 'SM', id),
    accountNo: p[0],
    direction: nameOf(directions, p[1]),
    from: p[2],
    to: p[3],
    body: p[4],
    status: nameOf(statuses, p[5]),
    errorCode: p[6],
    segments: p[7],
    media: p[8],
    createdMs,
    updatedMs: at(createdMs, p[10]),
    sentMs: at(createdMs, p[11]),
    sendAtMs: p[12],
    deadlineMs: at(createdMs, p[13]),
    smartEncoding: (p[14] & smartEncodingBit) !== 0,
    statusCallback: p[15],
    carrier: p[16],
    parts: p[17].map(([state, carrierId]): Part => ({ state: nameOf(partStates, state), carrierId })),
    raw: unpackRaw(p[18]),
    receipt: wish === 'none' ? null : { when: wish },
    feedback: nameOf(feedbacks, p[20]),
    priceMicros: p[21],
    messagingServiceSid: p[22] === null ? '' : sidOf('MG', p[22]),
  };
}

/** Every message, by the 16 bytes of its SID: in order of creation. */
export const messageTable: TableSpec<Buffer, Message> = {
  name: 'messages',
  key: { encode: (id) => id, decode: (id) => id },
  version: 3,
  pack,
  unpack,
  // Version 1 knew no prices, 2 no Messaging Services.
  upgrades: {
    1: (packed) => [...(packed as readonly unknown[]), null],
    2: (packed) => [...(packed as readonly unknown[]), null],
  },
  // A receipt may come before the row of its submission is committed.
  readsOwnWrites: true,
};
