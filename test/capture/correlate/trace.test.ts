import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alike } from '../../../edge/capture/correlate/message.ts';
import type { MessageSubject } from '../../../edge/capture/correlate/subject.ts';
import { Trace } from '../../../edge/capture/correlate/trace.ts';
import type { Traced } from '../../../edge/capture/correlate/trace.ts';
import { Dissector } from '../../../edge/capture/events/dissector.ts';
import { exportedPacket } from '../../../edge/capture/packets/exported-pdu.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';
import { callId } from '../../../edge/sip/message/fields.ts';
import { buildReceipt } from '../../../edge/smpp/receipt.ts';
import { textTlv } from '../../../edge/smpp/tlvs.ts';
import { deliver, rtp, sdp, sip, smpp, submit } from '../talk.ts';
import { traceOf } from '../trace-of.ts';
import { Connection, datagram } from '../wire.ts';

const carrier = { address: '192.0.2.1', port: 5060 };
const edge = { address: '10.0.0.1', port: 5060 };
const phone = { address: '198.51.100.7', port: 5062 };
const smsc = { address: '192.0.2.9', port: 2775 };
const esme = { address: '10.0.0.1', port: 40_001 };

const names = ({ events }: Traced): readonly string[] =>
  events.map((event) => {
    if (event.kind === 'smpp') return `${event.pdu.command.name} ${event.pdu.sequence}`;
    if (event.kind === 'sip')
      return `${callId(event.message)} ${event.message.kind === 'request' ? event.message.method : event.message.status}`;
    return event.kind === 'connection' ? event.what : event.kind;
  });

describe('a call traced', () => {
  const packets = [
    ...datagram(
      'raw',
      carrier,
      edge,
      sip({ callId: 'a', method: 'INVITE', body: sdp('192.0.2.1', 4000) }),
      1e6,
    ),
    ...datagram(
      'raw',
      edge,
      phone,
      sip({ callId: 'b', method: 'INVITE', body: sdp('10.0.0.1', 6000) }),
      1.1e6,
    ),
    ...datagram(
      'raw',
      carrier,
      edge,
      sip({ callId: 'other', method: 'INVITE', body: sdp('192.0.2.1', 4400) }),
      1.2e6,
    ),
    ...datagram(
      'raw',
      phone,
      edge,
      sip({ callId: 'b', method: 'INVITE', status: 200, body: sdp('198.51.100.7', 7000) }),
      1.3e6,
    ),
    ...datagram(
      'raw',
      edge,
      carrier,
      sip({ callId: 'a', method: 'INVITE', status: 200, body: sdp('10.0.0.1', 6002) }),
      1.4e6,
    ),
  ];
  const sound = (from: number, to: number, ssrc: number, atUs: number): readonly CapturedPacket[] =>
    [0, 1, 3].flatMap((i) =>
      datagram(
        'raw',
        { address: '192.0.2.1', port: from },
        { ...edge, port: to },
        rtp(i, i * 160, ssrc),
        atUs + i * 20_000,
      ),
    );

  it('has all its legs, and the sound that their SDP has announced', () => {
    const traced = traceOf({ kind: 'call', callIds: ['a', 'b'] }, [
      // Sound may come before the answer that announces its end has been seen.
      ...sound(4000, 6002, 7, 0.9e6),
      ...packets,
      ...sound(4400, 6500, 8, 1.5e6),
      // A later call on the same ports.
      ...sound(4000, 6002, 9, 60e6),
    ]);
    assert.deepEqual(names(traced), ['a INVITE', 'b INVITE', 'b 200', 'a 200']);
    const [stream, ...more] = traced.streams;
    assert.equal(more.length, 0);
    assert.deepEqual([stream?.ssrc, stream?.codecs, stream?.from, stream?.to], [7, ['PCMU'], carrier, edge]);
    assert.deepEqual([stream?.statistics.expected, stream?.statistics.lost], [4, 1]);
  });

  it('keeps what its receiver says of a stream', () => {
    const report = Buffer.alloc(32);
    report.writeUInt32BE(0x81c90007, 0);
    report.writeUInt32BE(7, 8);
    report.writeUInt32BE(0x40000002, 12);
    const told = datagram('raw', { ...edge, port: 6003 }, { ...carrier, port: 4001 }, report, 2e6);
    const traced = traceOf({ kind: 'call', callIds: ['a'] }, [
      ...packets,
      ...sound(4000, 6002, 7, 1.5e6),
      ...told,
    ]);
    assert.deepEqual([traced.streams[0]?.reported?.lost, traced.streams[0]?.reported?.fractionLost], [2, 64]);
  });

  it('knows its packets of sound when a capture is read again', () => {
    const dissector = new Dissector();
    const trace = new Trace({ kind: 'call', callIds: ['a'] });
    for (const packet of packets) for (const event of dissector.push(packet)) trace.push(event);
    const ours = sound(4000, 6002, 7, 1.5e6).flatMap((packet) => dissector.push(packet));
    const others = sound(4400, 6500, 7, 1.5e6).flatMap((packet) => dissector.push(packet));
    assert.deepEqual(
      [...ours, ...others].map((event) => trace.isMedia(event)),
      [true, true, true, false, false, false],
    );
  });

  it('names the connections that TLS hides', () => {
    const hidden = new Connection('raw', esme, smsc);
    const hello = hidden.say(esme, Buffer.concat([Buffer.from('1603010200', 'hex'), Buffer.alloc(512)]), 5);
    const traced = traceOf({ kind: 'call', callIds: ['a'] }, [hello]);
    assert.deepEqual(traced.encrypted, [{ source: esme, destination: smsc }]);
  });

  it('does not count among them one whose messages were told, in whichever direction', () => {
    const hidden = new Connection('raw', esme, smsc);
    const record = Buffer.concat([Buffer.from('1703030040', 'hex'), Buffer.alloc(64)]);
    const message = { protocol: 'sip', timeUs: 6, source: smsc, destination: esme } as const;
    const told = exportedPacket({ ...message, bytes: sip({ callId: 'a', method: 'INVITE' }) });
    const traced = traceOf({ kind: 'call', callIds: ['a'] }, [hidden.say(esme, record, 5), told]);
    assert.deepEqual(
      traced.events.map(({ kind, transport }) => [kind, transport]),
      [['sip', 'tls']],
    );
    assert.deepEqual(traced.encrypted, []);
  });
});

