/** What a receiver says of one source (RFC 3550 §6.4.1). */
export interface ReceptionReport {
  /** Whom it is about. */
  readonly ssrc: number;
  /** Lost since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Lost since the beginning; negative where packets came twice. */
  readonly lost: number;
  /** With the count of its cycles in the upper 16 bits. */
  readonly highestSequence: number;
  /** In units of the timestamp. */
  readonly jitterUnits: number;
}

/** A sender's or receiver's report, or a farewell (RFC 3550 §6.4, §6.6). */
export interface RtcpReport {
  readonly kind: 'sender' | 'receiver' | 'bye';
  /** Who says so. */
  readonly ssrc: number;
  readonly reception: readonly ReceptionReport[];
}

const senderReport = 200;
const receiverReport = 201;
const goodbye = 203;
const kinds: ReadonlyMap<number, RtcpReport['kind']> = new Map([
  [senderReport, 'sender'],
  [receiverReport, 'receiver'],
  [goodbye, 'bye'],
]);
const blockLength = 24;

/** The reports in a compound packet (RFC 3550 §6.1), as far as it is well-formed; other packets in it are skipped. */
export function readRtcp(bytes: Buffer): readonly RtcpReport[] {
  const reports: RtcpReport[] = [];
  let at = 0;
  while (at + 8 <= bytes.length && bytes.readUInt8(at) >> 6 === 2) {
    const end = at + (bytes.readUInt16BE(at + 2) + 1) * 4;
    const kind = kinds.get(bytes.readUInt8(at + 1));
    if (end > bytes.length || end < at + 8) break;
    if (kind !== undefined) {
      const ssrc = bytes.readUInt32BE(at + 4);
      const blocks = kind === 'bye' ? end : at + (kind === 'sender' ? 28 : 8);
      const count = bytes.readUInt8(at) & 0x1f;
      reports.push({ kind, ssrc, reception: readBlocks(bytes, blocks, end, count) });
    }
    at = end;
  }
  return reports;
}

function readBlocks(bytes: Buffer, start: number, end: number, count: number): readonly ReceptionReport[] {
  const blocks: ReceptionReport[] = [];
  for (let at = start; blocks.length < count && at + blockLength <= end; at += blockLength)
    blocks.push({
      ssrc: bytes.readUInt32BE(at),
      fractionLost: bytes.readUInt8(at + 4),
      lost: bytes.readIntBE(at + 5, 3),
      highestSequence: bytes.readUInt32BE(at + 8),
      jitterUnits: bytes.readUInt32BE(at + 12),
    });
  return blocks;
}
