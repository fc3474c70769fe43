import type { Account } from '../../../control/accounts/account.ts';
import type { Guards } from '../../../control/guards/guards.ts';
import { parseNumber } from '../../../control/inventory/e164.ts';
import type { HttpMethod, NumberConfig, PhoneNumber } from '../../../control/inventory/number.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Codec, Media } from '../../../media/media.ts';
import type { Call, CallEvent, EventTarget } from '../call.ts';
import { noMoney, type CallCharges } from '../charges.ts';
import type { CallTokens } from '../call-token.ts';
import type { Conductor } from '../live/conductor.ts';
import type { LiveCalls } from '../live/live-calls.ts';
import { plainAlert, type RefusedCall, type VoiceObserver } from '../observer.ts';
import type { Calling, NewRecord } from '../outbound/calling.ts';
import type { Param } from '../params.ts';
import type { Source } from '../program/source.ts';
import type { CallSource, IncomingCall } from '../signalling.ts';
import { InboundSetup } from './inbound-setup.ts';

/** Where the TwiML of a call comes from: a number's own URLs, an application's, or a SIP domain's. */
export interface VoiceConfig {
  readonly voiceUrl: string;
  readonly voiceMethod: HttpMethod;
  readonly voiceFallbackUrl: string;
  readonly voiceFallbackMethod: HttpMethod;
  readonly statusCallback: string;
  readonly statusCallbackMethod: HttpMethod;
}

export interface InboundDeps {
  readonly store: Store;
  readonly calling: Calling;
  readonly calls: LiveCalls;
  readonly conductor: Conductor;
  readonly media: Media;
  readonly observer: VoiceObserver;
  readonly tokens: CallTokens;
  readonly guards: Pick<Guards, 'refusesInbound'>;
  readonly charges: Pick<CallCharges, 'affords'>;
  readonly lookup: (e164: string) => PhoneNumber | undefined;
  /** The account, if it may be called. */
  readonly activeAccount: (sid: string) => Account | undefined;
  readonly application: (accountSid: string, sid: string) => VoiceConfig | undefined;
  readonly domain: (accountSid: string, sid: string) => VoiceConfig | undefined;
  readonly codecsOf: (source: CallSource) => readonly Codec[];
  /** Calls going on at a time; beyond it new ones are refused with 503. */
  readonly callsMax: number;
}

/** Who an incoming call is for. */
interface Callee {
  readonly account: Account;
  readonly config: VoiceConfig | undefined;
  readonly record: Omit<NewRecord, 'account' | 'direction' | 'statusCallback'>;
}

/** Seconds after which a caller who met our limit may try again. */
const retryAfterSeconds = '5';

/** Takes calls from trunks and SIP domains to their applications. */
export class Inbound {
  private readonly deps: InboundDeps;
  private stopped = false;

  constructor(deps: InboundDeps) {
    this.deps = deps;
  }

  stop(): void {
    this.stopped = true;
  }

  take(incoming: IncomingCall): void {
    const { calls, callsMax, observer } = this.deps;
    const from = incoming.source.kind === 'trunk' ? incoming.source.carrier : incoming.source.domainSid;
    if (this.stopped || calls.size >= callsMax) {
      observer.refused(from, this.stopped ? 'stopping' : 'overload', incoming.toUser);
      incoming.reject(503, [['Retry-After', retryAfterSeconds]]);
      return;
    }
    const callee = this.paid(this.calleeOf(incoming));
    if (typeof callee === 'string') {
      observer.refused(from, callee, incoming.toUser);
      // 404 sends a carrier elsewhere; what nobody is to have, such as calls for a closed account, is declined.
      incoming.reject(callee === 'unknownNumber' ? 404 : 603);
      return;
    }
    void this.begin(incoming, callee);
  }

  private calleeOf(incoming: IncomingCall): Callee | RefusedCall {
    const { source } = incoming;
    return source.kind === 'trunk' ? this.ownerOf(incoming, source.carrier) : this.domainOf(incoming, source);
  }

  /** A callee who can pay for the call; one who cannot is told. */
  private paid(callee: Callee | RefusedCall): Callee | RefusedCall {
    if (typeof callee === 'string') return callee;
    const { account, record } = callee;
    if (this.deps.charges.affords(account, { direction: 'inbound', ...record })) return callee;
    this.deps.observer.alert(
      account,
      plainAlert(10003, '', `${record.from} has called ${record.to}. ${noMoney}`),
    );
    return 'unfunded';
  }

