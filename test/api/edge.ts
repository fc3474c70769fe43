import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import twilio from 'twilio';
import type { Account } from '../../control/accounts/account.ts';
import { systemRandom } from '../../control/base/random.ts';
import { fail, ok } from '../../control/base/result.ts';
import { sidFactory } from '../../control/base/sid.ts';
import {
  Validations,
  type ValidationCall,
  type ValidationRefusal,
} from '../../control/caller-ids/validations.ts';
import { Alerts } from '../../control/events/alerts.ts';
import { localBus } from '../../control/events/bus.ts';
import { parseListing, type Cells } from '../../control/inventory/listing.ts';
import { english } from '../../control/optouts/keywords.ts';
import { Prices } from '../../control/prices/prices.ts';
import { OptOuts } from '../../control/optouts/optouts.ts';
import type { Store } from '../../control/store/store.ts';
import type { ApiDeps } from '../../edge/api/deps.ts';
import { routes } from '../../edge/api/registry.ts';
import { openFrontDoor } from '../../edge/http/server.ts';
import { Messaging } from '../../edge/messaging/messaging.ts';
import type { Carrier, SubmitOutcome } from '../../edge/messaging/outbound/carrier.ts';
import type { SubmitSm } from '../../edge/smpp/message.ts';
import { Renditions } from '../../media/audio/files/renditions.ts';
import { openBooks } from '../../edge/node/books.ts';
import { httpObserver } from '../../edge/node/observers.ts';
import { Metrics } from '../../control/metrics/metrics.ts';
import { keepFile, keptLog } from '../support/evidence.ts';
import { testGuards } from '../support/guards.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { testRouting } from '../support/routes.ts';
import { until as turnUntil } from '../support/until.ts';
import { misshapen, watched } from '../conformance/shapes.ts';
import { openTestVoice } from './voice.ts';

/** A carrier that takes everything, or answers as it is told to. */
export class FakeCarrier implements Carrier {
  readonly name = 'alpha';
  readonly up = true;
  readonly format = {
    defaultAlphabet: 'gsm7',
    longMessages: 'udh',
    source: { ton: null, npi: null },
    destination: { ton: null, npi: null },
    tlvs: [],
  } as const;
  readonly taken: SubmitSm[] = [];
  room = 100;

  capacity(): number {
    return this.room;
  }

  submit(sm: SubmitSm, done: (outcome: SubmitOutcome) => void): void {
    this.taken.push(sm);
    const messageId = `id-${this.taken.length}`;
    setImmediate(() => done({ kind: 'accepted', messageId }));
  }
}

/** Places calls for codes by remembering them. */
export class FakeValidationCalls {
  readonly placed: ValidationCall[] = [];
  refusal: ValidationRefusal | undefined;

  place(call: ValidationCall) {
    const { refusal } = this;
    if (refusal !== undefined) return Promise.resolve(fail(refusal));
    this.placed.push(call);
    return Promise.resolve(ok({ callSid: `CA${String(this.placed.length).padStart(32, '0')}` }));
  }
}

export interface Tenant {
  readonly account: Account;
  readonly authToken: string;
  readonly client: twilio.Twilio;
}

const closings: (() => Promise<void>)[] = [];

after(async () => {
  for (const close of closings) await close();
  // Whatever a test has asked for, the answers are those that the helper library reads.
  assert.deepEqual([...misshapen], []);
});

export type Edge = Awaited<ReturnType<typeof openTestEdge>>;