describe('a message traced', () => {
  const subject: MessageSubject = {
    kind: 'message',
    ids: [],
    from: '+15005550006',
    to: '+14155552671',
    fromUs: 0,
    untilUs: 100e6,
  };
  const answer = (sequence: number, id: string, status = 0): Buffer =>
    smpp('submit_sm_resp', sequence, status === 0 ? [id] : [], status);
  const receipt = (sequence: number, id: string, from = '14155552671'): Buffer => {
    const built = buildReceipt({
      messageId: id,
      state: 'DELIVERED',
      submittedMs: 0,
      doneMs: 0,
      errorCode: '000',
      text: 'x',
    });
    return deliver(sequence, {
      source: { ton: 1, npi: 1, addr: from },
      destination: { ton: 1, npi: 1, addr: '15005550006' },
      esmClass: built.esmClass,
      shortMessage: Buffer.from(built.text),
      tlvs: [],
    });
  };

  /** What is said in turn: by us, unless it is marked as the SMSC's. */
  function talk(...said: readonly (readonly ['us' | 'them', Buffer])[]): CapturedPacket[] {
    const connection = new Connection('raw', esme, smsc);
    return said.map(([who, bytes], i) => connection.say(who === 'us' ? esme : smsc, bytes, (i + 1) * 1e6));
  }

  it('is found by its ids, in whatever form the receipt has them, with every segment', () => {
    const packets = talk(
      ['us', submit(1)],
      ['us', submit(2)],
      ['us', submit(3)],
      ['them', answer(2, '0000FF10')],
      ['them', answer(1, '99')],
      ['them', answer(3, 'ff11')],
      ['them', receipt(1, String(0xff10))],
      ['us', smpp('deliver_sm_resp', 1, [''])],
      ['them', receipt(2, '99')],
      ['them', receipt(3, 'FF11', '4155550000')],
      // The number 0xff11, of another recipient: not ours, though its number is.
      ['them', receipt(4, String(0xff11), '4155550000')],
    );
    // Another carrier has given the same id to a message for somebody else, and reports on it.
    const elsewhere = new Connection('raw', esme, { address: '192.0.2.77', port: 2775 });
    const stranger = submit(7, { destination: { ton: 1, npi: 1, addr: '4155550000' } });
    packets.push(
      elsewhere.say(elsewhere.client, stranger, 20e6),
      elsewhere.say(elsewhere.server, answer(7, 'ff10'), 21e6),
      elsewhere.say(elsewhere.server, receipt(8, 'ff10', '4155550000'), 22e6),
    );
    const traced = traceOf({ ...subject, ids: ['ff10', 'ff11'] }, packets);
    assert.deepEqual(names(traced), [
      'submit_sm 2',
      'submit_sm 3',
      'submit_sm_resp 2',
      'submit_sm_resp 3',
      'deliver_sm 1',
      'deliver_sm_resp 1',
      'deliver_sm 3',
    ]);
  });

  it('has the attempts that were refused or never answered, too', () => {
    const packets = talk(
      ['us', submit(1)],
      ['them', answer(1, '', 0x58)],
      ['us', submit(2)],
      ['them', answer(2, '77')],
      ['us', submit(3)],
      ['us', submit(4, { destination: { ton: 1, npi: 1, addr: '14155550000' } })],
    );
    assert.deepEqual(names(traceOf({ ...subject, ids: ['77'] }, packets)), [
      'submit_sm 1',
      'submit_sm_resp 1',
      'submit_sm 2',
      'submit_sm_resp 2',
      'submit_sm 3',
    ]);
  });

  it('without an id is found by its addresses and time, and teaches its id', () => {
    const packets = talk(
      ['us', submit(1)],
      ['them', answer(1, 'abc-1')],
      ['them', receipt(9, 'abc-1')],
      ['us', submit(2, { source: { ton: 5, npi: 0, addr: 'Elsewhere' } })],
      ['them', answer(2, 'abc-2')],
      ['us', submit(3)],
      ['them', answer(3, 'abc-3')],
    );
    const early = { ...subject, untilUs: 4e6 };
    assert.deepEqual(names(traceOf(early, packets)), ['submit_sm 1', 'submit_sm_resp 1', 'deliver_sm 9']);
  });

  it('that came in is found with its response, which has no id', () => {
    const ends = {
      source: { ton: 1, npi: 1, addr: '14155552671' },
      destination: { ton: 1, npi: 1, addr: '15005550006' },
    };
    const packets = talk(
      ['them', deliver(5, { ...ends, tlvs: [textTlv('receipted_message_id', '1')] })],
      ['us', smpp('deliver_sm_resp', 5, [''])],
      ['them', smpp('enquire_link', 6)],
      ['us', smpp('enquire_link_resp', 6)],
    );
    const inbound = { ...subject, from: '+14155552671', to: '+15005550006' };
    assert.deepEqual(names(traceOf(inbound, packets)), ['deliver_sm 5', 'deliver_sm_resp 5']);
  });

  it('takes two ways to write a number for one', () => {
    for (const [a, b, same] of [
      ['+14155552671', '14155552671', true],
      ['+14155552671', '4155552671', true],
      ['0014155552671', '+14155552671', true],
      ['+14155552671', '+24155552671', false],
      ['2671', '14155552671', false],
      ['Strowger', 'Strowger', true],
      ['Strowger', 'wger', false],
    ] as const)
      assert.equal(alike(a, b), same, `${a} ${b}`);
  });
});

