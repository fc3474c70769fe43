import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inviteClient, plainClient } from '../../../edge/sip/transaction/client-machines.ts';
import type { ClientEvent, ClientState } from '../../../edge/sip/transaction/client-machines.ts';
import { step } from '../../../edge/sip/transaction/machine.ts';
import type { Machine } from '../../../edge/sip/transaction/machine.ts';
import { inviteServer, plainServer } from '../../../edge/sip/transaction/server-machines.ts';
import type { ServerEvent, ServerState } from '../../../edge/sip/transaction/server-machines.ts';

/** The states passed through and everything done on the way. */
function run<S extends string, E extends string, A extends string>(
  machine: Machine<S, E, A>,
  from: S,
  events: readonly E[],
): { state: S; actions: A[] } {
  let state = from;
  const actions: A[] = [];
  for (const event of events) {
    const transition = step(machine, state, event);
    if (transition === undefined) continue;
    state = transition.next;
    actions.push(...transition.actions);
  }
  return { state, actions };
}

const server = (events: readonly ServerEvent[], from: ServerState = 'proceeding') =>
  run(inviteServer, from, events);
const client = (events: readonly ClientEvent[], from: ClientState = 'calling') =>
  run(inviteClient, from, events);

describe('the INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1)', () => {
  it('repeats a failure by timer G and on repeated requests until the ACK, then lingers for timer I', () => {
    const { state, actions } = server(['failure', 'again', 'request', 'ack', 'request', 'over']);
    assert.deepEqual(actions, [
      'send',
      'startAgain',
      'startLife',
      'resend',
      'doubleAgain',
      'resend',
      'stopAgain',
      'startLinger',
    ]);
    assert.equal(state, 'terminated');
  });

  it('tells when no ACK came within timer H', () => {
    assert.deepEqual(server(['failure', 'over']).actions.at(-1), 'noAck');
  });

  it('absorbs repeated requests after a success, and lets its user repeat that', () => {
    const { state, actions } = server(['success', 'request', 'success', 'over']);
    assert.deepEqual(actions, ['send', 'startLife', 'send']);
    assert.equal(state, 'terminated');
  });

  it('takes no second final response', () => {
    assert.deepEqual(server(['failure', 'success']).actions, ['send', 'startAgain', 'startLife']);
    assert.deepEqual(server(['success', 'failure']).actions, ['send', 'startLife']);
  });
});

describe('the other server transaction (§17.2.2)', () => {
  it('answers a repeated request only once it has said something', () => {
    const events: readonly ServerEvent[] = [
      'request',
      'provisional',
      'request',
      'success',
      'request',
      'over',
    ];
    const { state, actions } = run(plainServer, 'trying', events);
    assert.deepEqual(actions, ['send', 'resend', 'send', 'startAbsorb', 'resend']);
    assert.equal(state, 'terminated');
  });
});

describe('the INVITE client transaction (§17.1.1, RFC 6026 §7.2)', () => {
  it('repeats the request until any response', () => {
    const { actions } = client(['again', 'again', 'provisional', 'again']);
    assert.deepEqual(actions, [
      'resend',
      'doubleAgain',
      'resend',
      'doubleAgain',
      'stopAgain',
      'stopTimeout',
      'pass',
    ]);
  });

  it('acknowledges every repetition of a failure and passes it once', () => {
    const { state, actions } = client(['provisional', 'failure', 'failure', 'over']);
    assert.equal(actions.filter((action) => action === 'pass').length, 2);
    assert.equal(actions.filter((action) => action === 'ack').length, 2);
    assert.equal(state, 'terminated');
  });

  it('passes every success to its user, who acknowledges', () => {
    const { state, actions } = client(['success', 'success', 'over']);
    assert.deepEqual(actions, ['stopAgain', 'stopTimeout', 'startLife', 'pass', 'pass']);
    assert.equal(state, 'terminated');
  });

  it('tells of a time-out and of a broken way once', () => {
    assert.deepEqual(client(['timeout', 'unsendable']).actions, ['stopAgain', 'tellTimeout']);
    assert.deepEqual(client(['unsendable', 'timeout']).actions, [
      'stopAgain',
      'stopTimeout',
      'tellUnsendable',
    ]);
  });
});

describe('the other client transaction (§17.1.2)', () => {
  it('goes on repeating after a provisional response, at T2', () => {
    const { actions } = run(plainClient, 'calling', ['again', 'provisional', 'again']);
    assert.deepEqual(actions, ['resend', 'doubleAgain', 'slowAgain', 'pass', 'resend', 'slowAgain']);
  });

  it('gives the final response once', () => {
    const { state, actions } = run(plainClient, 'calling', ['success', 'success', 'failure', 'over']);
    assert.equal(actions.filter((action) => action === 'pass').length, 1);
    assert.equal(state, 'terminated');
  });
});