  private ownerOf(incoming: IncomingCall, carrier: string): Callee | RefusedCall {
    const { lookup, activeAccount, application } = this.deps;
    const to = normalised(incoming.toUser);
    const assignment = lookup(to)?.assignment ?? undefined;
    if (assignment === undefined) return 'unknownNumber';
    const account = activeAccount(assignment.accountSid);
    if (account === undefined) return 'inactiveAccount';
    const from = normalised(incoming.fromUser);
    if (this.deps.guards.refusesInbound(account, from, to)) return 'blocked';
    const own: NumberConfig = assignment.config;
    const config =
      own.voiceApplicationSid === ''
        ? own
        : (application(assignment.accountSid, own.voiceApplicationSid) ?? own);
    return {
      account,
      config,
      record: {
        from,
        to,
        carrier,
        phoneNumberSid: assignment.sid,
        forwardedFrom: normalised(incoming.forwardedFrom),
        callerName: own.voiceCallerIdLookup ? incoming.callerName : '',
        stirVerstat: incoming.stirVerstat,
      },
    };
  }

  private domainOf(
    incoming: IncomingCall,
    { domainSid, accountSid }: Extract<CallSource, { kind: 'domain' }>,
  ): Callee | RefusedCall {
    const account = this.deps.activeAccount(accountSid);
    if (account === undefined) return 'inactiveAccount';
    return {
      account,
      config: this.deps.domain(accountSid, domainSid),
      record: { from: incoming.fromUri, to: incoming.toUri, carrier: domainSid },
    };
  }

  private async begin(incoming: IncomingCall, { account, config, record }: Callee): Promise<void> {
    const { calling, calls, conductor, media, store, observer, codecsOf } = this.deps;
    const statusCallback = statusCallbackOf(config);
    const call = calling.record({ ...record, account, direction: 'inbound', statusCallback }, 'ringing');
    const live = calls.begin(call, account);
    live.passport = incoming.stirToken;
    live.noteDialog(incoming.callId);
    live.prepare(new InboundSetup(live, incoming, media, codecsOf(incoming.source)));
    // The record is on disk before the caller hears a thing; a disk that fails is an edge that takes no calls.
    const written = await store.durable().then(
      () => true,
      () => false,
    );
    if (!written) {
      live.hangUp({ status: 'failed', errorCode: 12400, sipCode: 503 });
      return;
    }
    if (config === undefined || config.voiceUrl === '') {
      observer.alert(account, plainAlert(11100, live.sid, 'no VoiceUrl is set for what was called'));
      live.hangUp({ status: 'busy', errorCode: 11100, sipCode: 486 });
      return;
    }
    incoming.ring();
    await conductor.conduct(live, sourceOf(config, incoming, this.tokenOf(incoming, call, account)));
  }

  /** With what the account may show the caller's number; '' for a caller whom no carrier vouches for. */
  private tokenOf({ source, stirToken }: IncomingCall, { from, to }: Call, account: Account): string {
    if (source.kind !== 'trunk') return '';
    return this.deps.tokens.issue(account.sid, { from, by: to, passport: stirToken });
  }
}

/** A number as it is kept, E.164 where it can be read; else as the carrier wrote it. */
function normalised(user: string): string {
  if (user === '') return '';
  const parsed = parseNumber(user);
  return parsed.ok ? parsed.value.e164 : user;
}

function statusCallbackOf(config: VoiceConfig | undefined): EventTarget<CallEvent> | null {
  if (config === undefined || config.statusCallback === '') return null;
  return { url: config.statusCallback, method: config.statusCallbackMethod, events: ['completed'] };
}

/**
 * The configured document; the caller's own headers and SIP names (https://www.twilio.com/docs/voice/api/sip-twiml),
 * and what proves who he is, come with the first request only.
 */
function sourceOf(config: VoiceConfig, incoming: IncomingCall, callToken: string): Source {
  const params: Param[] = incoming.customHeaders.map(([name, value]) => [`SipHeader_${name}`, value]);
  if (incoming.stirToken !== '') params.push(['StirPassportToken', incoming.stirToken]);
  if (callToken !== '') params.push(['CallToken', callToken]);
  if (incoming.source.kind === 'domain') {
    params.push(
      ['SipDomain', incoming.toHost],
      ['SipDomainSid', incoming.source.domainSid],
      ...(incoming.username === '' ? [] : [['SipUsername', incoming.username] as const]),
      ['SipCallId', incoming.callId],
      ['SipSourceIp', incoming.sourceIp],
    );
  }
  return {
    kind: 'url',
    url: config.voiceUrl,
    method: config.voiceMethod,
    fallbackUrl: config.voiceFallbackUrl,
    fallbackMethod: config.voiceFallbackMethod,
    params,
  };
}
