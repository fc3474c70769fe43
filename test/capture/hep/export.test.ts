import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { encodeHep, type HepPacket } from '../../../edge/capture/hep/hep.ts';
import { HepExport } from '../../../edge/capture/hep/export.ts';
import { HepSender } from '../../../edge/capture/hep/sender.ts';
import type { Endpoint } from '../../../edge/capture/packets/endpoint.ts';
import { decode } from '../../../edge/smpp/decode.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rtp, sdp, sip, smpp } from '../talk.ts';
import { Connection, datagram } from '../wire.ts';
import { readHep } from './hep-reader.ts';

const phone: Endpoint = { address: '192.0.2.1', port: 5_060 };
const edge: Endpoint = { address: '192.0.2.2', port: 5_060 };
const at = 1_700_000_000_123_456;

const text = (chunks: ReadonlyMap<number, Buffer>, type: number): string =>
  chunks.get(type)?.toString() ?? 'none';

/** A receiver's report of one source (RFC 3550 section 6.4.2). */
function receiverReport(): Buffer {
  const report = Buffer.alloc(32);
  report.writeUInt32BE(0x81c90007, 0);
  report.writeUInt32BE(0x1111, 4);
  report.writeUInt32BE(0x2222, 8);
  report.writeUInt32BE(0x40000005, 12);
  report.writeUInt32BE(70_000, 16);
  report.writeUInt32BE(33, 20);
  return report;
}

describe('HEP3', () => {
  const packet: HepPacket = {
    timeUs: at,
    transport: 'udp',
    source: phone,
    destination: edge,
    protocol: 1,
    agent: 2_001,
    password: 'secret',
    correlation: 'a call',
    payload: Buffer.from('words'),
  };

  it('says all of the specification that is known of a message', () => {
    const datagram = encodeHep(packet);
    assert.ok(datagram !== undefined);
    const chunks = readHep(datagram);
    assert.deepEqual(
      Array.from(chunks, ([type, value]) => [type, value.toString('hex')]),
      [
        [1, '02'],
        [2, '11'],
        [3, 'c0000201'],
        [4, 'c0000202'],
        [7, '13c4'],
        [8, '13c4'],
        [9, (1_700_000_000).toString(16)],
        [10, (123_456).toString(16).padStart(8, '0')],
        [11, '01'],
        [12, '000007d1'],
        [14, Buffer.from('secret').toString('hex')],
        [17, Buffer.from('a call').toString('hex')],
        [15, Buffer.from('words').toString('hex')],
      ],
    );
  });

  it('knows IPv6, and leaves out what there is not', () => {
    const source = { address: '2001:db8::1', port: 1 };
    const datagram = encodeHep({
      ...packet,
      transport: 'tcp',
      source,
      destination: { ...source, port: 2 },
      password: '',
      correlation: '',
    });
    const chunks = readHep(datagram ?? Buffer.alloc(0));
    assert.deepEqual([...chunks.keys()], [1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 15]);
    assert.equal(chunks.get(1)?.[0], 10);
    assert.equal(chunks.get(2)?.[0], 6);
    assert.equal(chunks.get(5)?.toString('hex'), '20010db8000000000000000000000001');
  });

  it('is not made of what fits into no datagram, nor of addresses of two kinds', () => {
    assert.equal(encodeHep({ ...packet, payload: Buffer.alloc(65_500) }), undefined);
    assert.equal(encodeHep({ ...packet, source: { address: '::1', port: 1 } }), undefined);
    assert.equal(encodeHep({ ...packet, destination: { address: 'name', port: 1 } }), undefined);
  });
});

