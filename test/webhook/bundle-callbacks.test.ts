import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Account } from '../../control/accounts/account.ts';
import type { Bundle } from '../../control/regulatory/bundle.ts';
import { BundleNotices } from '../../control/regulatory/notices.ts';
import { BundleCallbacks } from '../../edge/webhook/bundle-callbacks.ts';
import type { WebhookRequest } from '../../edge/webhook/outcome.ts';
import { temporaryStore } from '../control/store/temporary.ts';
import { FakeClock } from '../support/fake-clock.ts';

it('tells an application what became of its bundle, once, and waits where none is left', async () => {
  const store = temporaryStore();
  const clock = new FakeClock();
  const account = { sid: `AC${'a'.repeat(32)}`, no: 1 } as Account;
  const asked: WebhookRequest[] = [];
  const callbacks = new BundleCallbacks({
    store,
    clock,
    books: { accountByNo: () => account, authToken: () => 'token' },
    observer: { alert: () => assert.fail('no alert') },
    webhooks: {
      request(request) {
        asked.push(request);
        return Promise.resolve({
          ok: true,
          url: request.url,
          status: 204,
          contentType: undefined,
          headers: {},
          body: Buffer.alloc(0),
          attempts: [],
        });
      },
    },
  });
  const bundle = {
    sid: `BU${'b'.repeat(32)}`,
    accountSid: account.sid,
    status: 'twilio-rejected',
    failureReason: 'blurred',
    statusCallback: 'https://example.com/bundle',
  } as Bundle;
  callbacks.start();
  const notices = new BundleNotices(store);
  notices.leave(bundle, 1, clock.now());
  notices.leave({ ...bundle, sid: `BU${'c'.repeat(32)}`, statusCallback: '' }, 1, clock.now());
  await store.durable();
  while (asked.length === 0) await clock.advanceAsync(2_000);
  await clock.advanceAsync(10_000, 2_000);
  callbacks.stop();
  assert.deepEqual(
    asked.map(({ url, params }) => [url, params]),
    [
      [
        'https://example.com/bundle',
        [
          ['BundleSid', bundle.sid],
          ['AccountSid', account.sid],
          ['Status', 'twilio-rejected'],
          ['FailureReason', 'blurred'],
        ],
      ],
    ],
  );
  await store.durable();
  assert.deepEqual(notices.waiting(10), []);
});
