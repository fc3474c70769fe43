import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import type { Overheard } from '../../../control/base/overheard.ts';
import type { Endpoint } from './endpoint.ts';
import { linkType } from './link.ts';
import type { CapturedPacket } from './packet.ts';

// LINKTYPE_WIRESHARK_UPPER_PDU (tcpdump.org's registry): a message without the layers below it. Tags say what it is and
// where it passed: a type and a length of 16 bits each, and a value filled up to 4 octets, all big-endian.

const tag = {
  end: 0,
  /** The name of Wireshark's own reader, as its `-d` takes it. */
  dissector: 12,
  source4: 20,
  destination4: 21,
  source6: 22,
  destination6: 23,
  portType: 24,
  sourcePort: 25,
  destinationPort: 26,
} as const;

/** Wireshark's PT_TCP. */
const portTypeTcp = 2;
/** More tags than any writer has. */
const tagsMax = 32;

/** What an exported message says of itself. */
export interface ExportedPdu {
  readonly protocol: Overheard['protocol'];
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly payload: Buffer;
}

/** An overheard message as a packet. */
export function exportedPacket({
  protocol,
  timeUs,
  source,
  destination,
  bytes: payload,
}: Overheard): CapturedPacket {
  const bytes = Buffer.concat([
    option(tag.dissector, Buffer.from(protocol)),
    address(source.address, tag.source4, tag.source6),
    address(destination.address, tag.destination4, tag.destination6),
    number(tag.portType, portTypeTcp),
    number(tag.sourcePort, source.port),
    number(tag.destinationPort, destination.port),
    option(tag.end, Buffer.alloc(0)),
    payload,
  ]);
  return { timeUs, linkType: linkType.exportedPdu, bytes, originalLength: bytes.length };
}

/** Reads such a packet; undefined if it is malformed, or of another protocol. */
export function readExported({ bytes }: CapturedPacket): ExportedPdu | undefined {
  let protocol = '';
  let source: Endpoint = { address: '', port: 0 };
  let destination = source;
  let at = 0;
  for (let tags = 0; tags < tagsMax && at + 4 <= bytes.length; tags++) {
    const type = bytes.readUInt16BE(at);
    const value = bytes.subarray(at + 4, at + 4 + bytes.readUInt16BE(at + 2));
    at += 4 + bytes.readUInt16BE(at + 2);
    if (at > bytes.length) return undefined;
    switch (type) {
      case tag.end:
        return protocol === 'sip' || protocol === 'smpp'
          ? { protocol, source, destination, payload: bytes.subarray(at) }
          : undefined;
      case tag.dissector:
        protocol = value.toString('latin1').replace(/\0+$/, '');
        break;
      case tag.source4:
      case tag.source6:
        source = { ...source, address: addressText(value) };
        break;
      case tag.destination4:
      case tag.destination6:
        destination = { ...destination, address: addressText(value) };
        break;
      case tag.sourcePort:
        source = { ...source, port: portOf(value) };
        break;
      case tag.destinationPort:
        destination = { ...destination, port: portOf(value) };
    }
  }
  return undefined;
}

function option(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(bytes.length - 4, 2);
  value.copy(bytes, 4);
  return bytes;
}

function number(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return option(type, bytes);
}

/** Nothing where the address is none, as of a connection that has just gone. */
const address = (text: string, type4: number, type6: number): Buffer =>
  isIP(text) === 0
    ? Buffer.alloc(0)
    : option(isIP(text) === 4 ? type4 : type6, Buffer.from(ipaddr.parse(text).toByteArray()));

const addressText = (value: Buffer): string =>
  value.length === 4 || value.length === 16 ? ipaddr.fromByteArray([...value]).toString() : '';

const portOf = (value: Buffer): number => (value.length === 4 ? value.readUInt32BE(0) & 0xffff : 0);
