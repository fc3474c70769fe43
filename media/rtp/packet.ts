/** RTP's fixed header (RFC 3550 section 5.1), as far as sound needs it. */
export interface RtpHeader {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** Where the payload is in the packet. */
  payloadAt: number;
  payloadEnd: number;
}

export const rtpHeaderBytes = 12;

export const emptyHeader = (): RtpHeader => ({
  payloadType: 0,
  marker: false,
  sequence: 0,
  timestamp: 0,
  ssrc: 0,
  payloadAt: 0,
  payloadEnd: 0,
});

/** Fills `into` from a packet; false when it is no RTP. Extension and padding are left out of the payload. */
export function readRtp(packet: Uint8Array, into: RtpHeader): boolean {
  const length = packet.length;
  const first = packet[0] ?? 0;
  if (length < rtpHeaderBytes || first >> 6 !== 2) return false;
  const second = packet[1] as number;
  let at = rtpHeaderBytes + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (at + 4 > length) return false;
    at += 4 + 4 * uint16(packet, at + 2);
  }
  let end = length;
  if ((first & 0x20) !== 0) end -= packet[length - 1] as number;
  if (at > end) return false;
  into.marker = second >> 7 === 1;
  into.payloadType = second & 0x7f;
  into.sequence = uint16(packet, 2);
  into.timestamp = uint32(packet, 4);
  into.ssrc = uint32(packet, 8);
  into.payloadAt = at;
  into.payloadEnd = end;
  return true;
}

/** Writes the 12 bytes of a header without extension or padding. */
export function writeRtpHeader(
  packet: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  packet[0] = 0x80;
  packet[1] = (marker ? 0x80 : 0) | payloadType;
  packet[2] = (sequence >> 8) & 0xff;
  packet[3] = sequence & 0xff;
  setUint32(packet, 4, timestamp);
  setUint32(packet, 8, ssrc);
}

const uint16 = (from: Uint8Array, at: number): number =>
  ((from[at] as number) << 8) | (from[at + 1] as number);

const uint32 = (from: Uint8Array, at: number): number =>
  ((uint16(from, at) << 16) | uint16(from, at + 2)) >>> 0;

function setUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = (value >>> 16) & 0xff;
  into[at + 2] = (value >>> 8) & 0xff;
  into[at + 3] = value & 0xff;
}
