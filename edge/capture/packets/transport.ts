/** A UDP datagram's ends and payload (RFC 768). */
export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** As much as was captured. */
  readonly payload: Buffer;
  /** How long the payload was on the wire. */
  readonly payloadLength: number;
}

/** A TCP segment (RFC 9293 §3.1), as far as a stream needs it. */
export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Buffer;
  readonly payloadLength: number;
}

export const protocolTcp = 6;
export const protocolUdp = 17;

const udpHeaderLength = 8;
const tcpHeaderLengthMin = 20;

/** Reads what an IP packet of protocol 17 carries; undefined if it is malformed. */
export function readUdp(bytes: Buffer, wireLength: number): UdpDatagram | undefined {
  if (bytes.length < udpHeaderLength) return undefined;
  const length = bytes.readUInt16BE(4) || wireLength;
  if (length < udpHeaderLength || length > wireLength) return undefined;
  return {
    sourcePort: bytes.readUInt16BE(0),
    destinationPort: bytes.readUInt16BE(2),
    payload: bytes.subarray(udpHeaderLength, length),
    payloadLength: length - udpHeaderLength,
  };
}

/** Reads what an IP packet of protocol 6 carries; undefined if it is malformed. */
export function readTcp(bytes: Buffer, wireLength: number): TcpSegment | undefined {
  if (bytes.length < tcpHeaderLengthMin) return undefined;
  const headerLength = (bytes.readUInt8(12) >> 4) * 4;
  if (headerLength < tcpHeaderLengthMin || headerLength > bytes.length) return undefined;
  const flags = bytes.readUInt8(13);
  return {
    sourcePort: bytes.readUInt16BE(0),
    destinationPort: bytes.readUInt16BE(2),
    sequence: bytes.readUInt32BE(4),
    fin: (flags & 0x01) !== 0,
    syn: (flags & 0x02) !== 0,
    rst: (flags & 0x04) !== 0,
    ack: (flags & 0x10) !== 0,
    payload: bytes.subarray(headerLength),
    payloadLength: wireLength - headerLength,
  };
}
