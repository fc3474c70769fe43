import { parseMessage } from '../../sip/message/parse.ts';
import { decode } from '../../smpp/decode.ts';
import type { Endpoint } from '../packets/endpoint.ts';
import { endpointText } from '../packets/endpoint.ts';
import { readExported } from '../packets/exported-pdu.ts';
import { Fragments } from '../packets/fragments.ts';
import type { WholePacket } from '../packets/fragments.ts';
import { readIp } from '../packets/ip.ts';
import { linkType, networkOf } from '../packets/link.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { protocolTcp, protocolUdp, readTcp, readUdp } from '../packets/transport.ts';
import { Connections } from './connections.ts';
import { readRtcp } from './rtcp.ts';
import { mediaKind, readRtp } from './rtp.ts';
import { beginsLikeSip } from './stream-start.ts';
import type { Passage, WireEvent } from './wire-event.ts';

/**
 * Turns captured packets, in the order of the capture, into what the wire told. Whatever the packets hold, it never
 * throws, and keeps a bounded amount of memory: fragments, segments behind holes, unfinished messages. Of packets that
 * hold neither SIP, SMPP nor what may be RTP nothing is told.
 */
export class Dissector {
  private readonly fragments = new Fragments();
  private readonly connections = new Connections();

  push(packet: CapturedPacket): readonly WireEvent[] {
    if (packet.linkType === linkType.exportedPdu) return exported(packet);
    const network = networkOf(packet);
    const ip = network && readIp(network);
    const whole = ip && this.fragments.add(ip, packet);
    switch (whole?.ip.protocol) {
      case protocolUdp:
        return datagram(whole, packet.timeUs);
      case protocolTcp:
        return this.segment(whole, packet);
      default:
        return [];
    }
  }

  /** What was still incomplete, when no more packets come. */
  end(): readonly WireEvent[] {
    return this.connections.end();
  }

  private segment({ ip }: WholePacket, packet: CapturedPacket): readonly WireEvent[] {
    const segment = readTcp(ip.payload, ip.payloadLength);
    if (segment === undefined) return [];
    const source: Endpoint = { address: ip.source, port: segment.sourcePort };
    const destination: Endpoint = { address: ip.destination, port: segment.destinationPort };
    const key = `${endpointText(source)} ${endpointText(destination)}`;
    return this.connections.push(key, { source, destination }, segment, packet);
  }
}

/** A message that needs no reassembly: who spoke it has told it. */
function exported(packet: CapturedPacket): readonly WireEvent[] {
  const pdu = readExported(packet);
  if (pdu === undefined) return [];
  const { protocol, source, destination, payload } = pdu;
  const at: Passage = { timeUs: packet.timeUs, transport: 'tls', source, destination, frames: [packet] };
  if (protocol === 'sip') return [sipEvent(payload, at)];
  const decoded = decode(payload);
  return decoded.ok
    ? [{ kind: 'smpp', pdu: decoded.pdu, octets: payload.length, ...at }]
    : [{ kind: 'malformed', fault: { protocol: 'smpp', code: decoded.error.code }, ...at }];
}

function sipEvent(bytes: Buffer, at: Passage): WireEvent {
  const parsed = parseMessage(bytes);
  if (parsed.ok) return { kind: 'sip', message: parsed.value, ...at };
  const { code, request } = parsed.error;
  return { kind: 'malformed', fault: { protocol: 'sip', code, message: request }, ...at };
}

function datagram({ ip, frames }: WholePacket, timeUs: number): readonly WireEvent[] {
  const udp = readUdp(ip.payload, ip.payloadLength);
  if (udp === undefined) return [];
  const { payload, payloadLength } = udp;
  const at: Passage = {
    timeUs,
    transport: 'udp',
    source: { address: ip.source, port: udp.sourcePort },
    destination: { address: ip.destination, port: udp.destinationPort },
    frames,
  };
  if (beginsLikeSip(payload)) return [sipEvent(payload, at)];
  switch (mediaKind(payload)) {
    case 'rtp':
      return [{ kind: 'rtp', rtp: readRtp(payload, payloadLength), ...at }];
    case 'rtcp':
      return [{ kind: 'rtcp', reports: readRtcp(payload), ...at }];
    case undefined:
      return [];
  }
}
