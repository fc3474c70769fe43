import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../../control/accounts/account.ts';
import { sidFactory } from '../../control/base/sid.ts';
import { systemRandom } from '../../control/base/random.ts';
import type { AssignedNumber } from '../../control/inventory/number.ts';
import type { NumberType, PhoneNumber } from '../../control/inventory/number.ts';
import { MessagingServices } from '../../control/messaging-services/messaging-services.ts';
import { english } from '../../control/optouts/keywords.ts';
import { OptOuts } from '../../control/optouts/optouts.ts';
import type { Routing } from '../../control/routing/routing.ts';
import { Store } from '../../control/store/store.ts';
import type { Message, Status } from '../../edge/messaging/message.ts';
import { Messaging } from '../../edge/messaging/messaging.ts';
import type { WebhookAlert } from '../../edge/webhook/alert.ts';
import type { NewMessage } from '../../edge/messaging/outbound/new-message.ts';
import type { Carrier, CarrierFormat, SubmitOutcome } from '../../edge/messaging/outbound/carrier.ts';
import type { DeliverSm, SubmitSm } from '../../edge/smpp/message.ts';
import type { WebhookOutcome, WebhookRequest } from '../../edge/webhook/outcome.ts';
import type { Tariff } from '../../control/billing/tariff.ts';
import { openMeter } from '../support/meter.ts';
import { guardReports, testGuards } from '../support/guards.ts';
import type { Guards } from '../../control/guards/guards.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { testRouting } from '../support/routes.ts';
import { until } from '../support/until.ts';

export const account: Account = {
  sid: 'AC00000000000000000000000000000001',
  no: 1,
  ownerSid: 'AC00000000000000000000000000000001',
  friendlyName: 'test',
  status: 'active',
  type: 'Full',
  createdMs: 0,
  updatedMs: 0,
};

export const plainFormat: CarrierFormat = {
  defaultAlphabet: 'gsm7',
  longMessages: 'udh',
  source: { ton: null, npi: null },
  destination: { ton: null, npi: null },
  tlvs: [],
};

/** A carrier that answers when the test says so, or at once by `answer`. */
export class FakeCarrier implements Carrier {
  readonly name: string;
  readonly format = plainFormat;
  up = true;
  window = 50;
  /** What to answer at once; undefined keeps the submit_sm open. */
  answer: ((sm: SubmitSm, count: number) => SubmitOutcome | undefined) | undefined;
  readonly taken: SubmitSm[] = [];
  readonly open: { readonly sm: SubmitSm; readonly done: (outcome: SubmitOutcome) => void }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  capacity(): number {
    return this.up ? this.window - this.open.length : 0;
  }

  submit(sm: SubmitSm, done: (outcome: SubmitOutcome) => void): void {
    this.taken.push(sm);
    const outcome = this.answer?.(sm, this.taken.length);
    if (outcome === undefined) this.open.push({ sm, done });
    else queueMicrotask(() => done(outcome));
  }

  /** Answers the oldest open submit_sm. */
  reply(outcome: SubmitOutcome): void {
    const first = this.open.shift();
    if (first === undefined) throw new Error('nothing is open');
    first.done(outcome);
  }
}

const place = {
  country: 'US',
  region: 'CA',
  locality: '',
  postalCode: '',
  lata: '',
  rateCenter: '',
  latitude: '',
  longitude: '',
};

export function ownedNumber(e164: string, type: NumberType = 'local', smsUrl = ''): PhoneNumber {
  return {
    e164,
    type,
    place,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    addressRequirement: 'none',
    beta: false,
    carrier: '',
    state: 'assigned',
    withheld: null,
    ratePerSecond: null,
    assignment: {
      accountSid: account.sid,
      sid: `${type === 'shortcode' ? 'SC' : 'PN'}${e164.replace('+', '').padStart(32, '0')}`,
      createdMs: 0,
      updatedMs: 0,
      config: { smsUrl, smsMethod: 'POST', smsFallbackUrl: '', smsFallbackMethod: 'POST' } as never,
    },
  };
}

const isHeld = (number: PhoneNumber): number is AssignedNumber => number.assignment !== null;

export interface HarnessOptions {
  readonly rates?: Partial<Record<NumberType | 'alphanumeric', number>>;
  readonly routes?: readonly {
    readonly name: string;
    readonly routes: readonly { readonly prefix: string; readonly cost: number }[];
  }[];
  /** In place of `routes`. */
  readonly routing?: Routing;
  readonly webhook?: (request: WebhookRequest) => WebhookOutcome;
  readonly queueSegmentsMax?: number;
  readonly folder?: string;
  readonly clock?: FakeClock;
  readonly tariff?: Partial<Tariff>;
  /** `guards` of the configuration. */
  readonly guards?: Parameters<typeof testGuards>[2];
}

/** Messaging over a real store in a folder of its own, with time, carriers and applications in the test's hands. */
export class Harness {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly alpha = new FakeCarrier('alpha');
  readonly beta = new FakeCarrier('beta');
  readonly numbers = new Map<string, PhoneNumber>();
  readonly changes: { readonly sid: string; readonly status: Status }[] = [];
  readonly requests: WebhookRequest[] = [];
  readonly alerts: WebhookAlert[] = [];
  readonly strays: string[] = [];
  readonly optOuts: OptOuts;
  readonly books = { accountByNo: () => account, authToken: () => '12345', activeAccount: () => account };
  readonly money: ReturnType<typeof openMeter>;
  readonly services: MessagingServices;
  readonly messaging: Messaging;
  readonly guards: Guards;
  readonly guarded = guardReports();

