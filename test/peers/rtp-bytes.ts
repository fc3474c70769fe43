/** The bytes of RTP, G.711 and RFC 4733, written a second time: what is tested must not be its own judge. */
export type Law = 'PCMU' | 'PCMA';

export interface PacketHeader {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

export function rtpPacket(header: PacketHeader, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8((header.marker ? 128 : 0) + header.payloadType, 1);
  packet.writeUInt16BE(header.sequence, 2);
  packet.writeUInt32BE(header.timestamp >>> 0, 4);
  packet.writeUInt32BE(header.ssrc >>> 0, 8);
  packet.set(payload, 12);
  return packet;
}

/** Plain packets only: a SIP peer has agreed to no CSRCs, no header extension and no padding. */
export function readPacket(bytes: Buffer): (PacketHeader & { readonly payload: Buffer }) | undefined {
  if (bytes.length < 12 || bytes.readUInt8(0) !== 0x80) return undefined;
  const second = bytes.readUInt8(1);
  return {
    payloadType: second % 128,
    marker: second >= 128,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(12),
  };
}

/** G.711 by its decision rules, found by search in the table of the decoder. */
export function companded(law: Law, samples: Int16Array): Uint8Array {
  const table = tables[law];
  return Uint8Array.from(samples, (sample) => nearest(table, sample));
}

export const expanded = (law: Law, octets: Uint8Array): Int16Array =>
  Int16Array.from(octets, (octet) => tables[law].valueOf[octet] ?? 0);

interface Table {
  readonly valueOf: readonly number[];
  /** Octets in the order of their values. */
  readonly order: readonly number[];
}

function table(value: (octet: number) => number): Table {
  const valueOf = Array.from({ length: 256 }, (_, octet) => value(octet));
  const order = Array.from(valueOf.keys()).sort((a, b) => (valueOf[a] ?? 0) - (valueOf[b] ?? 0));
  return { valueOf, order };
}

const tables: Readonly<Record<Law, Table>> = {
  PCMU: table((octet) => {
    const inverted = 255 - octet;
    const magnitude = (2 * (inverted % 16) + 33) * 2 ** (Math.floor(inverted / 16) % 8) - 33;
    return (inverted >= 128 ? -4 : 4) * magnitude;
  }),
  PCMA: table((octet) => {
    const plain = octet ^ 0x55;
    const [segment, step] = [Math.floor(plain / 16) % 8, plain % 16];
    const magnitude = segment === 0 ? 2 * step + 1 : (2 * step + 33) * 2 ** (segment - 1);
    return (plain >= 128 ? 8 : -8) * magnitude;
  }),
};

function nearest({ valueOf, order }: Table, sample: number): number {
  let [low, high] = [0, order.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((valueOf[order[middle] ?? 0] ?? 0) <= sample) low = middle;
    else high = middle;
  }
  const [below, above] = [order[low] ?? 0, order[high] ?? 0];
  return sample - (valueOf[below] ?? 0) <= (valueOf[above] ?? 0) - sample ? below : above;
}

/** What a phone sends in one tick while it dials: packets of an event, or none in the pause behind it. */
export interface DialStep {
  readonly payloads: readonly Uint8Array[];
  readonly first: boolean;
}

const keys = '0123456789*#ABCD';

/** Each digit 100 ms, its end said three times, and 60 ms of pause. */
export function dialPlan(digits: string): readonly DialStep[] {
  return Array.from(digits).flatMap((digit) => {
    const event = keys.indexOf(digit);
    const payload = (tick: number, ends: boolean): Uint8Array =>
      Uint8Array.of(event, ends ? 0x8a : 0x0a, (tick * 160) >> 8, (tick * 160) & 0xff);
    const pressed = [1, 2, 3, 4].map((tick) => ({ payloads: [payload(tick, false)], first: tick === 1 }));
    const ends = payload(5, true);
    const pause = { payloads: [], first: false };
    return [...pressed, { payloads: [ends, ends, ends], first: false }, pause, pause, pause];
  });
}

export const digitOf = (payload: Uint8Array): string => keys[payload[0] ?? 255] ?? '?';
