import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '../../control/accounts/account.ts';
import type { Firing } from '../../control/billing/triggers.ts';
import type { WebhookOutcome, WebhookRequest } from '../../edge/webhook/outcome.ts';
import { UsageTriggerWebhook } from '../../edge/webhook/usage-triggers.ts';
import { temporaryStore } from '../control/store/temporary.ts';
import { FakeClock } from '../support/fake-clock.ts';

const account = { no: 7, sid: `AC${'1'.repeat(32)}` } as Account;
const sid = `UT${'2'.repeat(32)}`;

const firing: Firing = {
  trigger: {
    sid,
    accountSid: account.sid,
    friendlyName: '',
    usageCategory: 'sms',
    triggerBy: 'price',
    thresholdMicros: 25_000_000,
    recurring: 'monthly',
    callbackUrl: 'https://application.example/used',
    callbackMethod: 'POST',
    createdMs: 0,
    updatedMs: 0,
    firedPeriod: '2026-01-01',
    firedMs: Date.UTC(2026, 0, 5, 12),
    fires: 1,
  },
  row: [2, 3, 25_007_500],
  period: { name: '2026-01-01', span: { first: '2026-01-01', last: '2026-01-31' } },
};

describe('the webhook of usage triggers', () => {
  it('tells the documented parameters, signed, again with the same token until it is heard', async () => {
    const store = temporaryStore();
    const clock = new FakeClock();
    const told: WebhookRequest[] = [];
    const alerts: number[] = [];
    const webhook = new UsageTriggerWebhook({
      store,
      clock,
      accountBySid: (wanted) => (wanted === account.sid ? account : undefined),
      books: { accountByNo: () => account, authToken: () => 'secret' },
      observer: { alert: (_, { code }) => alerts.push(code) },
      webhooks: {
        request(request) {
          told.push(request);
          const { url } = request;
          const outcome: WebhookOutcome =
            told.length === 1
              ? { ok: false, code: 11200, detail: 'it answered 503', url, attempts: [] }
              : {
                  ok: true,
                  status: 204,
                  contentType: undefined,
                  body: Buffer.alloc(0),
                  headers: {},
                  url,
                  attempts: [],
                };
          return Promise.resolve(outcome);
        },
      },
    });
    webhook.start();
    webhook.fired(firing);
    const settle = async (): Promise<void> => {
      for (let commit = 0; commit < 50; commit++) {
        await new Promise((resolve) => setImmediate(resolve));
        await store.durable();
      }
    };
    await settle();
    assert.equal(told.length, 1);
    clock.advance(1_000);
    await settle();
    clock.advance(3_600_000);
    await settle();
    assert.equal(told.length, 2);
    assert.deepEqual(alerts, [11200]);
    const [first, second] = told as [WebhookRequest, WebhookRequest];
    assert.deepEqual(first, second);
    assert.deepEqual(
      [first.url, first.method, first.authToken],
      [firing.trigger.callbackUrl, 'POST', 'secret'],
    );
    assert.deepEqual(Object.fromEntries(first.params), {
      AccountSid: account.sid,
      UsageTriggerSid: sid,
      Recurring: 'monthly',
      TriggerBy: 'price',
      TriggerValue: '25.00',
      CurrentValue: '25.0075',
      UsageCategory: 'sms',
      UsageRecordUri: `/2010-04-01/Accounts/${account.sid}/Usage/Records/ThisMonth.json?Category=sms`,
      IdempotencyToken: `${sid}-FIRES-2026-01-01`,
      DateFired: 'Mon, 05 Jan 2026 12:00:00 +0000',
    });
  });
});
