import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Dissector } from '../../../edge/capture/events/dissector.ts';
import type { WireEvent } from '../../../edge/capture/events/wire-event.ts';
import { LadderBuilder } from '../../../edge/capture/ladder/build.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { RtpFlows } from '../../../edge/capture/rtp/flows.ts';
import { callId, cseq } from '../../../edge/sip/message/fields.ts';
import type { SipMessage } from '../../../edge/sip/message/message.ts';
import { messageCommands, messageOf, textOf } from '../../../edge/smpp/message.ts';
import { dice } from '../../fuzz/fuzzer.ts';
import type { Layer } from '../wire.ts';
import { generated } from './generated.ts';
import { readByTshark } from './tshark.ts';

const captures: readonly (readonly [seed: number, Layer, v6: boolean])[] = [
  [1, 'ethernet', false],
  [2, 'ethernet', true],
  [3, 'vlan', false],
  [4, 'qinq', true],
  [5, 'cooked', false],
  [6, 'cooked2', true],
  [7, 'raw', false],
  [8, 'null', true],
  [9, 'ethernet', false],
  [10, 'cooked', true],
];

const fields = [
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'udp.srcport',
  'udp.dstport',
  'tcp.srcport',
  'tcp.dstport',
  'sip.Method',
  'sip.Status-Code',
  'sip.Call-ID',
  'sip.CSeq.seq',
  'sip.CSeq.method',
  'sip.resend',
  'smpp.command_id',
  'smpp.command_status',
  'smpp.sequence_number',
  'smpp.command_length',
  'smpp.source_addr',
  'smpp.destination_addr',
  'smpp.message_id',
  'rtp.p_type',
  'rtp.marker',
  'rtp.seq',
  'rtp.timestamp',
  'rtp.ssrc',
] as const;
type Field = (typeof fields)[number];

/** An event's fields as tshark names and writes them. */
function fieldsOf(event: WireEvent, sentAgain: boolean): readonly (readonly [Field, string])[] {
  switch (event.kind) {
    case 'sip': {
      const { message } = event;
      const of = cseq(message);
      return [
        message.kind === 'request'
          ? ['sip.Method', message.method]
          : ['sip.Status-Code', String(message.status)],
        ['sip.Call-ID', callId(message) ?? ''],
        ['sip.CSeq.seq', String(of?.number)],
        ['sip.CSeq.method', of?.method ?? ''],
        // tshark does not look at whether an ACK or a provisional response has come before.
        ['sip.resend', sentAgain && !(of?.method === 'ACK' || isProvisional(message)) ? '1' : '0'],
      ];
    }
    case 'smpp': {
      const { pdu, octets } = event;
      const { command } = pdu;
      const hex = `0x${command.id.toString(16).padStart(8, '0')}`;
      const message = command === messageCommands.submit || command === messageCommands.deliver;
      return [
        ['smpp.command_id', hex],
        ...(command.isResponse
          ? [['smpp.command_status', `0x${pdu.status.toString(16).padStart(8, '0')}`] as const]
          : []),
        ['smpp.sequence_number', String(pdu.sequence)],
        ['smpp.command_length', String(octets)],
        ...(message
          ? ([
              ['smpp.source_addr', messageOf(pdu).source.addr],
              ['smpp.destination_addr', messageOf(pdu).destination.addr],
            ] as const)
          : []),
        ...(command.name === 'submit_sm_resp' && pdu.status === 0
          ? [['smpp.message_id', textOf(pdu, 'message_id')] as const]
          : []),
      ];
    }
    case 'rtp': {
      const { rtp } = event;
      return [
        ['rtp.p_type', String(rtp.payloadType)],
        ['rtp.marker', rtp.marker ? '1' : '0'],
        ['rtp.seq', String(rtp.sequence)],
        ['rtp.timestamp', String(rtp.timestamp)],
        ['rtp.ssrc', `0x${rtp.ssrc.toString(16).padStart(8, '0')}`],
      ];
    }
    case 'rtcp':
    case 'malformed':
    case 'connection':
      return [];
  }
}

