/** An RTP packet's header (RFC 3550 §5.1). */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** Octets behind the fixed header on the wire, whatever of them was captured. */
  readonly octets: number;
}

const headerLength = 12;
/** RFC 5761 §4: with a second octet of these, the packet is RTCP. */
const rtcpTypeMin = 192;
const rtcpTypeMax = 223;

/** Whether a datagram's first octets are those of RTP or RTCP, version 2 (RFC 7983 §7). */
export function mediaKind(bytes: Buffer): 'rtp' | 'rtcp' | undefined {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 8 || first >> 6 !== 2) return undefined;
  if (second >= rtcpTypeMin && second <= rtcpTypeMax) return 'rtcp';
  return bytes.length < headerLength ? undefined : 'rtp';
}

/** The header of a packet that `mediaKind` takes for RTP; the rest may have been cut away. */
export function readRtp(bytes: Buffer, wireLength: number): RtpPacket {
  const second = bytes.readUInt8(1);
  return {
    payloadType: second & 0x7f,
    marker: second >= 0x80,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    octets: wireLength - headerLength,
  };
}
