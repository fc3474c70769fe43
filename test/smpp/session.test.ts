import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commands } from '../../edge/smpp/commands.ts';
import type { Command } from '../../edge/smpp/commands.ts';
import { messageValues } from '../../edge/smpp/message.ts';
import type { DecodeError, Pdu, Value } from '../../edge/smpp/pdu.ts';
import { Session } from '../../edge/smpp/session.ts';
import type { SessionEffects, SessionOptions } from '../../edge/smpp/session-effects.ts';
import type { CloseReason, Role } from '../../edge/smpp/session-state.ts';
import { status } from '../../edge/smpp/status.ts';
import { defaultTimers } from '../../edge/smpp/timers.ts';
import { noTlvs } from '../../edge/smpp/tlvs.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sample } from './sample.ts';

/** Writes down what a session does. */
class Recorder implements SessionEffects {
  readonly sent: string[] = [];
  readonly requests: Pdu[] = [];
  readonly binds: Role[] = [];
  readonly boundAs: Role[] = [];
  readonly errors: DecodeError[] = [];
  unknown = 0;
  ended: CloseReason | undefined;

  send(command: Command, answer: number, sequence: number): undefined {
    this.sent.push(`${command.name} ${answer} #${sequence}`);
  }
  bindRequested(role: Role): void {
    this.binds.push(role);
  }
  bound(role: Role): void {
    this.boundAs.push(role);
  }
  request(pdu: Pdu): void {
    this.requests.push(pdu);
  }
  readonly answers: number[] = [];
  alive(latencyMs: number): void {
    this.answers.push(latencyMs);
  }
  unknownResponse(): void {
    this.unknown++;
  }
  decodeError(error: DecodeError): void {
    this.errors.push(error);
  }
  closed(reason: CloseReason): void {
    this.ended = reason;
  }
  /** What was sent since the last call. */
  take(): string[] {
    return this.sent.splice(0);
  }
}

const pdu = (command: Command, sequence: number, values: readonly Value[] = [], answer = 0): Pdu => ({
  command,
  status: answer,
  sequence,
  values,
  tlvs: noTlvs,
});
const submitValues = messageValues(sample);
const bindValues = ['id', 'secret', '', 0x34, 0, 0, ''];

/** A session whose time is a fake clock's, ticked whenever its own deadline says so. */
function create(change: Partial<SessionOptions> = {}) {
  const clock = new FakeClock();
  const effects = new Recorder();
  const options: SessionOptions = {
    side: 'client',
    window: 3,
    inboundWindow: 2,
    timers: defaultTimers,
    ...change,
  };
  const session = new Session(options, effects, clock.monotonic());
  const advance = (ms: number): void => {
    const end = clock.monotonic() + ms;
    while (session.deadlineMs() <= end) {
      clock.advance(Math.max(0, session.deadlineMs() - clock.monotonic()));
      session.tick(clock.monotonic());
    }
    clock.advance(end - clock.monotonic());
  };
  const receive = (value: Pdu): void => session.receive(value, clock.monotonic());
  const outcomes: (number | 'lost')[] = [];
  const submit = (): void =>
    void session.request(
      commands.submit_sm,
      submitValues,
      noTlvs,
      (response) => outcomes.push(response?.status ?? 'lost'),
      clock.monotonic(),
    );
  return { clock, effects, session, advance, receive, submit, outcomes };
}

function boundClient(change: Partial<SessionOptions> = {}) {
  const made = create(change);
  made.session.bind('transceiver', bindValues, made.clock.monotonic());
  made.receive(pdu(commands.bind_transceiver_resp, 1, ['smsc']));
  made.effects.take();
  return made;
}

function boundServer(role: Command, change: Partial<SessionOptions> = {}) {
  const made = create({ side: 'server', ...change });
  made.receive(pdu(role, 1, bindValues));
  made.session.acceptBind(['smsc'], noTlvs);
  made.effects.take();
  return made;
}

