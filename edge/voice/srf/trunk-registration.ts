import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import { addresses } from '../../sip/message/address.ts';
import { integerField, retryAfter } from '../../sip/message/fields.ts';
import type { Headers } from '../../sip/message/headers.ts';
import { escapeUser, parseUri, sameUri, writeUri } from '../../sip/message/uri.ts';
import { deferred } from '../deferred.ts';
import { challenger, Challenges, challengesMax, type Credentials } from './challenges.ts';
import type { SrfClient, SrfReceived, SrfSent } from './client.ts';
import { readHeaders } from './headers.ts';

/** How a trunk registers with its carrier. */
export interface RegistrationConfig extends Credentials {
  /** A SIP URI without a user. */
  readonly registrar: string;
  readonly expiresSeconds: number;
}

/** `registering` until the first answer; `failed` while it is tried again. */
export type RegistrationState = 'registering' | 'registered' | 'failed';

type Outcome =
  | { readonly kind: 'granted'; readonly seconds: number }
  /** `afterMs` is what the carrier asks us to wait; 0 if it says nothing. */
  | { readonly kind: 'refused'; readonly status: number; readonly afterMs: number };

/** After a refusal: the first and the longest wait, of which the upper half is drawn. */
const againFirstMs = 2_000;
const againLastMs = 300_000;
/** What a carrier may make us wait, or keep us registered for, at most. */
const afterMaxMs = 3_600_000;
const secondsMax = 86_400;
/** The SIP server answers for whoever does not after 32 s; this is for a SIP server that has gone. */
const answerMs = 40_000;
/** How long the farewell may take. */
const leaveMs = 2_000;

/**
 * Keeps one trunk registered (RFC 3261 section 10.2): all its REGISTERs have one Call-ID and counted CSeqs, it is renewed
 * before it expires, tried again with growing waits where it is refused, and taken back at the end.
 */
export class TrunkRegistration {
  state: RegistrationState = 'registering';
  private readonly config: RegistrationConfig;
  private readonly srf: SrfClient;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly tell: (state: RegistrationState, status: number) => void;
  private readonly challenges: Challenges;
  private readonly callId: string;
  private readonly fromTag: string;
  private wishSeconds: number;
  private sequence = 0;
  private refusals = 0;
  private busy = false;
  private stopped = false;
  private timer: Timer | undefined;

  /** `tell` hears each change of the state, with the status that brought it. */
  constructor(
    config: RegistrationConfig,
    around: { readonly srf: SrfClient; readonly clock: Clock; readonly random: Random },
    tell: (state: RegistrationState, status: number) => void,
  ) {
    this.config = config;
    this.srf = around.srf;
    this.clock = around.clock;
    this.random = around.random;
    this.tell = tell;
    this.challenges = new Challenges(config, around.random);
    this.callId = around.random.bytes(16).toString('hex');
    this.fromTag = around.random.bytes(8).toString('hex');
    this.wishSeconds = config.expiresSeconds;
  }

  /** Registers, now and from now on; once more if it has already. */
  renew(): void {
    if (this.busy || this.stopped) return;
    this.busy = true;
    this.timer?.cancel();
    void this.exchange(true).then((outcome) => {
      this.busy = false;
      if (!this.stopped) this.settle(outcome);
    });
  }