  constructor(options: HarnessOptions = {}) {
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'strowger-messaging-'));
    this.clock = options.clock ?? new FakeClock();
    this.store = new Store(this.folder);
    this.optOuts = new OptOuts(this.store);
    for (const e164 of ['+14155550001', '+14155550002']) this.numbers.set(e164, ownedNumber(e164));
    this.money = openMeter(this.store, this.clock, options.tariff);
    this.guards = testGuards(this.store, this.clock, options.guards, this.guarded);
    this.services = new MessagingServices({
      store: this.store,
      clock: this.clock,
      sids: sidFactory(this.clock, systemRandom),
      inventory: {
        bySid: (sid) =>
          Array.from(this.numbers.values())
            .filter(isHeld)
            .find(({ assignment }) => assignment.sid === sid),
      },
    });
    this.messaging = new Messaging({
      guards: this.guards,
      store: this.store,
      dataFolder: this.folder,
      clock: this.clock,
      newSid: sidFactory(this.clock, systemRandom),
      books: this.books,
      lookup: (e164) => this.numbers.get(e164),
      ownerOf: (e164) => {
        const number = this.numbers.get(e164);
        return number?.assignment ? { ...number, accountSid: number.assignment.accountSid } : undefined;
      },
      optOuts: this.optOuts,
      optOutLanguages: [english],
      meter: this.money.meter,
      services: this.services,
      routes: options.routing?.messages ?? testRouting(options.routes).messages,
      carriers: new Map<string, Carrier>([
        ['alpha', this.alpha],
        ['beta', this.beta],
      ]),
      webhooks: {
        request: (request) => {
          this.requests.push(request);
          return Promise.resolve(options.webhook?.(request) ?? answer(''));
        },
        fetchMedia: () =>
          Promise.resolve({ ok: true, value: { contentType: 'image/png', bytes: Buffer.from('png') } }),
      },
      observer: {
        changed: (message) => this.changes.push({ sid: message.sid, status: message.status }),
        submitted: () => undefined,
        receiptAwaited: () => undefined,
        receiptMatched: () => undefined,
        strayReceipt: (carrier) => this.strays.push(carrier),
        inboundRefused: () => undefined,
        alert: (_account, alert) => this.alerts.push(alert),
      },
      senders: {
        local: 1,
        mobile: 1,
        tollfree: 3,
        shortcode: 100,
        alphanumeric: 10,
        ...options.rates,
        overrides: {},
      },
      limits: {
        queueSegmentsMax: options.queueSegmentsMax ?? 36_000,
        validityMaxMs: 36_000_000,
        inboundReassemblyMs: 600_000,
        receiptsAwaitedMs: 345_600_000,
        deliveriesKeptMs: 259_200_000,
      },
      publicOrigin: () => 'http://api.test',
    });
    this.messaging.start();
  }

  wanted(change: Partial<NewMessage> = {}): NewMessage {
    return {
      account,
      direction: 'outbound-api',
      from: '+14155550001',
      to: '+12065550100',
      body: 'hello',
      mediaUrls: [],
      statusCallback: '',
      validityMs: null,
      sendAtMs: null,
      smartEncoding: false,
      provideFeedback: false,
      raw: null,
      receipt: null,
      ...change,
    };
  }

  async send(change: Partial<NewMessage> = {}): Promise<Message> {
    const accepted = await this.messaging.acceptance.accept(this.wanted(change));
    if (!accepted.ok) throw new Error(`${accepted.error.code}: ${accepted.error.detail}`);
    await this.settle();
    return accepted.value;
  }

  status(sid: string): Status | undefined {
    return this.messaging.ledger.get(sid)?.status;
  }

  /** Lets everything that is due now happen, down to the disk. */
  async settle(): Promise<void> {
    for (let i = 0; i < 6; i++) {
      await this.store.durable();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits for what needs the file system, which answers in its own time. */
  async until(done: () => boolean): Promise<void> {
    await until(done, () => this.settle());
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** A deliver_sm arrives; resolves with the command_status that answers it. */
  async deliver(change: Partial<DeliverSm>, carrier = 'alpha'): Promise<number> {
    const sm: DeliverSm = {
      serviceType: '',
      source: { ton: 1, npi: 1, addr: '12065550100' },
      destination: { ton: 1, npi: 1, addr: '14155550001' },
      esmClass: 0,
      protocolId: 0,
      priorityFlag: 0,
      scheduleDeliveryTime: '',
      validityPeriod: '',
      registeredDelivery: 0,
      replaceIfPresent: 0,
      dataCoding: 0,
      shortMessage: Buffer.alloc(0),
      tlvs: [],
      ...change,
    };
    const commandStatus = await new Promise<number>((resolve) => {
      this.messaging.inbound.receive(carrier, 'gsm7', sm, resolve);
    });
    await this.settle();
    return commandStatus;
  }

  receipt(id: string, stat: string): Promise<number> {
    const text = `id:${id} sub:001 dlvrd:001 submit date:2601011200 done date:2601011201 stat:${stat} err:000 text:`;
    return this.deliver({ esmClass: 0x04, shortMessage: Buffer.from(text) });
  }

  /** Stops without a word to anybody, as a crash does; the folder stays. */
  async crash(): Promise<void> {
    this.messaging.stop();
    await this.store.close();
  }

  async end(): Promise<void> {
    await this.crash();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An application's answer. */
export function answer(body: string, contentType = 'text/xml'): WebhookOutcome {
  return {
    ok: true,
    status: 200,
    contentType,
    body: Buffer.from(body),
    headers: {},
    url: 'http://app.test/sms',
    attempts: [],
  };
}