describe('client session', () => {
  it('binds, and has no capacity before that', () => {
    const { session, effects, clock, receive } = create();
    assert.equal(session.free, 0);
    session.bind('transmitter', bindValues, clock.monotonic());
    assert.deepEqual(effects.take(), ['bind_transmitter 0 #1']);
    assert.equal(session.free, 0);
    receive(pdu(commands.bind_transmitter_resp, 1, ['smsc']));
    assert.deepEqual(effects.boundAs, ['transmitter']);
    assert.equal(session.free, 3);
  });

  it('ends when the bind is refused, or not answered in time', () => {
    const refused = create();
    refused.session.bind('receiver', bindValues, refused.clock.monotonic());
    refused.receive(pdu(commands.bind_receiver_resp, 1, [''], status.ESME_RINVPASWD));
    assert.deepEqual(refused.effects.ended, { kind: 'bindRefused', status: status.ESME_RINVPASWD });

    const silent = create();
    silent.session.bind('receiver', bindValues, silent.clock.monotonic());
    silent.advance(9_999);
    assert.equal(silent.effects.ended, undefined);
    silent.advance(1);
    assert.deepEqual(silent.effects.ended, { kind: 'bindTimeout' });
  });

  it('keeps to its window and frees it by responses, in any order', () => {
    const { session, receive, submit, outcomes } = boundClient();
    submit();
    submit();
    submit();
    assert.equal(session.free, 0);
    assert.throws(submit);
    receive(pdu(commands.submit_sm_resp, 3, ['b']));
    receive(pdu(commands.submit_sm_resp, 2, ['a'], status.ESME_RTHROTTLED));
    assert.equal(session.free, 2);
    assert.deepEqual(outcomes, [0, status.ESME_RTHROTTLED]);
  });

  it('gives up on a response after its time, and ignores it when it comes late', () => {
    const { session, effects, receive, submit, outcomes, advance } = boundClient();
    submit();
    advance(9_999);
    assert.deepEqual(outcomes, []);
    advance(1);
    assert.deepEqual(outcomes, ['lost']);
    assert.equal(session.free, 3);
    receive(pdu(commands.submit_sm_resp, 2, ['late']));
    assert.equal(effects.unknown, 1);
    assert.deepEqual(outcomes, ['lost']);
    assert.equal(effects.ended, undefined);
  });

  it('ignores responses to nothing and of the wrong kind; takes generic_nack as an answer', () => {
    const { effects, receive, submit, outcomes } = boundClient();
    submit();
    receive(pdu(commands.submit_sm_resp, 99, ['x']));
    receive(pdu(commands.deliver_sm_resp, 2, ['x']));
    assert.equal(effects.unknown, 2);
    receive(pdu(commands.generic_nack, 2, [], status.ESME_RINVCMDID));
    assert.deepEqual(outcomes, [status.ESME_RINVCMDID]);
  });

  it('asks a silent peer whether it lives, and ends when it says nothing', () => {
    const { effects, advance, receive } = boundClient();
    advance(30_000);
    assert.deepEqual(effects.take(), ['enquire_link 0 #2']);
    advance(40);
    receive(pdu(commands.enquire_link_resp, 2));
    assert.deepEqual(effects.answers, [40]);
    advance(29_999);
    assert.deepEqual(effects.take(), []);
    advance(1);
    assert.deepEqual(effects.take(), ['enquire_link 0 #3']);
    advance(10_000);
    assert.deepEqual(effects.ended, { kind: 'dead' });
  });

  it('does not ask while the peer talks, and takes any word for life', () => {
    const { effects, advance, receive } = boundClient();
    for (let i = 0; i < 5; i++) {
      advance(20_000);
      receive(pdu(commands.enquire_link, 100 + i));
    }
    assert.ok(effects.take().every((line) => line.startsWith('enquire_link_resp')));
    advance(30_000);
    receive(pdu(commands.deliver_sm, 7, submitValues));
    advance(10_000);
    assert.equal(effects.ended, undefined);
  });

  it('unbinds after the inactivity timer, if there is one', () => {
    const timers = { ...defaultTimers, enquireLinkMs: 600_000, inactivityMs: 60_000 };
    const { effects, advance } = boundClient({ timers });
    advance(59_999);
    assert.deepEqual(effects.take(), []);
    advance(1);
    assert.deepEqual(effects.take(), ['unbind 0 #2']);
  });

  it('drains before it unbinds', () => {
    const { session, effects, clock, receive, submit, outcomes } = boundClient();
    submit();
    receive(pdu(commands.deliver_sm, 7, submitValues));
    effects.take();
    session.drain(clock.monotonic());
    assert.equal(session.free, 0);
    assert.deepEqual(effects.take(), []);
    receive(pdu(commands.submit_sm_resp, 2, ['id']));
    assert.deepEqual(outcomes, [0]);
    assert.deepEqual(effects.take(), []);
    const held = effects.requests[0];
    assert.ok(held);
    session.reply(held, 0, [''], noTlvs, clock.monotonic());
    assert.deepEqual(effects.take(), ['deliver_sm_resp 0 #7', 'unbind 0 #3']);
    receive(pdu(commands.deliver_sm, 8, submitValues));
    assert.deepEqual(effects.take(), [`deliver_sm_resp ${status.ESME_RX_T_APPN} #8`]);
    receive(pdu(commands.unbind_resp, 3));
    assert.deepEqual(effects.ended, { kind: 'unbound' });
  });

  it('does not drain for ever', () => {
    const { session, effects, clock, submit, outcomes, advance } = boundClient();
    submit();
    session.drain(clock.monotonic());
    advance(10_000);
    assert.deepEqual(outcomes, ['lost']);
    advance(10_000);
    assert.deepEqual(effects.ended, { kind: 'dead' });
  });

  it('lets the peer unbind, after what is under way', () => {
    const { effects, receive, submit } = boundClient();
    submit();
    effects.take();
    receive(pdu(commands.unbind, 50));
    assert.deepEqual(effects.take(), []);
    receive(pdu(commands.submit_sm_resp, 2, ['id']));
    assert.deepEqual(effects.take(), ['unbind_resp 0 #50']);
    assert.deepEqual(effects.ended, { kind: 'unbound' });
  });

  it('ends when both sides unbind at once', () => {
    const { session, effects, clock, receive } = boundClient();
    session.drain(clock.monotonic());
    receive(pdu(commands.unbind, 50));
    assert.deepEqual(effects.take(), ['unbind 0 #2', 'unbind_resp 0 #50']);
    assert.deepEqual(effects.ended, { kind: 'unbound' });
  });

  it('tells every request that it is lost when the connection ends', () => {
    const { session, effects, submit, outcomes } = boundClient();
    submit();
    submit();
    session.disconnected('ECONNRESET');
    assert.deepEqual(outcomes, ['lost', 'lost']);
    assert.deepEqual(effects.ended, { kind: 'disconnected', code: 'ECONNRESET' });
    session.disconnected('');
    assert.equal(session.deadlineMs(), Infinity);
  });

  it('answers what a message centre must not ask', () => {
    const { effects, receive } = boundClient();
    receive(pdu(commands.submit_sm, 1, submitValues));
    receive(pdu(commands.bind_receiver, 2, bindValues));
    receive(pdu(commands.broadcast_sm, 3));
    receive(pdu(commands.alert_notification, 4));
    receive(pdu(commands.outbind, 5));
    assert.deepEqual(effects.take(), [
      `submit_sm_resp ${status.ESME_RINVBNDSTS} #1`,
      `bind_receiver_resp ${status.ESME_RALYBND} #2`,
      `broadcast_sm_resp ${status.ESME_RINVCMDID} #3`,
      `generic_nack ${status.ESME_RINVCMDID} #5`,
    ]);
    assert.equal(effects.requests.length, 0);
  });
});