const isProvisional = (message: SipMessage): boolean => message.kind === 'response' && message.status < 200;

/** What our reading says of each frame, as tshark's does: everything in the frame that completed it. */
function ours(packets: readonly CapturedPacket[]): ReadonlyMap<string, readonly string[]>[] {
  const places = new Map(packets.map((packet, i) => [packet.timeUs, i]));
  const frames = packets.map(() => new Map<string, string[]>(fields.map((field) => [field, []])));
  const dissector = new Dissector();
  const ladder = new LadderBuilder({ nameOf: () => undefined, unmasking: { bodies: false } });
  for (const event of [...packets.flatMap((packet) => dissector.push(packet)), ...dissector.end()]) {
    const frame = frames[places.get(event.timeUs) ?? -1];
    assert.ok(frame, 'the time of an event is that of a packet');
    const row = ladder.row(event);
    const again = row?.kind === 'arrow' && row.notes.includes('sent again');
    const ip = event.source.address.includes(':') ? 'ipv6' : 'ip';
    frame.set(`${ip}.src`, [event.source.address]);
    frame.set(`${ip}.dst`, [event.destination.address]);
    frame.set(`${event.transport}.srcport`, [String(event.source.port)]);
    frame.set(`${event.transport}.dstport`, [String(event.destination.port)]);
    for (const [field, value] of fieldsOf(event, again)) frame.get(field)?.push(value);
  }
  return frames;
}

const protocols = fields.filter((field) => /^(sip|smpp|rtp)\./.test(field));
const tells = (frame: ReadonlyMap<string, readonly string[]>): boolean =>
  protocols.some((field) => (frame.get(field) ?? []).length > 0);

describe("our reading and tshark's", () => {
  for (const [seed, layer, v6] of captures) {
    it(`agree on capture ${seed}: ${layer}, ${v6 ? 'IPv6' : 'IPv4'}`, async () => {
      const packets = generated(dice(seed), layer, v6);
      const theirs = await readByTshark(packets, fields);
      const read = ours(packets);
      let compared = 0;
      for (const [i, frame] of theirs.frames.entries()) {
        const own = read[i] as ReadonlyMap<string, readonly string[]>;
        if (!tells(frame) && !tells(own)) continue;
        assert.deepEqual(own, frame, `frame ${i + 1}`);
        compared++;
      }
      assert.ok(compared > 250, `${compared} frames`);

      const flows = new RtpFlows(() => undefined);
      const dissector = new Dissector();
      for (const packet of packets)
        for (const event of dissector.push(packet)) if (event.kind === 'rtp') flows.add(event);
      const counted = Array.from(flows, ({ source, destination, ssrc, statistics, clockRate }) => ({
        source: `${source.address} ${source.port}`,
        destination: `${destination.address} ${destination.port}`,
        ssrc,
        packets: statistics.received,
        lost: statistics.lost,
        deltaMaxMs: statistics.gapMaxUs / 1000,
        jitterMeanMs: (statistics.jitterMeanUnits * 1000) / clockRate,
        jitterMaxMs: (statistics.jitterMaxUnits * 1000) / clockRate,
      }));
      assert.equal(counted.length, 2);
      for (const { deltaMaxMs, jitterMeanMs, jitterMaxMs, ...stream } of theirs.streams) {
        const own = counted.find(({ ssrc }) => ssrc === stream.ssrc);
        assert.ok(own);
        assert.deepEqual({ ...own, ...stream }, own);
        // They are printed with three decimals.
        for (const [a, b] of [
          [own.deltaMaxMs, deltaMaxMs],
          [own.jitterMeanMs, jitterMeanMs],
          [own.jitterMaxMs, jitterMaxMs],
        ] as const)
          assert.ok(Math.abs(a - b) <= 0.001, `${a} ${b}`);
      }
      assert.equal(theirs.streams.length, 2);
    });
  }
});
