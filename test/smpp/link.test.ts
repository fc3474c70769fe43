import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import smpp from 'smpp';
import { silentObserver } from '../../edge/smpp/observer.ts';
import { status, statusLabel } from '../../edge/smpp/status.ts';
import { bytesTlv } from '../../edge/smpp/tlvs.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { selfSigned } from './certificates.ts';
import { until } from '../support/until.ts';
import { link, npmServer } from './loopback.ts';
import type { NpmPdu, NpmSession } from './loopback.ts';
import { sample } from './sample.ts';

const accept = (pdu: NpmPdu, session: NpmSession): void => {
  if (pdu.command === 'submit_sm') session.send(pdu.response({ message_id: `id${pdu.sequence_number}` }));
};

/** A refusal of the message centre. */
const answer = (pdu: NpmPdu, session: NpmSession, code: number): boolean =>
  session.send(pdu.response({ command_status: code }));

const evenChance = { bytes: (length: number) => Buffer.alloc(length), fraction: () => 1 };

describe('SmppLink', () => {
  it('binds, submits, drains and unbinds', async () => {
    const got: NpmPdu[] = [];
    const centre = await npmServer((pdu, session) => {
      got.push(pdu);
      accept(pdu, session);
    });
    const { link: alpha, states, submit } = link({ port: centre.port });
    assert.equal(alpha.capacity(), 0);
    alpha.start();
    await until(() => alpha.capacity() > 0);
    assert.equal(alpha.capacity(), 10);
    const vendor = bytesTlv(0x1401, Buffer.from('own'));
    const outcome = submit({ ...sample, tlvs: [vendor] });
    const stopped = alpha.stop();
    assert.equal(alpha.capacity(), 0);
    assert.deepEqual(await outcome, { kind: 'accepted', messageId: 'id2' });
    await stopped;
    assert.deepEqual(states, ['connecting', 'bound', 'unbinding', 'stopped']);
    assert.equal(got[0]?.['destination_addr'], sample.destination.addr);
    assert.deepEqual(got[0]['5121'], Buffer.from('own'));
    await centre.stop();
  });

  it('keeps to its window and announces capacity when it returns', async () => {
    const waiting: (() => void)[] = [];
    const centre = await npmServer((pdu, session) => void waiting.push(() => accept(pdu, session)));
    const { link: alpha, events, submit } = link({ port: centre.port, window: 2 });
    alpha.start();
    await until(() => alpha.capacity() === 2);
    assert.equal(events.capacity, 1);
    const outcomes = [submit(sample), submit(sample)];
    assert.equal(alpha.capacity(), 0);
    assert.equal(alpha.stats().windowUsed, 2);
    assert.throws(() => alpha.submit(sample, () => undefined));
    await until(() => waiting.length === 2);
    for (const go of waiting) go();
    await Promise.all(outcomes);
    await until(() => events.capacity === 2);
    assert.equal(alpha.capacity(), 2);
    await alpha.stop();
    await centre.stop();
  });

  it('brings deliver_sm and data_sm, and answers as told', async () => {
    const answers: NpmPdu[] = [];
    const centre = await npmServer((pdu) => void answers.push(pdu));
    const { link: alpha, delivered, events } = link({ port: centre.port });
    alpha.start();
    await until(() => alpha.state === 'bound');
    const carrier = centre.sessions[0]!;
    const fields = { source_addr: '1555', destination_addr: '1666', data_coding: 4 };
    carrier.send(new smpp.PDU('deliver_sm', { ...fields, short_message: Buffer.from('hi') }));
    await until(() => answers.length === 1);
    events.answer = status.ESME_RX_T_APPN;
    carrier.send(new smpp.PDU('data_sm', { ...fields, message_payload: Buffer.from('long') }));
    await until(() => answers.length === 2);
    assert.deepEqual(
      answers.map((pdu) => [pdu.command, pdu.command_status]),
      [
        ['deliver_sm_resp', 0],
        ['data_sm_resp', status.ESME_RX_T_APPN],
      ],
    );
    assert.equal(delivered[0]?.shortMessage.toString(), 'hi');
    assert.equal(delivered[1]?.source.addr, '1555');
    assert.equal(delivered[1].tlvs[0]?.value.toString(), 'long');
    await alpha.stop();
    await centre.stop();
  });

  it('backs off when throttled: once for a whole window, longer each time, until accepted', async () => {
    const clock = new FakeClock();
    let code = status.ESME_RTHROTTLED;
    const centre = await npmServer((pdu, session) => {
      if (code === 0) accept(pdu, session);
      else answer(pdu, session, code);
    });
    const { link: alpha, events, submit } = link({ port: centre.port }, { clock, random: evenChance });
    alpha.start();
    await until(() => alpha.capacity() > 0);
    const outcomes = await Promise.all([submit(sample), submit(sample), submit(sample)]);
    assert.ok(outcomes.every((outcome) => outcome.kind === 'throttled'));
    assert.equal(alpha.stats().throttles, 3);
    assert.equal(alpha.capacity(), 0);
    clock.advance(99);
    assert.equal(alpha.capacity(), 0);
    const before = events.capacity;
    clock.advance(1);
    assert.equal(events.capacity, before + 1);
    code = status.ESME_RMSGQFUL;
    assert.equal((await submit(sample)).kind, 'throttled');
    clock.advance(199);
    assert.equal(alpha.capacity(), 0);
    clock.advance(1);
    code = 0;
    assert.equal((await submit(sample)).kind, 'accepted');
    code = status.ESME_RTHROTTLED;
    assert.equal((await submit(sample)).kind, 'throttled');
    clock.advance(100);
    assert.equal(alpha.capacity(), 10);
    await alpha.stop();
    await centre.stop();
  });

  it('tells with which status a message was refused', async () => {
    const told: [string, number][] = [];
    const centre = await npmServer((pdu, session) => answer(pdu, session, status.ESME_RINVDSTADR));
    const observer = {
      ...silentObserver,
      submitRefused: (peer: string, code: number) => void told.push([peer, code]),
    };
    const { link: alpha, submit } = link({ port: centre.port }, { observer });
    alpha.start();
    await until(() => alpha.capacity() > 0);
    assert.deepEqual(await submit(sample), { kind: 'refused', status: status.ESME_RINVDSTADR });
    assert.deepEqual(told, [['alpha', status.ESME_RINVDSTADR]]);
    assert.deepEqual([statusLabel(status.ESME_RINVDSTADR), statusLabel(0x4ff)], ['ESME_RINVDSTADR', 'other']);
    await alpha.stop();
    await centre.stop();
  });

  it('rests when the message centre calls itself congested', async () => {
    const clock = new FakeClock();
    const centre = await npmServer(
      (pdu, session) => void session.send(pdu.response({ message_id: 'x', congestion_state: 100 })),
    );
    const { link: alpha, submit } = link({ port: centre.port }, { clock, random: evenChance });
    alpha.start();
    await until(() => alpha.capacity() > 0);
    assert.equal((await submit(sample)).kind, 'accepted');
    assert.equal(alpha.stats().congestion, 100);
    assert.equal(alpha.capacity(), 0);
    clock.advance(100);
    assert.equal(alpha.capacity(), 10);
    await alpha.stop();
    await centre.stop();
  });

  it('tells a refusal from a message that cannot be written, and neither stops it', async () => {
    const centre = await npmServer((pdu, session) => void answer(pdu, session, status.ESME_RINVDSTADR));
    const { link: alpha, submit } = link({ port: centre.port });
    alpha.start();
    await until(() => alpha.capacity() > 0);
    assert.deepEqual(await submit(sample), { kind: 'refused', status: status.ESME_RINVDSTADR });
    const unwritable = { ...sample, source: { ton: 5, npi: 0, addr: 'x'.repeat(21) } };
    assert.deepEqual(await submit(unwritable), { kind: 'refused', status: status.ESME_RINVSRCADR });
    assert.equal(alpha.capacity(), 10);
    await alpha.stop();
    await centre.stop();
  });

  it('paces to its throughput', async () => {
    const clock = new FakeClock();
    const centre = await npmServer(accept);
    const { link: alpha, events, submit } = link({ port: centre.port, throughput: 10 }, { clock });
    alpha.start();
    await until(() => alpha.capacity() > 0);
    assert.equal(alpha.capacity(), 1);
    await submit(sample);
    assert.equal(alpha.capacity(), 0);
    const before = events.capacity;
    clock.advance(90);
    assert.equal(events.capacity, before + 1);
    assert.equal(alpha.capacity(), 1);
    await alpha.stop();
    await centre.stop();
  });

  it('reports as lost what was never answered, in time or at the end of the connection', async () => {
    const clock = new FakeClock();
    let got = 0;
    const centre = await npmServer(() => {
      got++;
    });
    const { link: alpha, submit } = link({ port: centre.port }, { clock });
    alpha.start();
    await until(() => alpha.capacity() > 0);
    const late = submit(sample);
    clock.advance(10_000);
    assert.deepEqual(await late, { kind: 'lost' });
    assert.equal(alpha.state, 'bound');
    const cut = submit(sample);
    await until(() => got === 2);
    centre.sessions[0]?.socket.destroy();
    assert.deepEqual(await cut, { kind: 'lost' });
    await alpha.stop();
    await centre.stop();
  });

  it('connects again after a lost connection, a refused bind and a refused connection', async () => {
    const clock = new FakeClock();
    let bindStatus = 0;
    const centre = await npmServer(accept, {}, () => bindStatus);
    const { link: alpha, states } = link({ port: centre.port }, { clock, random: evenChance });
    alpha.start();
    await until(() => alpha.state === 'bound');
    bindStatus = status.ESME_RINVPASWD;
    centre.sessions[0]?.socket.destroy();
    await until(() => alpha.state === 'down');
    clock.advance(10);
    await until(() => alpha.state === 'connecting');
    await until(() => alpha.state === 'down');
    bindStatus = 0;
    clock.advance(20);
    await until(() => alpha.state === 'bound');
    await centre.stop();
    await until(() => alpha.state === 'down');
    clock.advance(20);
    await until(() => alpha.state === 'connecting');
    await until(() => alpha.state === 'down');
    assert.equal(alpha.stats().reconnects, 3);
    await alpha.stop();
    assert.equal(alpha.state, 'stopped');
    assert.equal(states.filter((state) => state === 'bound').length, 2);
    assert.equal(clock.timers, 0);
  });

  it('binds a transmitter and a receiver as a split pair', async () => {
    const clock = new FakeClock();
    const seen: [string, NpmSession][] = [];
    const centre = await npmServer((pdu, session) => {
      seen.push([pdu.command, session]);
      accept(pdu, session);
    });
    const { link: alpha, delivered, submit } = link({ port: centre.port, bind: 'split' }, { clock });
    alpha.start();
    clock.advance(1_000);
    await until(() => alpha.stats().sessionsBound === 2);
    assert.deepEqual([...centre.binds].sort(), ['bind_receiver', 'bind_transmitter']);
    assert.equal(alpha.capacity(), 10);
    assert.equal((await submit(sample)).kind, 'accepted');
    const transmitter = seen[0]?.[1];
    const receiver = centre.sessions.find((session) => session !== transmitter);
    receiver?.send(new smpp.PDU('deliver_sm', { source_addr: '1', destination_addr: '2' }));
    await until(() => delivered.length === 1);
    await alpha.stop();
    await centre.stop();
  });

  it('spreads submits over its sessions, the least loaded first', async () => {
    const clock = new FakeClock();
    const bySession = new Map<NpmSession, number>();
    const centre = await npmServer(
      (_pdu, session) => void bySession.set(session, (bySession.get(session) ?? 0) + 1),
    );
    const { link: alpha } = link({ port: centre.port, sessions: 2, window: 3 }, { clock });
    alpha.start();
    clock.advance(1_000);
    await until(() => alpha.capacity() === 6);
    const outcomes: string[] = [];
    for (let i = 0; i < 4; i++) alpha.submit(sample, (outcome) => outcomes.push(outcome.kind));
    await until(() => [...bySession.values()].join() === '2,2');
    const stopped = alpha.stop();
    clock.advance(10_000);
    await stopped;
    assert.deepEqual(outcomes, ['lost', 'lost', 'lost', 'lost']);
    await centre.stop();
  });

  it('gives up connecting to a peer that says nothing', async () => {
    const clock = new FakeClock();
    const centre = await npmServer(accept, {}, () => 0);
    const { link: alpha } = link({ port: centre.port, host: '127.0.0.1', tls: true }, { clock });
    alpha.start();
    await until(() => centre.sessions.length === 1);
    clock.advance(10_000);
    await until(() => alpha.state === 'down');
    await alpha.stop();
    await centre.stop();
  });
});

