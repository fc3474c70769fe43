import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentObserver } from '../../edge/smpp/observer.ts';
import type { BindAttempt } from '../../edge/smpp/server-config.ts';
import type { DeliverOutcome } from '../../edge/smpp/server-session.ts';
import { status } from '../../edge/smpp/status.ts';
import { bytesTlv } from '../../edge/smpp/tlvs.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { selfSigned } from './certificates.ts';
import { until } from '../support/until.ts';
import { npmClient, server } from './loopback.ts';
import type { NpmPdu } from './loopback.ts';
import { sample } from './sample.ts';

const identity = {
  system_id: 'AC0123456789abcdef0123456789abcdef',
  password: '0123456789abcdef0123456789abcdef',
};
const brief = { source_addr: '1555', destination_addr: '1666' };

describe('SmppServer', () => {
  it('shows the bind to its owner and answers with its name and version', async () => {
    const attempts: BindAttempt[] = [];
    const ours = await server({
      authenticate(bind) {
        attempts.push(bind);
        return Promise.resolve({ ok: true, peer: 'tenant' });
      },
    });
    const { ask } = await npmClient(ours.port);
    const response = await ask('bind_transceiver', {
      ...identity,
      system_type: 'box',
      interface_version: 0x34,
    });
    assert.equal(response.command_status, 0);
    assert.equal(response['system_id'], 'strowger');
    assert.equal(response['sc_interface_version'], 0x34);
    assert.deepEqual(attempts, [
      {
        systemId: identity.system_id,
        password: identity.password,
        systemType: 'box',
        role: 'transceiver',
        interfaceVersion: 0x34,
        remoteAddress: '127.0.0.1',
      },
    ]);
    assert.equal(ours.bound[0]?.peer, 'tenant');
    assert.equal((await ask('unbind')).command_status, 0);
    await until(() => ours.ended.join() === 'unbound');
    await ours.server.stop();
  });

  it('sends no TLVs to a peer of version 3.3', async () => {
    const ours = await server();
    const { ask } = await npmClient(ours.port);
    const response = await ask('bind_receiver', { ...identity, interface_version: 0x33 });
    assert.equal(response['sc_interface_version'], undefined);
    await ours.server.stop();
  });

  it('takes submit_sm and data_sm, answered later and in any order', async () => {
    const waiting: (() => void)[] = [];
    const texts: string[] = [];
    const ours = await server({
      submit(_session, sm, reply) {
        texts.push(sm.shortMessage.toString() || String(sm.tlvs[0]?.value));
        waiting.push(() => reply(0, `id-${texts.length}-${sm.destination.addr}`));
      },
    });
    const { ask } = await npmClient(ours.port);
    await ask('bind_transmitter', identity);
    const first = ask('submit_sm', { ...brief, data_coding: 4, short_message: Buffer.from('one') });
    const second = ask('data_sm', { ...brief, message_payload: Buffer.from('two') });
    await until(() => waiting.length === 2);
    waiting[1]?.();
    waiting[1]?.();
    assert.equal((await second).command, 'data_sm_resp');
    waiting[0]?.();
    assert.equal((await first)['message_id'], 'id-2-1666');
    assert.deepEqual(texts, ['one', 'two']);
    await ours.server.stop();
  });

  it('passes refusals on, and answers operations without a handler', async () => {
    const ours = await server({ submit: (_session, _sm, reply) => reply(status.ESME_RINVDSTADR) });
    const { ask } = await npmClient(ours.port);
    await ask('bind_transceiver', identity);
    const answers: [string, number][] = [];
    const requests: [string, Record<string, unknown>][] = [
      ['submit_sm', brief],
      ['submit_sm', { ...brief, sm_default_msg_id: 3 }],
      ['submit_multi', { dest_address: [{ destination_addr: '1666' }] }],
      ['query_sm', { message_id: '1' }],
      ['cancel_sm', { message_id: '1' }],
      ['replace_sm', { message_id: '1' }],
      ['deliver_sm', brief],
      ['broadcast_sm', {}],
    ];
    for (const [command, fields] of requests) {
      const response = await ask(command, fields);
      answers.push([response.command, response.command_status]);
    }
    assert.deepEqual(answers, [
      ['submit_sm_resp', status.ESME_RINVDSTADR],
      ['submit_sm_resp', status.ESME_RINVDFTMSGID],
      ['submit_multi_resp', status.ESME_RINVCMDID],
      ['query_sm_resp', status.ESME_RINVCMDID],
      ['cancel_sm_resp', status.ESME_RINVCMDID],
      ['replace_sm_resp', status.ESME_RINVCMDID],
      ['deliver_sm_resp', status.ESME_RINVBNDSTS],
      ['broadcast_sm_resp', status.ESME_RINVCMDID],
    ]);
    await ours.server.stop();
  });

  it('brings the other operations to their handlers', async () => {
    const seen: unknown[] = [];
    const ours = await server({
      submitMulti(_session, sm, reply) {
        seen.push(sm.destinations);
        reply(0, 'multi', [{ address: { ton: 1, npi: 1, addr: '1777' }, status: 11 }]);
      },
      query(_session, query, reply) {
        seen.push(query);
        reply(0, { messageId: query.messageId, finalDate: '', messageState: 2, errorCode: 0 });
      },
      cancel(_session, cancel, reply) {
        seen.push(cancel.destination.addr);
        reply(status.ESME_RINVMSGID);
      },
      replace(_session, replace, reply) {
        seen.push(replace.shortMessage.toString());
        reply(0);
      },
    });
    const { ask } = await npmClient(ours.port);
    await ask('bind_transceiver', identity);
    const multi = await ask('submit_multi', {
      dest_address: [{ destination_addr: '1666' }, { dl_name: 'all' }],
    });
    assert.equal(multi['message_id'], 'multi');
    assert.equal((multi['unsuccess_sme'] as { destination_addr: string }[])[0]?.destination_addr, '1777');
    const query = await ask('query_sm', { message_id: 'm1', source_addr: '1555' });
    assert.equal(query['message_state'], 2);
    assert.equal((await ask('cancel_sm', brief)).command_status, status.ESME_RINVMSGID);
    assert.equal((await ask('replace_sm', { short_message: Buffer.from('new') })).command_status, 0);
    assert.deepEqual(seen, [
      [
        { kind: 'address', address: { ton: 0, npi: 0, addr: '1666' } },
        { kind: 'list', name: 'all' },
      ],
      { messageId: 'm1', source: { ton: 0, npi: 0, addr: '1555' } },
      '1666',
      'new',
    ]);
    await ours.server.stop();
  });

  it('delivers within its window, to receivers only', async () => {
    let recovered = 0;
    const ours = await server(
      {
        capacity() {
          recovered++;
        },
      },
      { window: 2 },
    );
    const transmitter = await npmClient(ours.port);
    await transmitter.ask('bind_transmitter', identity);
    assert.equal(ours.bound[0]?.capacity(), 0);
    const { session, ask, seen } = await npmClient(ours.port);
    await ask('bind_receiver', identity);
    const receiver = ours.bound[1]!;
    const outcomes: DeliverOutcome[] = [];
    const deliver = (): void =>
      receiver.deliver(
        { ...sample, tlvs: [bytesTlv(0x1401, Buffer.from('x'))] },
        (o) => void outcomes.push(o),
      );
    deliver();
    deliver();
    assert.equal(receiver.capacity(), 0);
    assert.throws(deliver);
    const delivered = (): NpmPdu[] => seen.filter((pdu) => pdu.command === 'deliver_sm');
    await until(() => delivered().length === 2);
    session.send(delivered()[0]!.response());
    session.send(delivered()[1]!.response({ command_status: status.ESME_RX_P_APPN }));
    await until(() => outcomes.length === 2);
    assert.deepEqual(outcomes, [{ kind: 'accepted' }, { kind: 'refused', status: status.ESME_RX_P_APPN }]);
    await until(() => recovered === 1);
    deliver();
    session.destroy();
    await until(() => outcomes.length === 3);
    assert.deepEqual(outcomes[2], { kind: 'lost' });
    await ours.server.stop();
  });

  it('unbinds its peers when it stops, after what is under way', async () => {
    const waiting: (() => void)[] = [];
    const ours = await server({
      submit: (_session, _sm, reply) => void waiting.push(() => reply(0, 'late')),
    });
    const { ask, seen } = await npmClient(ours.port);
    await ask('bind_transceiver', identity);
    const answer = ask('submit_sm', brief);
    await until(() => waiting.length === 1);
    const stopped = ours.server.stop();
    waiting[0]?.();
    assert.equal((await answer)['message_id'], 'late');
    await stopped;
    assert.ok(seen.some((pdu) => pdu.command === 'unbind'));
    assert.deepEqual(ours.ended, ['unbound']);
  });

  it('refuses binds, holds the answer back, and turns the address away after some', async () => {
    const clock = new FakeClock();
    const refusals: string[] = [];
    const ours = await server(
      { authenticate: () => Promise.resolve({ ok: false, status: status.ESME_RINVPASWD }) },
      { failureDelayMs: 1_000, limits: { failuresMax: 2 } },
      {
        clock,
        observer: {
          ...silentObserver,
          bindRefused: () => void refusals.push('bind'),
          connectionRefused: (_peer, reason) => void refusals.push(reason),
        },
      },
    );
    for (let i = 1; i <= 2; i++) {
      const { session, ask, seen } = await npmClient(ours.port);
      const answer = ask('bind_transceiver', identity);
      await until(() => refusals.length === i);
      assert.deepEqual(seen, []);
      clock.advance(1_000);
      assert.equal((await answer).command_status, status.ESME_RINVPASWD);
      await until(() => session.socket.destroyed);
    }
    const { session } = await npmClient(ours.port);
    await until(() => session.socket.destroyed);
    assert.deepEqual(refusals, ['bind', 'bind', 'failures']);
    await ours.server.stop();
  });

  it('answers with a system error when authentication itself breaks', async () => {
    const ours = await server({ authenticate: () => Promise.reject(new Error('store closed')) });
    const { ask } = await npmClient(ours.port);
    assert.equal((await ask('bind_transceiver', identity)).command_status, status.ESME_RSYSERR);
    await ours.server.stop();
  });

  it('speaks TLS, and shows a new certificate from the next handshake on', async () => {
    const first = selfSigned('first.example');
    const ours = await server({}, { tls: first });
    const connect = (ca: string, servername: string) => npmClient(ours.port, { tls: true, ca, servername });
    const before = await connect(first.cert, 'first.example');
    assert.equal((await before.ask('bind_transceiver', identity)).command_status, 0);
    const second = selfSigned('second.example');
    ours.server.setSecureContext(second);
    const after = await connect(second.cert, 'second.example');
    assert.equal((await after.ask('bind_transceiver', identity)).command_status, 0);
    assert.equal((await before.ask('enquire_link')).command_status, 0);
    before.session.destroy();
    after.session.destroy();
    await ours.server.stop();
  });

  it('says why it cannot listen', async () => {
    const ours = await server();
    await assert.rejects(server({}, { port: ours.port }), { code: 'EADDRINUSE' });
    await ours.server.stop();
  });
});
