import { strict as assert } from 'node:assert';
import type { Subject } from '../../edge/capture/correlate/subject.ts';
import { Trace } from '../../edge/capture/correlate/trace.ts';
import { Dissector } from '../../edge/capture/events/dissector.ts';
import { buildLadder } from '../../edge/capture/ladder/build.ts';
import { ladderText } from '../../edge/capture/ladder/text.ts';
import { exportedPacket } from '../../edge/capture/packets/exported-pdu.ts';
import { pcapFileHeader, pcapRecord, PcapReader } from '../../edge/capture/packets/pcap-file.ts';
import type { CapturedPacket } from '../../edge/capture/packets/packet.ts';
import { rtp, sdp, sip, smpp, submit } from '../capture/talk.ts';
import { Connection, datagram } from '../capture/wire.ts';
import type { Layer } from '../capture/wire.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const layers: readonly Layer[] = ['ethernet', 'vlan', 'cooked', 'cooked2', 'raw', 'null'];
const subjects: readonly Subject[] = [
  { kind: 'call', callIds: ['x'] },
  { kind: 'message', ids: ['1'], from: '15005550006', to: '14155552671', fromUs: 0, untilUs: 1e15 },
  { kind: 'link', remotes: [{ address: '192.0.2.1' }, { address: '2001:db8::1', port: 2775 }] },
];

/** Packets that were whole before octets of them were changed, or their ends cut off. */
function hostile(dice: Dice, layer: Layer): readonly CapturedPacket[] {
  const v6 = dice.int(2) === 0;
  const a = { address: v6 ? '2001:db8::1' : '192.0.2.1', port: dice.pick([5060, 2775, 4000]) };
  const b = { address: v6 ? '2001:db8::2' : '192.0.2.2', port: dice.pick([5060, 2775, 6002]) };
  const connection = new Connection(layer, a, b, dice.int(2 ** 32));
  const say = (): Buffer =>
    dice.pick([
      () => sip({ callId: 'x', method: 'INVITE', body: sdp(a.address, 4000) }),
      () => sip({ callId: 'x', method: 'INVITE', status: 200, body: sdp(b.address, 6002) }),
      () => submit(1 + dice.int(5)),
      () => smpp('submit_sm_resp', 1 + dice.int(5), ['1']),
      () => rtp(dice.int(2 ** 16), dice.int(2 ** 32), 7),
      () => Buffer.from('81c90007000000070000000740000002', 'hex'),
      () => Buffer.from('1603010200', 'hex'),
      () => dice.bytes(dice.int(60)),
    ])();
  const packets = Array.from({ length: 1 + dice.int(8) }, (_, i) => {
    const timeUs = i * dice.pick([10, 4e6]);
    const fragmentOctets = dice.pick([8, 64, 1480]);
    return dice.int(2) === 0
      ? datagram(layer, a, b, say(), timeUs, {
          id: dice.int(3),
          fragmentOctets,
          extensions: v6 ? [0, 60] : [],
        })
      : [connection.say(dice.int(2) === 0 ? a : b, say(), timeUs)];
  }).flat();
  return packets.map((packet) => damaged(dice, packet));
}

/** The same of messages without the layers below them. */
function hostileExported(dice: Dice): readonly CapturedPacket[] {
  const ends = ['192.0.2.1', '2001:db8::1', 'nowhere'].map((address) => ({ address, port: 5061 }));
  return Array.from({ length: 1 + dice.int(8) }, (_, timeUs) => {
    const protocol = dice.pick(['sip', 'smpp'] as const);
    const bytes = dice.pick([sip({ callId: 'x', method: 'INVITE' }), submit(1), dice.bytes(dice.int(60))]);
    const [source, destination] = [dice.pick(ends), dice.pick(ends)];
    return damaged(dice, exportedPacket({ protocol, timeUs, source, destination, bytes }));
  });
}

function damaged(dice: Dice, packet: CapturedPacket): CapturedPacket {
  const bytes = Buffer.from(packet.bytes);
  for (let count = dice.int(3); count > 0; count--) bytes[dice.int(bytes.length)] = dice.int(256);
  return { ...packet, bytes: dice.int(6) === 0 ? bytes.subarray(0, dice.int(bytes.length)) : bytes };
}

/** From the octets of a capture file to the ladder on a terminal: nothing in it makes any of that throw. */
export const fuzzer: Fuzzer = {
  name: 'captured packets',
  attack(dice) {
    const packets = dice.int(8) === 0 ? hostileExported(dice) : hostile(dice, dice.pick(layers));
    const file = Buffer.concat([pcapFileHeader(packets[0]?.linkType ?? 1), ...packets.map(pcapRecord)]);
    for (let count = dice.int(3); count > 0; count--) file[dice.int(file.length)] = dice.int(256);
    const reader = new PcapReader();
    const dissector = new Dissector();
    const subject = dice.pick(subjects);
    const trace = new Trace(subject);
    const step = 1 + dice.int(file.length);
    for (let at = 0; at < file.length; at += step)
      for (const packet of reader.push(file.subarray(at, at + step)))
        for (const event of dissector.push(packet)) trace.push(event);
    for (const event of dissector.end()) trace.push(event);
    const bodies = dice.int(2) === 0;
    const ladder = buildLadder(trace.end(), { title: 't', nameOf: () => undefined, unmasking: { bodies } });
    const width = 40 + dice.int(100);
    const text = ladderText(ladder, { width, colour: false, lines: true });
    assert.deepEqual(JSON.parse(JSON.stringify(ladder)), ladder);
    assert.doesNotMatch(text, /[^\P{Cc}\n]/u);
    for (const line of text.split('\n')) assert.ok(line.length <= width, line);
  },
};
