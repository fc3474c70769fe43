import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '../../control/accounts/account.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { WebhookAlert } from '../../edge/webhook/alert.ts';
import { Callbacks, callbackTable } from '../../edge/webhook/callbacks.ts';
import type { WebhookOutcome, WebhookRequest } from '../../edge/webhook/outcome.ts';
import { temporaryStore } from '../control/store/temporary.ts';
import { FakeClock } from '../support/fake-clock.ts';

const trigger = (n: number): Sid => `UT${String(n).padStart(32, '0')}`;
const account = { no: 1, sid: `AC${'0'.repeat(32)}` } as Account;

const heard: WebhookOutcome = {
  ok: true,
  status: 204,
  contentType: undefined,
  body: Buffer.alloc(0),
  headers: {},
  url: '',
  attempts: [],
};
const unheard: WebhookOutcome = {
  ok: false,
  code: 11200,
  detail: 'the application answered 503',
  url: 'http://application/',
  attempts: [],
};

/** Callbacks of one account to an application that answers as `answer` says. */
function fixture(answer: (request: WebhookRequest) => WebhookOutcome) {
  const store = temporaryStore();
  const clock = new FakeClock();
  const told: string[] = [];
  const alerts: WebhookAlert[] = [];
  const open = (): Callbacks =>
    new Callbacks({
      store,
      table: callbackTable('test-callbacks'),
      clock,
      concurrency: 4,
      books: {
        accountByNo: (no) => (no === account.no ? account : undefined),
        authToken: () => 'secret',
      },
      webhooks: {
        request: (request) => {
          told.push(request.params.map(([, value]) => value).join());
          return Promise.resolve(answer(request));
        },
      },
      observer: { alert: (_, alert) => void alerts.push(alert) },
    });
  const leave = (callbacks: Callbacks, n: number, sequence: number, accountNo = account.no): void =>
    callbacks.leave(trigger(n), sequence, {
      accountNo,
      url: 'http://application/',
      method: 'POST',
      params: [['Event', `${n}.${sequence}`]],
    });
  // Every step of a callback ends with a commit, so ten commits take each group through all it can do now.
  const settle = async (): Promise<void> => {
    for (let commit = 0; commit < 10; commit++) {
      await new Promise((resolve) => setImmediate(resolve));
      await store.durable();
    }
  };
  const rows = (): number => store.table(callbackTable('test-callbacks')).count();
  return { open, leave, settle, rows, clock, told, alerts };
}

describe('callbacks', () => {
  it("tell each resource's events in their order, and hold none up for another's", async () => {
    let failing = true;
    const { open, leave, settle, clock, told, rows } = fixture(({ params }) =>
      failing && params[0]?.[1].startsWith('1.') === true ? unheard : heard,
    );
    const callbacks = open();
    leave(callbacks, 1, 1);
    leave(callbacks, 1, 0);
    leave(callbacks, 2, 0);
    await settle();
    assert.deepEqual(told.splice(0), ['1.0', '2.0']);
    failing = false;
    clock.advance(1_000);
    await settle();
    assert.deepEqual(told, ['1.0', '1.1']);
    assert.equal(rows(), 0);
  });

  it('are given up after six tries in 756 s, each failure with its alert, and the next goes on', async () => {
    const { open, leave, settle, clock, told, alerts, rows } = fixture(({ params }) =>
      params[0]?.[1] === '1.0' ? unheard : heard,
    );
    const callbacks = open();
    leave(callbacks, 1, 0);
    leave(callbacks, 1, 1);
    await settle();
    for (const delayMs of [1_000, 5_000, 30_000, 120_000, 600_000]) {
      clock.advance(delayMs);
      await settle();
    }
    assert.deepEqual(told, ['1.0', '1.0', '1.0', '1.0', '1.0', '1.0', '1.1']);
    assert.deepEqual(
      new Set(alerts.map(({ code, sid }) => `${code} ${sid}`)),
      new Set([`11200 ${trigger(1)}`]),
    );
    assert.equal(alerts.length, 6);
    assert.equal(rows(), 0);
  });

  it('outlive a restart, and those of an account that is gone are dropped', async () => {
    const { open, leave, settle, told, rows } = fixture(() => heard);
    const before = open();
    before.stop();
    leave(before, 1, 0);
    leave(before, 2, 0, 99);
    await settle();
    assert.deepEqual(told, []);
    assert.equal(rows(), 2);
    open().start();
    await settle();
    assert.deepEqual(told, ['1.0']);
    assert.equal(rows(), 0);
  });
});
