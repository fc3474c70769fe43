import { mkdtempSync, rmSync } from 'node:fs';
import { Vault } from '../../control/vault/vault.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../../control/accounts/account.ts';
import { systemRandom } from '../../control/base/random.ts';
import { ok } from '../../control/base/result.ts';
import { sidFactory } from '../../control/base/sid.ts';
import type { PhoneNumber } from '../../control/inventory/number.ts';
import type { RoutedCarrier } from '../../control/routing/config.ts';
import { Store } from '../../control/store/store.ts';
import type { Call, CallStatus } from '../../edge/voice/call.ts';
import type { VoiceConfig } from '../../edge/voice/inbound/inbound.ts';
import type { WebhookAlert } from '../../edge/webhook/alert.ts';
import type { CallReport } from '../../edge/voice/report.ts';
import type { NewCall } from '../../edge/voice/outbound/new-call.ts';
import type { CallText } from '../../edge/voice/texting.ts';
import type { Speaker, Words } from '../../edge/voice/speaker.ts';
import { socketConnector } from '../../edge/voice/streams/socket.ts';
import { Voice } from '../../edge/voice/voice.ts';
import type { WebhookOutcome, WebhookRequest } from '../../edge/webhook/outcome.ts';
import { mendWav } from '../../media/audio/files/wav-mend.ts';
import type { Media } from '../../media/media.ts';
import type { Recogniser } from '../../media/speech/recogniser.ts';
import { guardReports, testGuards } from '../support/guards.ts';
import type { Guards } from '../../control/guards/guards.ts';
import { openMeter } from '../support/meter.ts';
import type { Tariff } from '../../control/billing/tariff.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { testRouting } from '../support/routes.ts';
import { FakeMedia } from './fake-media.ts';
import { FakeRecogniser } from './fake-recogniser.ts';
import { FakeIncoming, FakeSignalling, type FakeOutgoing } from './fake-signalling.ts';

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

export const ownNumber = '+14155550001';
export const stranger = '+12065550100';

export const noUrls: VoiceConfig = {
  voiceUrl: '',
  voiceMethod: 'POST',
  voiceFallbackUrl: '',
  voiceFallbackMethod: 'POST',
  statusCallback: '',
  statusCallbackMethod: 'POST',
};

export const appUrl = 'http://app.test/voice';

/** A number of the account, with these URLs. */
export function owned(e164: string, config: Partial<VoiceConfig> = {}): PhoneNumber {
  return {
    e164,
    type: 'local',
    place: {
      country: 'US',
      region: 'CA',
      locality: 'OAKLAND',
      postalCode: '94601',
      lata: '',
      rateCenter: '',
      latitude: '',
      longitude: '',
    },
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    addressRequirement: 'none',
    beta: false,
    carrier: '',
    state: 'assigned',
    withheld: null,
    ratePerSecond: null,
    assignment: {
      accountSid: account.sid,
      sid: 'PN00000000000000000000000000000001',
      createdMs: 0,
      updatedMs: 0,
      config: { ...noUrls, voiceApplicationSid: '', voiceCallerIdLookup: false, ...config } as never,
    },
  };
}

export interface HarnessOptions {
  /** The URLs of `ownNumber`. Default: `appUrl`. */
  readonly config?: Partial<VoiceConfig>;
  /** The answers of applications: TwiML, or more. Default: an empty document. */
  readonly app?: (request: WebhookRequest) => string | WebhookOutcome;
  readonly carriers?: readonly RoutedCarrier[];
  readonly cps?: number;
  readonly queuedMax?: number;
  readonly callsMax?: number;
  /** What `Speaker.music` gives. Default: a file of that name. */
  readonly music?: ReturnType<Speaker['music']>;
  readonly folder?: string;
  readonly clock?: FakeClock;
  readonly account?: Account;
  /** Default: nothing costs anything. */
  readonly tariff?: Partial<Tariff>;
  /** `guards` of the configuration. */
  readonly guards?: Parameters<typeof testGuards>[2];
  /** Sound that really sounds, in place of `Harness.media`. */
  readonly sound?: { readonly media: Media; readonly speaker: Speaker; readonly recogniser?: Recogniser };
}

