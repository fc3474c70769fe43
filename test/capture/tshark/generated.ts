import type { Endpoint } from '../../../edge/capture/packets/endpoint.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import type { Dice } from '../../fuzz/fuzzer.ts';
import { deliver, rtp, sdp, sip, smpp, submit } from '../talk.ts';
import type { SipWords } from '../talk.ts';
import { Connection, datagram } from '../wire.ts';
import type { Layer } from '../wire.ts';

/** Packets of calls, messages and sound as networks mistreat them: no two at the same time, in the order of time. */
export function generated(dice: Dice, layer: Layer, v6: boolean): readonly CapturedPacket[] {
  const host = (n: number, port: number): Endpoint => ({
    address: v6 ? `2001:db8::${n.toString(16)}` : `192.0.2.${n}`,
    port,
  });
  const packets = [
    ...dialogs(dice, layer, host(1, 5060), host(2, 5060)),
    ...dialogStream(dice, new Connection(layer, host(1, 50_600), host(2, 5060), dice.int(2 ** 32))),
    ...messages(dice, new Connection(layer, host(3, 40_000), host(4, 2775), dice.int(2 ** 32))),
    ...sound(dice, layer, host(1, 4000), host(2, 6002)),
    ...sound(dice, layer, host(2, 6002), host(1, 4000)),
  ];
  packets.sort((a, b) => a.timeUs - b.timeUs);
  return packets.map((packet, i) => ({
    ...packet,
    timeUs: 1_700_000_000_000_000 + packet.timeUs * 1000 + i,
  }));
}

/** What two sides say of a call. */
function conversation(dice: Dice, callId: string): readonly (readonly [fromCaller: boolean, Buffer])[] {
  const padding = 'a=x-padding:'.padEnd(20 + dice.int(1800), 'x');
  const final = dice.pick([200, 200, 404, 486, 503]);
  const words: readonly (readonly [boolean, SipWords])[] = [
    [true, { callId, method: 'INVITE', body: sdp('192.0.2.1', 4000, `${padding}\r\n`) }],
    [false, { callId, method: 'INVITE', status: 100 }],
    [false, { callId, method: 'INVITE', status: 183, body: sdp('192.0.2.2', 6002) }],
    [false, { callId, method: 'INVITE', status: final }],
    [true, { callId, method: 'ACK' }],
    [
      true,
      { callId, method: 'INFO', sequence: 2, body: 'Signal=5\r\n', contentType: 'application/dtmf-relay' },
    ],
    [true, { callId, method: 'BYE', sequence: 3 }],
    [false, { callId, method: 'BYE', sequence: 3, status: 200 }],
  ];
  return words.map(([fromCaller, said]) => [fromCaller, sip(said)]);
}

/** Over UDP, some fragmented, with some packets sent again. */
function dialogs(dice: Dice, layer: Layer, caller: Endpoint, callee: Endpoint): readonly CapturedPacket[] {
  const packets: CapturedPacket[] = [];
  let timeUs = 0;
  for (let call = 0; call < 4; call++) {
    for (const [fromCaller, bytes] of conversation(dice, `call-${call}`)) {
      const [from, to] = fromCaller ? [caller, callee] : [callee, caller];
      for (let times = dice.int(4) === 0 ? 2 : 1; times > 0; times--) {
        const id = (timeUs + 1) & 0xffff;
        const fragmentOctets = dice.int(3) === 0 ? 8 * (20 + dice.int(100)) : 1480;
        const parts = datagram(layer, from, to, bytes, (timeUs += 20 + dice.int(100)), {
          id,
          fragmentOctets,
        });
        const order = dice.int(2) === 0 ? parts : [...parts].reverse();
        packets.push(...order.map((part, i) => ({ ...part, timeUs: timeUs + i })));
        timeUs += parts.length;
      }
    }
  }
  return packets;
}

/** What one side says in one go: several messages, which need not end with a segment. */
type Run = readonly [fromClient: boolean, messages: readonly Buffer[]];

/** Where to cut a run: anywhere but in a PDU's header, for tshark does not know SMPP by less of it. */
function cuts(dice: Dice, messages: readonly Buffer[]): readonly number[] {
  const headers: number[] = [];
  let end = 0;
  for (const message of messages) {
    headers.push(end);
    end += message.length;
  }
  const places: number[] = [];
  for (let at = 0; at < end; places.push(at)) {
    at += 1 + dice.int(dice.pick([40, 1400]));
    const header = headers.find((start) => at > start && at < start + 16);
    at = Math.min(end, header === undefined ? at : header + 16);
  }
  return places;
}