describe('SmppLink over TLS', () => {
  it('refuses a certificate that nobody it trusts has signed, and says nothing to its holder', async () => {
    const centre = await npmServer(accept, selfSigned('smsc.example'));
    const { link: alpha } = link({ port: centre.port, tls: true });
    alpha.start();
    await until(() => alpha.state === 'down');
    assert.deepEqual(centre.binds, []);
    await alpha.stop();
    await centre.stop();
  });

  it('takes one it is told to trust, under the right name only', async () => {
    const certificate = selfSigned('smsc.example');
    const centre = await npmServer(accept, certificate);
    const trusted = { port: centre.port, tls: true, tlsMaterial: () => ({ authorities: certificate.cert }) };
    const good = link({ ...trusted, tlsServername: 'smsc.example' });
    good.link.start();
    await until(() => good.link.capacity() > 0);
    assert.equal((await good.submit(sample)).kind, 'accepted');
    await good.link.stop();
    const wrong = link({ ...trusted, tlsServername: 'other.example' });
    wrong.link.start();
    await until(() => wrong.link.state === 'down');
    assert.equal(centre.binds.length, 1);
    await wrong.link.stop();
    await centre.stop();
  });

  it('takes any when told to', async () => {
    const centre = await npmServer(accept, selfSigned('smsc.example'));
    const { link: alpha } = link({ port: centre.port, tls: true, tlsInsecure: true });
    alpha.start();
    await until(() => alpha.state === 'bound');
    await alpha.stop();
    await centre.stop();
  });
});
