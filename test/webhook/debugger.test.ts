import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '../../control/accounts/account.ts';
import { Alerts } from '../../control/events/alerts.ts';
import { localBus } from '../../control/events/bus.ts';
import type { Sid } from '../../control/base/sid.ts';
import { DebuggerWebhook } from '../../edge/webhook/debugger.ts';
import type { WebhookOutcome, WebhookRequest } from '../../edge/webhook/outcome.ts';
import { temporaryStore } from '../control/store/temporary.ts';
import { FakeClock } from '../support/fake-clock.ts';

const sid = (prefix: string, n: number): Sid => prefix + String(n).padStart(32, '0');
const parent = { no: 1, sid: sid('AC', 1), ownerSid: sid('AC', 1) } as Account;
const child = { no: 2, sid: sid('AC', 2), ownerSid: parent.sid } as Account;
const accounts = [parent, child];

function fixture(urlOf: (account: Account) => string | undefined, ok = true) {
  const store = temporaryStore();
  const clock = new FakeClock();
  const told: WebhookRequest[] = [];
  let made = 0;
  const debuggers = new DebuggerWebhook({
    store,
    clock,
    accountBySid: (wanted) => accounts.find((account) => account.sid === wanted),
    urlOf,
    books: {
      accountByNo: (no) => accounts.find((account) => account.no === no),
      authToken: () => 'secret',
    },
    webhooks: {
      request(request) {
        told.push(request);
        const { url } = request;
        const answer: WebhookOutcome = ok
          ? { ok, status: 204, contentType: undefined, body: Buffer.alloc(0), headers: {}, url, attempts: [] }
          : { ok, code: 11200, detail: 'it answered 503', url, attempts: [] };
        return Promise.resolve(answer);
      },
    },
  });
  const alerts = new Alerts({
    store,
    clock,
    makeSid: (prefix) => sid(prefix, ++made),
    bus: localBus((error) => {
      throw error;
    }),
  });
  alerts.follow((alert) => debuggers.recorded(alert));
  debuggers.start();
  const record = (account: Account) =>
    alerts.record({
      accountSid: account.sid,
      code: 11200,
      resourceSid: sid('SM', 7),
      detail: 'The application answered 500.',
      request: {
        url: 'https://application.example/sms',
        method: 'POST',
        signedUrl: 'https://application.example/sms',
        signature: 'x',
        responseStatus: 500,
      },
    });
  // A post and the end of its row take a commit each.
  const settle = async (): Promise<void> => {
    for (let commit = 0; commit < 200; commit++) {
      await new Promise((resolve) => setImmediate(resolve));
      await store.durable();
    }
  };
  return { clock, told, record, settle, alerts };
}

describe('the debugger webhook', () => {
  it('is posted each error with what is known of it', async () => {
    const { record, settle, told } = fixture(() => 'https://debugger.example/errors');
    const alert = record(child);
    await settle();
    assert.equal(told.length, 1);
    const { url, method, account, authToken, params } = told[0]!;
    assert.deepEqual(
      [url, method, account, authToken],
      ['https://debugger.example/errors', 'POST', child.sid, 'secret'],
    );
    const { Payload, ...rest } = Object.fromEntries(params);
    assert.deepEqual(rest, {
      Sid: alert.sid,
      AccountSid: child.sid,
      ParentAccountSid: parent.sid,
      Timestamp: new Date(alert.atMs).toISOString(),
      Level: 'ERROR',
      PayloadType: 'application/json',
    });
    assert.deepEqual(JSON.parse(Payload!), {
      resource_sid: sid('SM', 7),
      service_sid: null,
      error_code: '11200',
      more_info: { Msg: 'The application answered 500.' },
      webhook: {
        type: 'application/json',
        request: { url: 'https://application.example/sms', method: 'POST' },
        response: { status_code: 500 },
      },
    });
  });

  it('of one account hears nothing of another', async () => {
    const { record, settle, told } = fixture((account) =>
      account.sid === parent.sid ? 'https://debugger.example/errors' : undefined,
    );
    record(child);
    const own = record(parent);
    await settle();
    assert.deepEqual(
      told.map(({ params }) => params[0]![1]),
      [own.sid],
    );
    assert.equal(
      told[0]!.params.some(([name]) => name === 'ParentAccountSid'),
      false,
    );
  });

  it('that does not answer is asked again and then given up, and makes no alerts of its own', async () => {
    const { record, settle, told, clock, alerts } = fixture(() => 'https://debugger.example/errors', false);
    record(parent);
    for (let round = 0; round < 10; round++) {
      await settle();
      clock.advance(600_000);
    }
    await settle();
    assert.equal(told.length, 6);
    assert.equal(alerts.list(parent.sid, {}, { limit: 10 }).rows.length, 1);
  });

  it('is posted no more than 60 errors a minute', async () => {
    const { record, settle, told, clock } = fixture(() => 'https://debugger.example/errors');
    for (let n = 0; n < 70; n++) record(parent);
    await settle();
    assert.equal(told.length, 60);
    clock.advance(60_000);
    record(parent);
    await settle();
    assert.equal(told.length, 61);
  });
});