/** A connection's packets after its opening, cut anywhere, with some sent twice or overtaken by the next. */
function segments(dice: Dice, connection: Connection, runs: readonly Run[]): readonly CapturedPacket[] {
  const packets: CapturedPacket[] = [...connection.open(0)];
  let timeUs = 10;
  for (const [fromClient, messages] of runs) {
    const from = fromClient ? connection.client : connection.server;
    const bytes = Buffer.concat(messages);
    let start = 0;
    const pieces = cuts(dice, messages).map((end) => {
      const piece = connection.say(from, bytes.subarray(start, end), (timeUs += 1 + dice.int(20)));
      start = end;
      return piece;
    });
    for (let i = 0; i + 1 < pieces.length; i++) {
      const [a, b] = [pieces[i] as CapturedPacket, pieces[i + 1] as CapturedPacket];
      if (dice.int(8) > 0) continue;
      [pieces[i], pieces[i + 1]] = [
        { ...b, timeUs: a.timeUs },
        { ...a, timeUs: b.timeUs },
      ];
      i++;
    }
    packets.push(...pieces);
    const again = pieces.at(-1);
    if (again !== undefined && dice.int(6) === 0) packets.push({ ...again, timeUs: (timeUs += 1) });
  }
  packets.push(connection.close(connection.client, timeUs + 1));
  return packets;
}

/** Messages of one side after another, some of them run together. */
const joined = (said: readonly (readonly [boolean, Buffer])[], dice: Dice): readonly Run[] =>
  said.reduce<Run[]>((runs, [side, bytes]) => {
    const last = runs.at(-1);
    if (last === undefined || last[0] !== side || dice.int(3) === 0) return [...runs, [side, [bytes]]];
    return [...runs.slice(0, -1), [side, [...last[1], bytes]]];
  }, []);

const dialogStream = (dice: Dice, connection: Connection): readonly CapturedPacket[] =>
  segments(
    dice,
    connection,
    joined([...conversation(dice, 'stream-1'), ...conversation(dice, 'stream-2')], dice),
  );

function messages(dice: Dice, connection: Connection): readonly CapturedPacket[] {
  const said: (readonly [boolean, Buffer])[] = [
    [true, smpp('bind_transceiver', 1, ['system', 'secret', '', 0x34, 0, 0, ''])],
    [false, smpp('bind_transceiver_resp', 1, ['smsc'])],
  ];
  for (let sequence = 2; sequence < 40; sequence++) {
    const shortMessage = Buffer.alloc(dice.int(140), 'text ');
    const status = dice.int(6) === 0 ? 0x58 : 0;
    if (dice.int(3) > 0) said.push([true, submit(sequence, { shortMessage })]);
    else said.push([false, deliver(sequence, { shortMessage })]);
    if (dice.int(2) === 0) said.push([true, smpp('enquire_link', sequence)]);
    said.push([false, smpp('submit_sm_resp', sequence, status === 0 ? [`id${sequence}`] : [], status)]);
  }
  return segments(dice, connection, joined(said, dice));
}

/** A stream of 20 ms packets: some lost or late, with the numbers of some streams wrapping. */
function sound(dice: Dice, layer: Layer, from: Endpoint, to: Endpoint): readonly CapturedPacket[] {
  const ssrc = 1 + dice.int(2 ** 31);
  const first = dice.pick([0, 1000, 65_500]);
  const base = dice.int(2 ** 31);
  const packets: CapturedPacket[] = [];
  for (let i = 0; i < 120; i++) {
    // tshark counts up to the number that came last, RFC 3550 up to the highest: so the last ones come in order. So do
    // those where the numbers wrap, which tshark takes for two cycles otherwise.
    const orderly = i === 0 || i > 110 || Math.abs(first + i - 65_536) < 6;
    if (!orderly && dice.int(15) === 0) continue;
    const late = !orderly && dice.int(20) === 0 ? 45 : 0;
    packets.push(
      ...datagram(layer, from, to, rtp(first + i, base + i * 160, ssrc), 500 + i * 20 + dice.int(4) + late),
    );
  }
  return packets;
}