describe('a link traced', () => {
  it('has everything between us and its remote ends, and nothing else', () => {
    const connection = new Connection('raw', esme, smsc);
    const other = new Connection('raw', esme, { ...smsc, port: 2776 });
    const packets = [
      ...connection.open(0),
      connection.say(esme, smpp('enquire_link', 1), 10),
      other.say(esme, smpp('enquire_link', 2), 11),
      connection.close(smsc, 12),
    ];
    const traced = traceOf({ kind: 'link', remotes: [smsc] }, packets);
    assert.deepEqual(names(traced), ['opening', 'opened', 'enquire_link 1', 'closing']);
    assert.equal(traceOf({ kind: 'link', remotes: [{ address: '192.0.2.9' }] }, packets).events.length, 5);
  });

  it('keeps the last of very many events', () => {
    const connection = new Connection('raw', esme, smsc);
    const packets = Array.from({ length: 60 }, (_, i) =>
      connection.say(
        esme,
        Buffer.concat(Array.from({ length: 100 }, (_, k) => smpp('enquire_link', i * 100 + k + 1))),
        i,
      ),
    );
    const traced = traceOf({ kind: 'link', remotes: [smsc] }, packets);
    assert.equal(names(traced).at(-1), 'enquire_link 6000');
    assert.equal(traced.events.length + traced.left, 6000);
    assert.ok(traced.events.length <= 5000 && traced.events.length >= 2500);
  });
});
