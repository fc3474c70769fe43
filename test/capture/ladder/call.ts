import { buildLadder } from '../../../edge/capture/ladder/build.ts';
import type { Ladder } from '../../../edge/capture/ladder/ladder.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { rtp, sdp, sip } from '../talk.ts';
import type { SipWords } from '../talk.ts';
import { traceOf } from '../trace-of.ts';
import { datagram } from '../wire.ts';

const carrier = { address: '192.0.2.1', port: 5060 };
const edge = { address: '10.0.0.1', port: 5060 };
const phone = { address: '198.51.100.7', port: 5062 };

/** The packets of a call with two legs: an INVITE sent twice, a refusal with markup in it, sound with one loss. */
export function callPackets(): readonly CapturedPacket[] {
  const packets: CapturedPacket[] = [];
  let timeUs = 1_700_000_000_000_000;
  const say = (from: typeof edge, to: typeof edge, bytes: Buffer, stepUs = 5_000): void => {
    packets.push(...datagram('ethernet', from, to, bytes, timeUs));
    timeUs += stepUs;
  };
  const offer: SipWords = { callId: 'a', method: 'INVITE', body: sdp('192.0.2.1', 4000) };
  say(carrier, edge, sip(offer), 500_000);
  say(carrier, edge, sip(offer));
  say(edge, carrier, sip({ callId: 'a', method: 'INVITE', status: 100 }));
  say(edge, phone, sip({ callId: 'b', method: 'INVITE', body: sdp('10.0.0.1', 6000) }));
  say(phone, edge, sip({ callId: 'b', method: 'INVITE', status: 486 }));
  say(edge, carrier, sip({ callId: 'a', method: 'INVITE', status: 200, body: sdp('10.0.0.1', 6002) }));
  say(carrier, edge, sip({ callId: 'a', method: 'ACK' }));
  for (let i = 0; i < 50; i++)
    if (i !== 7)
      say({ ...carrier, port: 4000 }, { ...edge, port: 6002 }, rtp(65_530 + i, i * 160, 7), 20_000);
  say(
    carrier,
    edge,
    sip({
      callId: 'a',
      method: 'INFO',
      sequence: 2,
      body: 'Signal=5\r\n',
      contentType: 'application/dtmf-relay',
    }),
  );
  say(carrier, edge, sip({ callId: 'a', method: 'BYE', sequence: 3 }));
  say(edge, carrier, sip({ callId: 'a', method: 'BYE', sequence: 3, status: 200 }));
  return packets;
}

/** The ladder of that call. */
export const callLadder = (bodies = false, title = 'Call CA1'): Ladder =>
  buildLadder(traceOf({ kind: 'call', callIds: ['a', 'b'] }, callPackets()), {
    title,
    nameOf: ({ address }) =>
      address === edge.address ? 'edge' : address === carrier.address ? 'alpha <&"' : undefined,
    unmasking: { bodies },
  });
