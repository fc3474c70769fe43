import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Dissector } from '../../../edge/capture/events/dissector.ts';
import type { WireEvent } from '../../../edge/capture/events/wire-event.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { messageOf } from '../../../edge/smpp/message.ts';
import { cseq } from '../../../edge/sip/message/fields.ts';
import { rtp, sdp, sip, smpp, submit } from '../talk.ts';
import { Connection, datagram } from '../wire.ts';
import type { Layer } from '../wire.ts';

const alice = { address: '192.0.2.1', port: 5060 };
const bob = { address: '192.0.2.2', port: 5060 };
const alice6 = { address: '2001:db8::1', port: 5060 };
const bob6 = { address: '2001:db8::2', port: 5062 };
const layers: readonly Layer[] = ['ethernet', 'vlan', 'qinq', 'cooked', 'cooked2', 'raw', 'null'];

/** All events of a capture, as they come and at its end. */
function dissect(packets: readonly CapturedPacket[]): readonly WireEvent[] {
  const dissector = new Dissector();
  return [...packets.flatMap((packet) => dissector.push(packet)), ...dissector.end()];
}

/** An event in a line, for comparison. */
function said(event: WireEvent): string {
  switch (event.kind) {
    case 'sip': {
      const { message } = event;
      const of = cseq(message);
      return `${message.kind === 'request' ? message.method : message.status} ${of?.number} ${message.body.length}`;
    }
    case 'smpp':
      return `${event.pdu.command.name} ${event.pdu.sequence}`;
    case 'rtp':
      return `rtp ${event.rtp.sequence}`;
    case 'rtcp':
      return 'rtcp';
    case 'malformed':
      return `malformed ${event.fault.protocol} ${event.fault.code}`;
    case 'connection':
      return event.what;
  }
}

