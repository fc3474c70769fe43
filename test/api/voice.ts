import type { Accounts } from '../../control/accounts/accounts.ts';
import type { Vault } from '../../control/vault/vault.ts';
import type { Applications } from '../../control/applications/applications.ts';
import type { Clock } from '../../control/base/clock.ts';
import { ok } from '../../control/base/result.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import type { CallerIds } from '../../control/caller-ids/caller-ids.ts';
import type { Alerts } from '../../control/events/alerts.ts';
import type { Inventory } from '../../control/inventory/inventory.ts';
import type { Store } from '../../control/store/store.ts';
import { newAlertOf } from '../../edge/webhook/alert.ts';
import { socketConnector } from '../../edge/voice/streams/socket.ts';
import { Voice } from '../../edge/voice/voice.ts';
import type { WebhookRequest } from '../../edge/webhook/outcome.ts';
import { mendWav } from '../../media/audio/files/wav-mend.ts';
import { testRouting } from '../support/routes.ts';
import type { Meter } from '../../control/billing/meter.ts';
import type { Guards } from '../../control/guards/guards.ts';
import { FakeMedia } from '../voice/fake-media.ts';
import { FakeRecogniser } from '../voice/fake-recogniser.ts';
import { FakeSignalling } from '../voice/fake-signalling.ts';
import { document } from '../voice/harness.ts';

/** The books and the time that calls of a test go by. */
export interface TestVoiceContext {
  readonly store: Store;
  readonly vault: Vault;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly sids: SidFactory;
  readonly accounts: Accounts;
  readonly inventory: Inventory;
  readonly applications: Applications;
  readonly callerIds: CallerIds;
  readonly alerts: Alerts;
  readonly guards: Guards;
  readonly meter: Meter;
}

/** What a tenant's application answers, and what it was asked. */
export interface FakeApplication {
  answer: (request: WebhookRequest) => string;
  readonly requests: WebhookRequest[];
}

/** Calls over real books, with phones, sound and the application in the test's hands. */
export function openTestVoice(context: TestVoiceContext) {
  const {
    store,
    vault,
    dataFolder,
    clock,
    sids,
    accounts,
    inventory,
    applications,
    callerIds,
    alerts,
    guards,
    meter,
  } = context;
  const media = new FakeMedia();
  const signalling = new FakeSignalling();
  const app: FakeApplication = {
    answer: () => '<Response><Pause length="3600"/></Response>',
    requests: [],
  };
  const voice = new Voice({
    guards,
    meter,
    store,
    vault,
    dataFolder,
    clock,
    newSid: sids,
    books: {
      accountByNo: (no) => accounts.byNo(no),
      authToken: (account) => accounts.authToken(account.sid),
      activeAccount: (sid) => accounts.fetch(sid),
    },
    lookup: (e164) => {
      const number = inventory.number(e164);
      return number === undefined ? undefined : applications.applied(number);
    },
    isVerified: (accountSid, e164) => callerIds.isVerified(accountSid, e164),
    application: (accountSid, sid) => applications.fetch(accountSid, sid),
    domain: () => undefined,
    routes: testRouting([{ name: 'alpha', routes: [{ prefix: '+1', cost: 1 }] }]).calls,
    codecs: { from: () => ['PCMU'], to: () => ['PCMU'] },
    media,
    mendRecording: mendWav,
    signalling,
    speaker: {
      play: (url) => Promise.resolve(ok({ file: `sound of ${url}`, durationMs: 1_000 })),
      say: () => Promise.resolve(ok({ file: 'speech', durationMs: 1_000 })),
      music: () => Promise.resolve([]),
    },
    texting: {
      send: () => Promise.resolve(ok({ sid: `SM${'0'.repeat(32)}`, status: 'queued' })),
    },
    recogniser: new FakeRecogniser(),
    connectStream: socketConnector({ allowPrivate: true }),
    webhooks: {
      request: (request) => {
        app.requests.push(request);
        return Promise.resolve(document(app.answer(request), request.url));
      },
    },
    observer: {
      changed: () => undefined,
      reported: () => undefined,
      rang: () => undefined,
      attempted: () => undefined,
      refused: () => undefined,
      alert: (account, alert) => void alerts.record(newAlertOf(account.sid, alert)),
    },
    cpsOf: () => 1000,
    limits: { queuedMax: 100, callsMax: 100 },
    publicOrigin: () => 'https://api.edge.example',
  });
  return { voice, media, signalling, app };
}