/** Voice over a real store in a folder of its own, with time, phones, sound and applications in the test's hands. */
export class Harness {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly media = new FakeMedia();
  readonly signalling = new FakeSignalling();
  readonly recogniser = new FakeRecogniser();
  readonly numbers = new Map<string, PhoneNumber>();
  readonly verified = new Set<string>();
  readonly applications = new Map<string, VoiceConfig>();
  readonly domains = new Map<string, VoiceConfig>();
  readonly requests: WebhookRequest[] = [];
  readonly alerts: WebhookAlert[] = [];
  readonly changes: { readonly sid: string; readonly status: CallStatus }[] = [];
  readonly refusals: string[] = [];
  readonly reports: { readonly sid: string; readonly report: CallReport }[] = [];
  readonly rings: { readonly carrier: string; readonly delayMs: number }[] = [];
  readonly attempts: { readonly carrier: string; readonly kind: string }[] = [];
  readonly said: Words[] = [];
  readonly played: string[] = [];
  readonly texts: CallText[] = [];
  readonly voice: Voice;
  readonly guards: Guards;
  readonly guarded = guardReports();
  readonly money: ReturnType<typeof openMeter>;

  constructor(options: HarnessOptions = {}) {
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'strowger-voice-'));
    this.clock = options.clock ?? new FakeClock();
    this.store = new Store(this.folder);
    this.numbers.set(ownNumber, owned(ownNumber, { voiceUrl: appUrl, ...options.config }));
    const tenant = options.account ?? account;
    const codecs = ['PCMU', 'PCMA'] as const;
    this.guards = testGuards(this.store, this.clock, options.guards, this.guarded);
    this.money = openMeter(this.store, this.clock, options.tariff);
    this.voice = new Voice({
      guards: this.guards,
      meter: this.money.meter,
      store: this.store,
      vault: new Vault(Buffer.alloc(32, 1), systemRandom),
      dataFolder: this.folder,
      clock: this.clock,
      newSid: sidFactory(this.clock, systemRandom),
      books: {
        accountByNo: () => tenant,
        authToken: () => '12345',
        activeAccount: () => (tenant.status === 'active' ? tenant : undefined),
      },
      lookup: (e164) => this.numbers.get(e164),
      isVerified: (_accountSid, e164) => this.verified.has(e164),
      application: (_accountSid, sid) => this.applications.get(sid),
      domain: (_accountSid, sid) => this.domains.get(sid),
      routes: testRouting(options.carriers).calls,
      codecs: { from: () => codecs, to: () => codecs },
      media: options.sound?.media ?? this.media,
      mendRecording: mendWav,
      signalling: this.signalling,
      speaker: options.sound?.speaker ?? {
        play: (_accountSid, url) => {
          this.played.push(url);
          if (url.includes('missing'))
            return Promise.resolve({ ok: false, error: { code: 11200, detail: 'missing' } });
          return Promise.resolve(ok({ file: `sound of ${url}`, durationMs: 1_000 }));
        },
        say: (words) => {
          this.said.push(words);
          return Promise.resolve(ok({ file: `speech of ${words.ssml}`, durationMs: 1_000 }));
        },
        music: () => options.music ?? Promise.resolve([{ kind: 'file', file: 'music' }]),
      },
      texting: {
        send: (text) => {
          this.texts.push(text);
          return Promise.resolve(ok({ sid: 'SM00000000000000000000000000000001', status: 'queued' }));
        },
      },
      recogniser: options.sound?.recogniser ?? this.recogniser,
      // Streams really cross the loopback.
      connectStream: socketConnector({ allowPrivate: true }),
      webhooks: {
        request: (request) => {
          this.requests.push(request);
          const answer = options.app?.(request) ?? '<Response/>';
          return Promise.resolve(typeof answer === 'string' ? document(answer, request.url) : answer);
        },
      },
      observer: {
        changed: (call) => this.changes.push({ sid: call.sid, status: call.status }),
        reported: (call, report) => this.reports.push({ sid: call.sid, report }),
        rang: (carrier, delayMs) => this.rings.push({ carrier, delayMs }),
        attempted: (carrier, end) => this.attempts.push({ carrier, kind: end.kind }),
        refused: (_source, reason) => this.refusals.push(reason),
        alert: (_account, alert) => this.alerts.push(alert),
      },
      cpsOf: () => options.cps ?? 1,
      limits: { queuedMax: options.queuedMax ?? 86_400, callsMax: options.callsMax ?? 1_000 },
      publicOrigin: () => 'http://api.test',
    });
    this.voice.start();
  }

  /** A call comes in. */
  async ring(change: ConstructorParameters<typeof FakeIncoming>[0] = {}): Promise<FakeIncoming> {
    const incoming = new FakeIncoming(change);
    this.signalling.bring(incoming);
    await this.settle();
    return incoming;
  }

  wanted(change: Partial<NewCall> = {}): NewCall {
    return {
      account,
      to: stranger,
      from: ownNumber,
      callToken: '',
      callerId: '',
      twiml: { kind: 'url', url: appUrl, method: 'POST', fallbackUrl: '', fallbackMethod: 'POST' },
      statusCallback: null,
      timeoutMs: 60_000,
      timeLimitMs: 14_400_000,
      sendDigits: '',
      recording: null,
      machineDetection: null,
      asyncDetection: false,
      sipUsername: '',
      sipPassword: '',
      headers: [],
      ...change,
    };
  }

  /** The REST API places a call. */
  async call(change: Partial<NewCall> = {}): Promise<Call> {
    const created = await this.voice.createCall(this.wanted(change));
    if (!created.ok) throw new Error(`${created.error.code}: ${created.error.detail}`);
    await this.settle();
    return created.value;
  }

  /** The INVITE sent last. */
  get invited(): FakeOutgoing {
    const last = this.signalling.outgoing.at(-1);
    if (last === undefined) throw new Error('nobody has been called');
    return last;
  }

  /** The call's record. */
  row(sid: string): Call {
    const call = this.voice.calls.get(sid);
    if (call === undefined) throw new Error(`no call ${sid}`);
    return call;
  }

  /** The newest call of a direction. */
  latest(direction: Call['direction']): Call {
    const page = this.voice.calls.list(account.no, {}, { limit: 1000 });
    const call = page.rows.find((row) => row.direction === direction);
    if (call === undefined) throw new Error(`no ${direction} call`);
    return call;
  }

  /** The parameters of a request. */
  params(index: number): Record<string, string> {
    const request = this.requests.at(index);
    if (request === undefined) throw new Error('there was no request');
    return Object.fromEntries(request.params);
  }

  /** The parameters of every request to this URL, in order. */
  sentTo(url: string): Record<string, string>[] {
    return this.requests
      .filter((request) => request.url === url)
      .map(({ params }) => Object.fromEntries(params));
  }

  /** Lets everything that is due now happen, down to the disk. */
  async settle(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      // Transactions are carried out in order: this one after all that were begun.
      await this.store.transact(() => undefined);
      for (let i = 0; i < 8; i++) {
        await this.store.durable();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** Ends without a word to anybody, as a crash does: what the next one starts with. Nothing of this one fires again. */
  async crash(): Promise<Pick<HarnessOptions, 'folder' | 'clock'>> {
    await this.store.close();
    return { folder: this.folder, clock: new FakeClock(this.clock.now()) };
  }

  async end(): Promise<void> {
    await this.voice.stop();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An application's answer. */
export const document = (body: string, url = appUrl, contentType = 'text/xml'): WebhookOutcome => ({
  ok: true,
  status: 200,
  contentType,
  body: Buffer.from(body),
  headers: {},
  url,
  attempts: [],
});

/** An application that fails. */
export const failure = (url: string, code = 11200): WebhookOutcome => ({
  ok: false,
  code,
  detail: 'the answer was 500',
  url,
  attempts: [],
});

/** A document of these verbs. */
export const twiml = (...verbs: string[]): string => `<Response>${verbs.join('')}</Response>`;