describe('a capture read', () => {
  it('tells of a datagram through every link layer, over IPv4 and IPv6', () => {
    const message = sip({ callId: 'x', method: 'INVITE', body: sdp('192.0.2.1', 4000) });
    for (const layer of layers) {
      for (const [from, to] of [
        [alice, bob],
        [alice6, bob6],
      ] as const) {
        const packets = datagram(layer, from, to, message, 7_000_001, { extensions: [0, 60, 43] });
        const [event, ...others] = dissect(packets);
        assert.equal(others.length, 0);
        assert.ok(event?.kind === 'sip', layer);
        assert.deepEqual(event.source, from);
        assert.deepEqual(event.destination, to);
        assert.equal(event.timeUs, 7_000_001);
        assert.deepEqual(event.frames, packets);
        assert.equal(event.message.headers.get('Call-ID'), 'x');
      }
    }
  });

  it('puts fragments together in any order, once', () => {
    const message = sip({ callId: 'x', method: 'INVITE', body: 'v=0\r\n'.repeat(400) });
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.integer({ min: 1, max: 80 }).map((n) => n * 8),
        fc.infiniteStream(fc.nat()),
        (v6, fragmentOctets, numbers) => {
          const whole = datagram('ethernet', v6 ? alice6 : alice, v6 ? bob6 : bob, message, 0, {
            fragmentOctets: Math.max(32, fragmentOctets),
          });
          const twice = [...whole, ...whole.slice(0, -1)];
          const order = twice.map((packet) => ({ packet, at: numbers.next().value as number }));
          order.sort((a, b) => a.at - b.at);
          const events = dissect(order.map(({ packet }) => packet));
          assert.deepEqual(events.map(said), ['INVITE 1 2000']);
          assert.deepEqual(new Set(events[0]?.frames), new Set(whole));
        },
      ),
    );
  });

  it('does not guess at fragments that overlap, and leaves those of others alone', () => {
    const packets = datagram('raw', alice, bob, sip({ callId: 'x', method: 'BYE' }), 0, {
      fragmentOctets: 64,
    });
    const moved = Buffer.from((packets[1] as CapturedPacket).bytes);
    moved.writeUInt16BE(0x2000 | 7, 6);
    const other = datagram('raw', alice, bob, sip({ callId: 'y', method: 'BYE' }), 0, {
      fragmentOctets: 64,
      id: 9,
    });
    const spoilt: CapturedPacket = { ...(packets[1] as CapturedPacket), bytes: moved };
    const order = [packets[0]!, spoilt, ...other.slice(1), ...packets.slice(1), other[0]!];
    const [event, ...more] = dissect(order);
    assert.equal(more.length, 0);
    assert.equal(event?.kind === 'sip' && event.message.headers.get('Call-ID'), 'y');
  });

  it('reads SIP and SMPP from segments cut, doubled and shuffled', () => {
    const texts = [
      sip({ callId: 'x', method: 'INVITE', body: sdp('192.0.2.1', 4000) }),
      Buffer.from('\r\n\r\n'),
      sip({ callId: 'x', method: 'BYE', sequence: 2 }),
      sip({ callId: 'x', method: 'INFO', sequence: 3, body: 'Signal=1\r\n' }),
    ];
    const pdus = Array.from({ length: 12 }, (_, i) =>
      submit(i + 1, { shortMessage: Buffer.alloc(i * 12, 65) }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(texts, pdus),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (spoken, cuts, delays, sequence) => {
          const connection = new Connection('ethernet', alice, bob, sequence);
          const whole = Buffer.concat(spoken);
          const open = connection.open(0);
          const segments: CapturedPacket[] = [];
          for (let at = 0, i = 0; at < whole.length; at += cuts[i++ % cuts.length] as number)
            segments.push(
              connection.say(alice, whole.subarray(at, at + (cuts[i % cuts.length] as number)), 10 + i),
            );
          const shuffled = segments.flatMap((packet, i) => {
            const late = { packet, at: i + (delays[i % delays.length] as number) };
            return i % 3 === 0 ? [late, { packet, at: i }] : [late];
          });
          shuffled.sort((a, b) => a.at - b.at);
          const inOrder = dissect([...open, ...segments]).map(said);
          const events = dissect([...open, ...shuffled.map(({ packet }) => packet)]);
          assert.deepEqual(events.map(said), inOrder);
          assert.equal(events.length, 2 + (spoken === texts ? 3 : 12));
          for (const [i, event] of events.entries())
            assert.ok(i === 0 || event.timeUs >= (events[i - 1] as WireEvent).timeUs);
        },
      ),
    );
  });

  it('joins a connection in its midst and goes on after a hole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 100, max: 300 }), (missed, cut) => {
        const connection = new Connection('cooked', alice, bob);
        const stream = Buffer.concat(
          Array.from({ length: 40 }, (_, i) => submit(i + 1, { shortMessage: Buffer.from(`message ${i}`) })),
        );
        const segments: CapturedPacket[] = [];
        for (let at = missed; at < stream.length; at += cut)
          segments.push(connection.say(alice, stream.subarray(at, at + cut), at * 10));
        // One is lost in the capture; the hole is left behind at the end of it.
        const lost = Math.floor(segments.length / 2);
        const events = dissect(segments.toSpliced(lost, 1));
        const texts = events.flatMap((event) =>
          event.kind === 'smpp' ? [messageOf(event.pdu).shortMessage.toString()] : [],
        );
        assert.deepEqual(
          texts,
          [...texts].sort((a, b) => Number(a.slice(8)) - Number(b.slice(8))),
        );
        assert.equal(new Set(texts).size, texts.length);
        assert.equal(texts.at(-1), 'message 39');
        // Of each break at most what it cut is missing: one PDU at either side, and those that were within.
        const length = submit(1, { shortMessage: Buffer.from('message 10') }).length;
        assert.ok(texts.length >= 40 - (Math.ceil(missed / length) + 1) - (Math.ceil(cut / length) + 2));
        assert.equal(events.filter((event) => said(event) === 'gap').length, 1);
        assert.equal(events.filter((event) => event.kind === 'malformed').length, 0);
      }),
    );
  });

  it('leaves a hole behind when the capture goes on without it', () => {
    const connection = new Connection('raw', alice, bob);
    const pdus = Array.from({ length: 4 }, (_, i) => submit(i + 1));
    const packets = pdus.map((pdu, i) => connection.say(alice, pdu, i * 2_000_000));
    const dissector = new Dissector();
    const told = [packets[0]!, packets[2]!, packets[3]!].map((packet) => dissector.push(packet).map(said));
    assert.deepEqual(told, [['submit_sm 1'], [], []]);
    const later = connection.say(alice, submit(5), 8_000_000);
    assert.deepEqual(dissector.push(later).map(said), ['gap', 'submit_sm 3', 'submit_sm 4', 'submit_sm 5']);
  });

  it('says that a connection is encrypted, and nothing more of it', () => {
    const connection = new Connection('raw', alice, bob);
    const hello = Buffer.concat([Buffer.from('1603010200', 'hex'), Buffer.alloc(512, 1)]);
    const events = dissect([
      ...connection.open(0),
      connection.say(alice, hello, 9),
      connection.say(alice, hello, 10),
    ]);
    assert.deepEqual(events.map(said), ['opening', 'opened', 'encrypted']);
  });

  it('tells a connection from the one before it on the same ports', () => {
    const first = new Connection('raw', alice, bob);
    const second = new Connection('raw', alice, bob, 77, 88);
    const packets = [
      ...first.open(0),
      first.say(alice, submit(1).subarray(0, 30), 10),
      first.close(alice, 11),
      ...second.open(20),
      second.say(alice, smpp('enquire_link', 1), 30),
    ];
    assert.deepEqual(dissect(packets).map(said), [
      'opening',
      'opened',
      'closing',
      'opening',
      'opened',
      'enquire_link 1',
    ]);
  });

  it('names what it cannot read', () => {
    const cut = sip({ callId: 'x', method: 'INVITE', body: sdp('192.0.2.1', 4000) }).subarray(0, -10);
    const badPdu = submit(3);
    badPdu.writeUInt32BE(0x00000077, 4);
    const connection = new Connection('raw', alice, bob);
    const packets = [
      ...datagram('raw', alice, bob, cut, 0),
      connection.say(alice, submit(1), 1),
      connection.say(alice, badPdu, 2),
      connection.say(alice, Buffer.from('ffffffff', 'hex'), 3),
      connection.say(alice, submit(4), 4),
    ];
    assert.deepEqual(dissect(packets).map(said), [
      'malformed sip truncated',
      'submit_sm 1',
      'malformed smpp command',
      'malformed smpp length',
      'submit_sm 4',
    ]);
  });

  it('reads headers of RTP that the capture has cut, and RTCP', () => {
    const [packet] = datagram('ethernet', alice, bob, rtp(9, 160, 0xabcd), 5);
    const cut = {
      ...(packet as CapturedPacket),
      bytes: (packet as CapturedPacket).bytes.subarray(0, 14 + 28 + 12),
    };
    const [event] = dissect([cut]);
    assert.deepEqual(event?.kind === 'rtp' && event.rtp, {
      payloadType: 0,
      marker: false,
      sequence: 9,
      timestamp: 160,
      ssrc: 0xabcd,
      octets: 160,
    });
    const report = Buffer.from(
      '80c80006000000010000000200000003000000040000000500000006' +
        '81c9000700000007000000010dfffffe0000ffff000000190000000000000000',
      'hex',
    );
    const [told] = dissect(datagram('raw', alice, bob, report, 6));
    assert.deepEqual(told?.kind === 'rtcp' && told.reports, [
      { kind: 'sender', ssrc: 1, reception: [] },
      {
        kind: 'receiver',
        ssrc: 7,
        reception: [{ ssrc: 1, fractionLost: 13, lost: -2, highestSequence: 0xffff, jitterUnits: 25 }],
      },
    ]);
  });

  it('says nothing of what it does not know', () => {
    const strange = { ...(datagram('raw', alice, bob, rtp(1, 1, 1), 0)[0] as CapturedPacket), linkType: 147 };
    const dns = datagram('raw', alice, { ...bob, port: 53 }, Buffer.from('1234010000010000', 'hex'), 0);
    const empty: CapturedPacket = { timeUs: 0, linkType: 1, bytes: Buffer.alloc(0), originalLength: 0 };
    assert.deepEqual(dissect([strange, ...dns, empty]), []);
  });
});
