import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { linkType } from '../../edge/capture/packets/link.ts';
import type { CapturedPacket } from '../../edge/capture/packets/packet.ts';
import type { Endpoint } from '../../edge/capture/packets/endpoint.ts';
import { protocolTcp, protocolUdp } from '../../edge/capture/packets/transport.ts';

/** Makes packets as networks carry them, for tests. Checksums are left empty, which no reader here looks at. */

export type Layer = 'ethernet' | 'vlan' | 'qinq' | 'cooked' | 'cooked2' | 'raw' | 'null';

const numbers: Readonly<Record<Layer, number>> = {
  ethernet: linkType.ethernet,
  vlan: linkType.ethernet,
  qinq: linkType.ethernet,
  cooked: linkType.linuxCooked,
  cooked2: linkType.linuxCooked2,
  raw: linkType.raw,
  null: linkType.null,
};

const hardware = Buffer.from('02000000000a02000000000b', 'hex');

function linkHeader(layer: Layer, etherType: Buffer): Buffer {
  switch (layer) {
    case 'ethernet':
      return Buffer.concat([hardware, etherType]);
    case 'vlan':
      return Buffer.concat([hardware, Buffer.from('81000064', 'hex'), etherType]);
    case 'qinq':
      return Buffer.concat([hardware, Buffer.from('88a8000781000064', 'hex'), etherType]);
    case 'cooked':
      return Buffer.concat([Buffer.from('0000000100060200000000000a00', 'hex'), etherType]);
    case 'cooked2':
      return Buffer.concat([etherType, Buffer.from('0000000000030001000602000000000a0000', 'hex')]);
    case 'raw':
      return Buffer.alloc(0);
    case 'null':
      return Buffer.from(etherType[0] === 8 ? '02000000' : '1e000000', 'hex');
  }
}

/** A packet of the link layer around IP. Ethernet's are padded to their 60 octets, as cards do. */
export function framed(layer: Layer, ip: Buffer, timeUs: number): CapturedPacket {
  const etherType = Buffer.from(ip.readUInt8(0) >> 4 === 6 ? '86dd' : '0800', 'hex');
  const bare = Buffer.concat([linkHeader(layer, etherType), ip]);
  const padding = layer === 'ethernet' ? Math.max(0, 60 - bare.length) : 0;
  const bytes = Buffer.concat([bare, Buffer.alloc(padding)]);
  return { timeUs, linkType: numbers[layer], bytes, originalLength: bytes.length };
}

/** What an IP packet says besides its payload. */
export interface IpOptions {
  readonly id?: number;
  /** Cut into fragments whose payloads have this many octets, a multiple of 8. */
  readonly fragmentOctets?: number;
  /** IPv6: extension headers in front, each of 8 octets. */
  readonly extensions?: readonly number[];
}

/** The IP packets, one or the fragments of one, that carry a payload. */
export function ipPackets(
  source: string,
  destination: string,
  protocol: number,
  payload: Buffer,
  options: IpOptions = {},
): readonly Buffer[] {
  const size = options.fragmentOctets ?? payload.length;
  const v6 = isIPv6(source);
  const make = v6 ? ipv6 : ipv4;
  if (payload.length <= size) return [make(source, destination, protocol, payload, options, undefined)];
  const packets: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size)
    packets.push(
      make(source, destination, protocol, payload.subarray(at, at + size), options, {
        offset: at,
        more: at + size < payload.length,
      }),
    );
  return packets;
}

interface Place {
  readonly offset: number;
  readonly more: boolean;
}

function ipv4(
  source: string,
  destination: string,
  protocol: number,
  payload: Buffer,
  { id = 1 }: IpOptions,
  place: Place | undefined,
): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header.writeUInt16BE(id & 0xffff, 4);
  if (place !== undefined) header.writeUInt16BE((place.more ? 0x2000 : 0) | (place.offset / 8), 6);
  header[8] = 64;
  header[9] = protocol;
  header.set(ipaddr.parse(source).toByteArray(), 12);
  header.set(ipaddr.parse(destination).toByteArray(), 16);
  return Buffer.concat([header, payload]);
}