describe('What is exported to Homer', () => {
  const settings = { id: 7, password: 'p', smppProtocol: 0 };

  it('is SIP as it was said, with its Call-ID', () => {
    const bytes = sip({ callId: 'one@here', method: 'INVITE', body: sdp('192.0.2.1', 4_000) });
    const [packet] = datagram('vlan', phone, edge, bytes, at);
    assert.ok(packet !== undefined);
    const [sent, ...more] = new HepExport(settings).push(packet);
    assert.deepEqual(more, []);
    const chunks = readHep(sent ?? Buffer.alloc(0));
    assert.equal(text(chunks, 15), bytes.toString());
    assert.equal(text(chunks, 17), 'one@here');
    assert.equal(text(chunks, 14), 'p');
    assert.equal(chunks.get(11)?.[0], 1);
  });

  it('is RTCP as Homer reads it, with the call whose SDP named its port, and no RTP', () => {
    const homer = new HepExport(settings);
    const invite = sip({ callId: 'two@here', method: 'INVITE', body: sdp('192.0.2.1', 4_000) });
    const push = (from: Endpoint, to: Endpoint, bytes: Buffer): readonly Buffer[] =>
      datagram('raw', from, to, bytes, at).flatMap((packet) => homer.push(packet));
    push(phone, edge, invite);
    const sound = { address: '192.0.2.1', port: 4_000 };
    assert.deepEqual(push(sound, edge, rtp(1, 160, 9)), []);
    const [sent] = push({ ...sound, port: 4_001 }, edge, receiverReport());
    const chunks = readHep(sent ?? Buffer.alloc(0));
    assert.equal(chunks.get(11)?.[0], 5);
    assert.equal(text(chunks, 17), 'two@here');
    assert.deepEqual(JSON.parse(text(chunks, 15)), {
      type: 201,
      ssrc: 0x1111,
      report_count: 1,
      report_blocks: [
        { source_ssrc: 0x2222, fraction_lost: 64, packets_lost: 5, highest_seq_no: 70_000, ia_jitter: 33 },
      ],
    });
    const [stray] = push({ ...sound, port: 4_002 }, edge, receiverReport());
    assert.equal(readHep(stray ?? Buffer.alloc(0)).has(17), false);
  });

  it('is SMPP where that is wanted, and never its passwords', () => {
    const bind = smpp('bind_transceiver', 1, ['user', 'opensesame', '', 0x34, 0, 0, '']);
    const said = (smppProtocol: number): readonly Buffer[] => {
      const homer = new HepExport({ ...settings, smppProtocol });
      const connection = new Connection('ethernet', phone, { ...edge, port: 2_775 });
      return [...connection.open(at), connection.say(phone, bind, at + 9)].flatMap((packet) =>
        homer.push(packet),
      );
    };
    assert.deepEqual(said(0), []);
    const [sent] = said(100);
    const chunks = readHep(sent ?? Buffer.alloc(0));
    assert.equal(chunks.get(11)?.[0], 100);
    const pdu = decode(chunks.get(15) ?? Buffer.alloc(0));
    assert.ok(pdu.ok);
    assert.deepEqual(pdu.pdu.values.slice(0, 2), ['user', '']);
    assert.equal(sent?.includes('opensesame'), false);
  });

  it('goes out by UDP, and nowhere where nobody can be', async () => {
    const homer = createSocket('udp4');
    homer.bind(0, '127.0.0.1');
    await once(homer, 'listening');
    const heard = once(homer, 'message');
    const troubles: string[] = [];
    const clock = new FakeClock();
    const sender = new HepSender({ host: '127.0.0.1', port: homer.address().port }, clock, (reason) =>
      troubles.push(reason),
    );
    while (sender.sent === 0) {
      sender.send(Buffer.from('HEP3'));
      await new Promise(setImmediate);
    }
    assert.equal(String((await heard)[0]), 'HEP3');
    sender.close();
    homer.close();
    const lost = new HepSender(
      { host: 'homer.invalid', port: 9_060 },
      clock,
      (reason) => troubles.push(reason),
      (host, _options, done) => done(new Error(`no address of ${host}`), '', 4),
    );
    while (troubles.length === 0) await new Promise(setImmediate);
    lost.send(Buffer.from('HEP3'));
    assert.equal(lost.sent, 0);
    assert.equal(clock.timers, 1);
    lost.close();
    assert.equal(clock.timers, 0);
  });
});