describe('server session', () => {
  it('ends a connection that does not bind in time', () => {
    const { effects, advance } = create({ side: 'server' });
    advance(10_000);
    assert.deepEqual(effects.ended, { kind: 'bindTimeout' });
  });

  it('takes nothing but a bind first', () => {
    const { effects, receive } = create({ side: 'server' });
    receive(pdu(commands.submit_sm, 1, submitValues));
    receive(pdu(commands.enquire_link, 2));
    receive(pdu(commands.unbind, 3));
    assert.deepEqual(effects.take(), [
      `submit_sm_resp ${status.ESME_RINVBNDSTS} #1`,
      'enquire_link_resp 0 #2',
      `unbind_resp ${status.ESME_RINVBNDSTS} #3`,
    ]);
    receive(pdu(commands.bind_receiver, 4, bindValues));
    receive(pdu(commands.bind_receiver, 5, bindValues));
    assert.deepEqual(effects.binds, ['receiver']);
    assert.deepEqual(effects.take(), [`bind_receiver_resp ${status.ESME_RALYBND} #5`]);
  });

  it('refuses a bind and ends', () => {
    const { session, effects, receive } = create({ side: 'server' });
    receive(pdu(commands.bind_transceiver, 9, bindValues));
    session.refuseBind(status.ESME_RINVPASWD);
    assert.deepEqual(effects.take(), [`bind_transceiver_resp ${status.ESME_RINVPASWD} #9`]);
    assert.deepEqual(effects.ended, { kind: 'bindRefused', status: status.ESME_RINVPASWD });
  });

  it('takes messages of transmitters only', () => {
    const receiver = boundServer(commands.bind_receiver);
    receiver.receive(pdu(commands.submit_sm, 2, submitValues));
    assert.deepEqual(receiver.effects.take(), [`submit_sm_resp ${status.ESME_RINVBNDSTS} #2`]);
    const transmitter = boundServer(commands.bind_transmitter);
    transmitter.receive(pdu(commands.submit_sm, 2, submitValues));
    assert.equal(transmitter.effects.requests.length, 1);
    assert.deepEqual(transmitter.effects.take(), []);
  });

  it('holds no more requests than its inbound window', () => {
    const { session, effects, clock, receive } = boundServer(commands.bind_transceiver);
    for (const sequence of [2, 3, 4]) receive(pdu(commands.submit_sm, sequence, submitValues));
    assert.equal(session.held, 2);
    assert.deepEqual(effects.take(), [`submit_sm_resp ${status.ESME_RTHROTTLED} #4`]);
    const first = effects.requests[0];
    assert.ok(first);
    session.reply(first, 0, ['id'], noTlvs, clock.monotonic());
    receive(pdu(commands.submit_sm, 5, submitValues));
    assert.equal(session.held, 2);
    assert.deepEqual(effects.take(), ['submit_sm_resp 0 #2']);
  });

  it('answers a PDU it cannot read, and goes on', () => {
    const { session, effects, clock, receive } = boundServer(commands.bind_transceiver);
    const bad = (error: Partial<DecodeError>): void =>
      session.receiveError(
        {
          code: 'length',
          status: status.ESME_RINVCMDLEN,
          offset: 0,
          command: undefined,
          sequence: 8,
          ...error,
        },
        clock.monotonic(),
      );
    bad({});
    bad({ code: 'command', status: status.ESME_RINVCMDID, sequence: 9 });
    bad({ code: 'field', status: status.ESME_RINVSRCADR, command: commands.submit_sm, sequence: 10 });
    bad({ code: 'field', command: commands.submit_sm_resp, sequence: 11 });
    assert.deepEqual(effects.take(), [
      `generic_nack ${status.ESME_RINVCMDLEN} #8`,
      `generic_nack ${status.ESME_RINVCMDID} #9`,
      `submit_sm_resp ${status.ESME_RINVSRCADR} #10`,
    ]);
    assert.equal(effects.errors.length, 4);
    receive(pdu(commands.enquire_link, 12));
    assert.deepEqual(effects.take(), ['enquire_link_resp 0 #12']);
  });

  it('nacks and ends when the stream can no longer be cut', () => {
    const { session, effects, receive } = boundServer(commands.bind_transceiver);
    session.framingLost();
    assert.deepEqual(effects.take(), [`generic_nack ${status.ESME_RINVCMDLEN} #0`]);
    assert.deepEqual(effects.ended, { kind: 'framing' });
    receive(pdu(commands.enquire_link, 1));
    assert.deepEqual(effects.take(), []);
  });

  it('counts an unreadable response as no response', () => {
    const { session, clock, submit, outcomes } = boundServer(commands.bind_transceiver);
    submit();
    const error: DecodeError = {
      code: 'length',
      status: status.ESME_RINVCMDLEN,
      offset: 16,
      command: commands.submit_sm_resp,
      sequence: 1,
    };
    session.receiveError(error, clock.monotonic());
    assert.deepEqual(outcomes, ['lost']);
  });

  it('tells transmitters to come back later while it drains', () => {
    const { session, effects, clock, receive, submit } = boundServer(commands.bind_transceiver);
    submit();
    session.drain(clock.monotonic());
    effects.take();
    receive(pdu(commands.submit_sm, 2, submitValues));
    assert.deepEqual(effects.take(), [`submit_sm_resp ${status.ESME_RTHROTTLED} #2`]);
  });
});
