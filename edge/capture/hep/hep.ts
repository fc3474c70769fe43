import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Endpoint } from '../packets/endpoint.ts';

// HEP3, the encapsulation that Homer takes: "HEP3 Network Protocol Specification", sipcapture.org. After the letters
// HEP3 and the whole length come chunks: a vendor (0 for those of the specification), a type, a length, a value.

/** What is said of one captured message. */
export interface HepPacket {
  readonly timeUs: number;
  readonly transport: 'udp' | 'tcp';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** What the payload is: see `hepProtocol`. */
  readonly protocol: number;
  /** The capture agent's number. */
  readonly agent: number;
  /** '' for none. */
  readonly password: string;
  /** What the message belongs to, such as a Call-ID; '' for none. */
  readonly correlation: string;
  readonly payload: Buffer;
}

/** Of the specification's numbers those that are sent. Homer wants RTCP as JSON. */
export const hepProtocol = { sip: 1, rtcp: 5 } as const;

const chunk = {
  family: 0x01,
  transport: 0x02,
  source4: 0x03,
  destination4: 0x04,
  source6: 0x05,
  destination6: 0x06,
  sourcePort: 0x07,
  destinationPort: 0x08,
  seconds: 0x09,
  microseconds: 0x0a,
  protocol: 0x0b,
  agent: 0x0c,
  password: 0x0e,
  payload: 0x0f,
  correlation: 0x11,
} as const;

/** Of Linux: AF_INET and AF_INET6. */
const families = { 4: 2, 6: 10 } as const;
const transports = { tcp: 6, udp: 17 } as const;
/** A datagram's limit over IPv4 (RFC 768, RFC 791). */
const packetMax = 65_507;

/** The packet as a datagram; undefined where it is too long for one, or an address is none. */
export function encodeHep(packet: HepPacket): Buffer | undefined {
  const { source, destination, timeUs, password, correlation } = packet;
  const version = isIP(source.address);
  if ((version !== 4 && version !== 6) || isIP(destination.address) !== version) return undefined;
  const [from, to] =
    version === 4 ? [chunk.source4, chunk.destination4] : [chunk.source6, chunk.destination6];
  const chunks = [
    octets(chunk.family, Buffer.of(families[version])),
    octets(chunk.transport, Buffer.of(transports[packet.transport])),
    octets(from, addressOctets(source.address)),
    octets(to, addressOctets(destination.address)),
    uint16(chunk.sourcePort, source.port),
    uint16(chunk.destinationPort, destination.port),
    uint32(chunk.seconds, Math.floor(timeUs / 1e6)),
    uint32(chunk.microseconds, timeUs % 1e6),
    octets(chunk.protocol, Buffer.of(packet.protocol)),
    uint32(chunk.agent, packet.agent),
    ...(password === '' ? [] : [octets(chunk.password, Buffer.from(password))]),
    ...(correlation === '' ? [] : [octets(chunk.correlation, Buffer.from(correlation))]),
  ];
  const length = 6 + chunks.reduce((sum, { length: size }) => sum + size, 0) + 6 + packet.payload.length;
  if (length > packetMax) return undefined;
  const head = Buffer.from('HEP3\0\0');
  head.writeUInt16BE(length, 4);
  return Buffer.concat([head, ...chunks, octets(chunk.payload, packet.payload)], length);
}

function octets(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(head.length + value.length, 4);
  return Buffer.concat([head, value]);
}

function uint16(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff, 0);
  return octets(type, bytes);
}

function uint32(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return octets(type, bytes);
}

const addressOctets = (address: string): Buffer => Buffer.from(ipaddr.parse(address).toByteArray());