  /** Takes the registration back; resolves when that is answered, or has taken too long. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.timer?.cancel();
    if (this.state !== 'registered') return;
    const { promise, resolve } = deferred<undefined>();
    const limit = this.clock.after(leaveMs, () => resolve(undefined));
    void this.exchange(false).then(() => resolve(undefined));
    await promise;
    limit.cancel();
  }

  private settle(outcome: Outcome): void {
    const state = outcome.kind === 'granted' ? 'registered' : 'failed';
    const changed = state !== this.state;
    this.state = state;
    let delayMs: number;
    if (outcome.kind === 'granted') {
      this.refusals = 0;
      delayMs = renewalMs(outcome.seconds);
    } else {
      const fullMs = Math.min(againLastMs, againFirstMs * 2 ** Math.min(this.refusals++, 30));
      delayMs = Math.max(outcome.afterMs, fullMs * (0.5 + 0.5 * this.random.fraction()));
    }
    this.timer = this.clock.after(delayMs, () => this.renew());
    if (changed) this.tell(state, outcome.kind === 'granted' ? 200 : outcome.status);
  }

  /** REGISTERs until one is granted, or refused for a reason that sending again does not mend. */
  private async exchange(stay: boolean): Promise<Outcome> {
    let challenged = 0;
    let tooBrief = false;
    let proxy: string | undefined;
    for (;;) {
      const answer = await this.send(stay ? this.wishSeconds : 0, proxy);
      if (answer === undefined) return { kind: 'refused', status: 408, afterMs: 0 };
      const { res, sent } = answer;
      const headers = readHeaders(res.raw);
      if (res.status < 300) return { kind: 'granted', seconds: granted(headers, sent, this.wishSeconds) };
      const least = integerField({ headers }, 'min-expires') ?? 0;
      if (res.status === 423 && !tooBrief && least > this.wishSeconds) {
        // RFC 3261 section 10.2.8.
        tooBrief = true;
        this.wishSeconds = Math.min(least, secondsMax);
      } else if (challenged < challengesMax && this.challenges.heed(res, challenged > 0)) {
        challenged++;
        proxy = challenger(this.config.registrar, res);
      } else {
        const afterMs = Math.min((retryAfter({ headers }) ?? 0) * 1_000, afterMaxMs);
        return { kind: 'refused', status: res.status, afterMs };
      }
    }
  }

  /** One REGISTER and its final answer; undefined if it could not be sent, or the SIP server says nothing. */
  private send(
    seconds: number,
    proxy: string | undefined,
  ): Promise<{ readonly res: SrfReceived; readonly sent: SrfSent } | undefined> {
    const { registrar } = this.config;
    const { promise, resolve } = deferred<{ res: SrfReceived; sent: SrfSent } | undefined>();
    const limit = this.clock.after(answerMs, () => resolve(undefined));
    const address = addressOfRecord(this.config);
    const headers = {
      From: `<${address}>;tag=${this.fromTag}`,
      To: `<${address}>`,
      'Call-ID': this.callId,
      CSeq: `${++this.sequence} REGISTER`,
      Contact: `<${contactOf(this.config)}>`,
      Expires: String(seconds),
      ...this.challenges.headers('REGISTER', registrar),
    };
    const options = { method: 'REGISTER', headers, ...(proxy === undefined ? {} : { proxy }) };
    this.srf.request(registrar, options, (error, sent) => {
      if (error !== null || sent === undefined) resolve(undefined);
      else sent.on('response', (res) => res.status >= 200 && resolve({ res, sent }));
    });
    return promise.finally(() => limit.cancel());
  }
}

/** A minute before it expires, or at half of a short one's time. */
const renewalMs = (seconds: number): number => Math.max(seconds / 2, seconds - 60, 1) * 1_000;

/** What we are registered as: the user name at the registrar's domain. */
function addressOfRecord({ registrar, username }: RegistrationConfig): string {
  const uri = parseUri(registrar);
  if (uri?.kind !== 'sip') return registrar;
  return writeUri({ ...uri, user: escapeUser(username), port: undefined, params: new Map(), headers: '' });
}

/** Our own address, which the SIP server writes for `localhost`, over the transport that the registrar is reached by. */
function contactOf({ registrar, username }: RegistrationConfig): string {
  const uri = parseUri(registrar);
  const named = uri?.kind === 'sip' ? uri.params.get('transport')?.toLowerCase() : undefined;
  const transport = uri?.kind === 'sip' && uri.secure ? 'tls' : named;
  const params = transport === undefined || transport === 'udp' ? '' : `;transport=${transport}`;
  return `sip:${escapeUser(username)}@localhost${params}`;
}

/** The seconds that our Contact was granted (RFC 3261 section 10.2.4), else those of the whole answer, else our wish. */
function granted(headers: Headers, sent: SrfSent, wishSeconds: number): number {
  const own = parseUri(/<([^>]*)>/.exec(sent.get('Contact') ?? '')?.[1] ?? '');
  const ours = addresses({ headers }, 'contact')?.find(({ uri }) => {
    const parsed = parseUri(uri);
    return own?.kind === 'sip' && parsed?.kind === 'sip' && sameUri(own, parsed);
  });
  const seconds = Number.parseInt(ours?.params.get('expires') ?? '', 10);
  const found = Number.isNaN(seconds) ? (integerField({ headers }, 'expires') ?? wishSeconds) : seconds;
  return Math.min(found, secondsMax);
}