/** The front door with every resource, on a store of its own, with a carrier that is none. Closed after the tests. */
export async function openTestEdge(guardsConfig: Parameters<typeof testGuards>[2] = {}) {
  const clock = new FakeClock();
  const log = keptLog('door');
  const directory = mkdtempSync(join(tmpdir(), 'strowger-test-'));
  const sids = sidFactory(clock, systemRandom);
  const prices = new Prices();
  const books = openBooks(
    {
      data: directory,
      domain: 'edge.example',
      limits: {
        requestsPerSecond: 0,
        keyRequestsPerSecond: 0,
        messagesPerSecond: 0,
        keyMessagesPerSecond: 0,
      },
      inventory: { quarantineDays: 0, testNumbers: false },
    },
    { clock, random: systemRandom, sids, onCommit: () => undefined, tariff: prices },
  );
  const { store, accounts, inventory, applications, callerIds } = books;
  stores.push(store);
  const validationCalls = new FakeValidationCalls();
  const validations = new Validations(callerIds, validationCalls, systemRandom);
  const optOuts = new OptOuts(store);
  const carrier = new FakeCarrier();
  const routing = testRouting([{ name: 'alpha', routes: [{ prefix: '+1', cost: 1 }] }]);
  const guards = testGuards(store, clock, guardsConfig);
  const messaging = new Messaging({
    store,
    dataFolder: join(directory, 'data'),
    clock,
    newSid: sids,
    books: {
      accountByNo: (no) => accounts.byNo(no),
      authToken: (account) => accounts.authToken(account.sid),
      activeAccount: (sid) => accounts.fetch(sid),
    },
    lookup: (e164) => {
      const number = inventory.recentNumber(e164);
      return number === undefined ? undefined : applications.applied(number);
    },
    ownerOf: (e164) => inventory.ownerOf(e164),
    optOuts,
    optOutLanguages: [english],
    meter: books.meter,
    guards,
    services: books.messagingServices,
    routes: routing.messages,
    carriers: new Map([['alpha', carrier]]),
    webhooks: {
      request: ({ url }) =>
        Promise.resolve({
          ok: true,
          url,
          status: 204,
          contentType: undefined,
          headers: {},
          body: Buffer.alloc(0),
          attempts: [],
        }),
      fetchMedia: () =>
        Promise.resolve({
          ok: true,
          value: { contentType: 'image/png', bytes: Buffer.from('a picture') },
        }),
    },
    observer: {
      changed: () => undefined,
      submitted: () => undefined,
      receiptAwaited: () => undefined,
      receiptMatched: () => undefined,
      strayReceipt: () => undefined,
      inboundRefused: () => undefined,
      alert: ({ sid }, { code, detail }) => log.warn({ account: sid, code }, detail),
    },
    senders: { local: 1, mobile: 1, tollfree: 3, shortcode: 100, alphanumeric: 10, overrides: {} },
    limits: {
      queueSegmentsMax: 100,
      validityMaxMs: 36_000_000,
      inboundReassemblyMs: 600_000,
      receiptsAwaitedMs: 345_600_000,
      deliveriesKeptMs: 259_200_000,
    },
    publicOrigin: () => 'https://api.edge.example',
  });
  const bus = localBus((error) => {
    throw error;
  });
  const alerts = new Alerts({ store, clock, makeSid: sids, bus });
  const { voice, media, signalling, app } = openTestVoice({
    store,
    vault: books.vault,
    dataFolder: join(directory, 'data'),
    clock,
    sids,
    accounts,
    inventory,
    applications,
    callerIds,
    alerts,
    guards,
    meter: books.meter,
  });
  const api: ApiDeps = {
    ...books,
    ported: routing.ported,
    currency: 'USD',
    prices,
    guards,
    messaging,
    alerts,
    voice: { voice, validations, renditions: new Renditions(), durable: () => store.durable() },
    clock,
  };
  const table = routes(api);
  const opened = await openFrontDoor({
    http: { host: '127.0.0.1', port: 0 },
    https: null,
    proxy: null,
    domain: 'edge.example',
    routes: watched(table),
    authority: books.authenticator,
    clientKeys: books.publicKeys,
    sids,
    observer: httpObserver({ metrics: new Metrics({ processMetrics: false }), log }),
    clock,
    maxConcurrent: () => 1000,
  });
  if (!opened.ok) throw new Error(opened.error.reason);
  const door = opened.value;
  messaging.start();
  voice.start();
  closings.push(async () => {
    messaging.stop();
    await voice.stop();
    await door.close(0);
    await store.close();
    keepFile('store', join(directory, 'store.lmdb'));
    rmSync(directory, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${door.addresses.http!.port}`;

  const clientOf = (user: string, password: string, accountSid = user): twilio.Twilio =>
    twilio(user, password, { httpClient: localClient(origin, store), accountSid });

  return {
    ...books,
    prices,
    clock,
    origin,
    api,
    routes: table,
    app,
    alerts,
    media,
    signalling,
    voice,
    messaging,
    optOuts,
    guards,
    carrier,
    ported: routing.ported,
    validationCalls,
    clientOf,

    async tenant(parentSid?: string): Promise<Tenant> {
      const made = await accounts.create(parentSid === undefined ? {} : { parentSid });
      if (!made.ok) throw new Error(made.error);
      const { account, secrets } = made.value;
      return { account, authToken: secrets.authToken, client: clientOf(account.sid, secrets.authToken) };
    },

    /** Puts numbers up for sale. */
    async stock(...numbers: Cells[]): Promise<void> {
      const listings = numbers.map((cells) => {
        const parsed = parseListing({ country: 'US', type: 'local', voice: 'yes', sms: 'yes', ...cells });
        if (!parsed.ok) throw new Error(parsed.error);
        return parsed.value;
      });
      await inventory.add(listings);
    },

    /** A request outside of the SDK, after what the test itself has written is on disk. */
    async raw(
      tenant: Pick<Tenant, 'authToken'> & { readonly account: { readonly sid: string } },
      path: string,
      form?: Readonly<Record<string, string>>,
    ): Promise<{ status: number; body: Record<string, unknown> }> {
      await store.durable();
      const authorization = `Basic ${Buffer.from(`${tenant.account.sid}:${tenant.authToken}`).toString('base64')}`;
      const response = await fetch(origin + path, {
        headers: { authorization },
        ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}

/**
 * The SDK's own HTTP client with protocol and address swapped and the Host header kept. Lists are read from what has been
 * committed, so it waits for what the test itself has just written.
 */
function localClient(origin: string, store: Store): twilio.RequestClient {
  // Kept connections would keep the process, too.
  const ordinary = new twilio.RequestClient({ keepAlive: false });
  const local = {
    async request(options: Parameters<typeof ordinary.request>[0]) {
      await store.durable();
      return ordinary.request({
        ...options,
        uri: options.uri.replace(/^https?:\/\/[^/]+/, origin),
        headers: { ...options.headers, Host: new URL(options.uri).host },
      });
    },
  };
  return local as unknown as twilio.RequestClient;
}

/** For `assert.rejects`: a RestException with this code and status. */
export const restError =
  (code: number, status = 400) =>
  (error: unknown): boolean => {
    if (!(error instanceof twilio.RestException)) throw error;
    if (error.code === code && error.status === status) return true;
    throw new Error(`code ${error.code}, status ${error.status}: ${error.message}`);
  };

/** The stores of this file's edges. */
const stores: Store[] = [];

/**
 * Turns the event loop until `done`, and until what was written by then has been committed, which is what lists are
 * read from.
 */
export async function until(done: () => boolean): Promise<void> {
  await turnUntil(done);
  for (const store of stores) await store.durable();
}
