import type { PortRange } from '../../../control/config/address.ts';
import { readIp } from '../packets/ip.ts';
import { networkOf } from '../packets/link.ts';
import type { CapturedPacket } from '../packets/packet.ts';

const udp = 17;
const udpHeaderLength = 8;

/**
 * Takes the sound out of a packet of sound: RTP keeps its header (RFC 3550 section 5.1), whose numbers tell loss and
 * jitter; its extension and payload, sound or a digit of RFC 4733, go. RTCP stays as it is. Of what else passes at
 * these ports, such as a fax, the UDP header stays.
 */
export function cutSound(packet: CapturedPacket, ports: PortRange): CapturedPacket {
  const network = networkOf(packet);
  const ip = network && readIp(network);
  if (ip?.protocol !== udp || ip.payload.length < udpHeaderLength) return packet;
  // Where a datagram is in parts, the later ones have no ports; sound is never so long.
  if (ip.fragment !== undefined && ip.fragment.offset > 0) return packet;
  const { payload } = ip;
  const within = (port: number): boolean => port >= ports.first && port <= ports.last;
  if (!within(payload.readUInt16BE(0)) && !within(payload.readUInt16BE(2))) return packet;
  const kept = udpHeaderLength + headerLength(payload.subarray(udpHeaderLength));
  if (kept >= payload.length) return packet;
  const end = payload.byteOffset - packet.bytes.byteOffset + kept;
  return { ...packet, bytes: packet.bytes.subarray(0, end) };
}

const rtpHeaderLength = 12;

/** How much of a datagram tells no sound. */
function headerLength(datagram: Buffer): number {
  const [first = 0, second = 0] = datagram;
  if (first >> 6 !== 2) return 0;
  // RFC 5761 section 4: what is RTCP when both come at one port.
  if (second >= 192 && second <= 223) return datagram.length;
  return rtpHeaderLength + 4 * (first & 0x0f);
}