function ipv6(
  source: string,
  destination: string,
  protocol: number,
  payload: Buffer,
  { id = 1, extensions = [] }: IpOptions,
  place: Place | undefined,
): Buffer {
  const chain = [...extensions, ...(place === undefined ? [] : [44]), protocol];
  const headers = extensions.map((_, i) => {
    const extension = Buffer.alloc(8);
    extension[0] = chain[i + 1] as number;
    // PadN of four octets (RFC 8200 §4.2).
    extension.set([0, 1, 4, 0, 0, 0, 0], 1);
    return extension;
  });
  if (place !== undefined) {
    const fragment = Buffer.alloc(8);
    fragment[0] = protocol;
    fragment.writeUInt16BE(place.offset | (place.more ? 1 : 0), 2);
    fragment.writeUInt32BE(id, 4);
    headers.push(fragment);
  }
  const body = Buffer.concat([...headers, payload]);
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(body.length, 4);
  header[6] = chain[0] as number;
  header[7] = 64;
  header.set(ipaddr.parse(source).toByteArray(), 8);
  header.set(ipaddr.parse(destination).toByteArray(), 24);
  return Buffer.concat([header, body]);
}

export function udp(source: Endpoint, destination: Endpoint, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(source.port, 0);
  header.writeUInt16BE(destination.port, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

export const flag = { fin: 1, syn: 2, rst: 4, push: 8, ack: 16 } as const;

export function tcp(
  source: Endpoint,
  destination: Endpoint,
  sequence: number,
  acknowledged: number,
  flags: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(source.port, 0);
  header.writeUInt16BE(destination.port, 2);
  header.writeUInt32BE(sequence >>> 0, 4);
  header.writeUInt32BE(acknowledged >>> 0, 8);
  header[12] = 0x50;
  header[13] = flags;
  header.writeUInt16BE(65_000, 14);
  return Buffer.concat([header, payload]);
}

/** A UDP datagram as packets of a link layer. */
export function datagram(
  layer: Layer,
  source: Endpoint,
  destination: Endpoint,
  payload: Buffer,
  timeUs: number,
  options: IpOptions = {},
): readonly CapturedPacket[] {
  const whole = udp(source, destination, payload);
  return ipPackets(source.address, destination.address, protocolUdp, whole, options).map((ip, i) =>
    framed(layer, ip, timeUs + i),
  );
}

/** A connection that a test lets both ends speak on; it keeps the sequence numbers. */
export class Connection {
  private readonly next = new Map<Endpoint, number>();
  private readonly layer: Layer;
  readonly client: Endpoint;
  readonly server: Endpoint;

  constructor(
    layer: Layer,
    client: Endpoint,
    server: Endpoint,
    clientSequence = 1000,
    serverSequence = 5000,
  ) {
    this.layer = layer;
    this.client = client;
    this.server = server;
    this.next.set(client, clientSequence >>> 0);
    this.next.set(server, serverSequence >>> 0);
  }

  /** The three packets that open it. */
  open(timeUs: number): readonly CapturedPacket[] {
    return [
      this.segment(this.client, flag.syn, Buffer.alloc(0), timeUs),
      this.segment(this.server, flag.syn | flag.ack, Buffer.alloc(0), timeUs + 1),
      this.segment(this.client, flag.ack, Buffer.alloc(0), timeUs + 2),
    ];
  }

  /** The next octets from one end. */
  say(from: Endpoint, bytes: Buffer, timeUs: number): CapturedPacket {
    return this.segment(from, flag.ack | flag.push, bytes, timeUs);
  }

  close(from: Endpoint, timeUs: number): CapturedPacket {
    return this.segment(from, flag.fin | flag.ack, Buffer.alloc(0), timeUs);
  }

  private segment(from: Endpoint, flags: number, payload: Buffer, timeUs: number): CapturedPacket {
    const to = from === this.client ? this.server : this.client;
    const sequence = this.next.get(from) as number;
    const bytes = tcp(from, to, sequence, this.next.get(to) as number, flags, payload);
    const phantom = (flags & (flag.syn | flag.fin)) !== 0 ? 1 : 0;
    this.next.set(from, (sequence + payload.length + phantom) >>> 0);
    const [ip] = ipPackets(from.address, to.address, protocolTcp, bytes);
    return framed(this.layer, ip as Buffer, timeUs);
  }
}
