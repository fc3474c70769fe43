import { refusalOf } from '../../../control/guards/verdict.ts';
import { parseNumber } from '../../../control/inventory/e164.ts';
import type { Leg } from '../../../media/media.ts';
import type { Callback, CallEvent } from '../../twiml/callbacks.ts';
import type { DialVerb, Endpoint } from '../../twiml/verbs/dial.ts';
import type { EventTarget } from '../call.ts';
import { noMoney } from '../charges.ts';
import type { LiveCall } from '../live/live-call.ts';
import { callerUser } from '../outbound/calling.ts';
import type { Params } from '../params.ts';
import type { Run } from '../program/run.ts';
import type { Destination, FinalResponse, HeaderList } from '../signalling.ts';

type Dialled = Exclude<Endpoint, { kind: 'unsupported' }>;

/** A party that is to be rung. */
export interface Party {
  readonly noun: Dialled;
  readonly live: LiveCall;
  /** What it said to our INVITE in the end; undefined if nothing came. */
  readonly response: () => FinalResponse | undefined;
}

interface Place {
  readonly to: string;
  readonly destinations: readonly Destination[];
  readonly headers: HeaderList;
}

/** Writes the call to one endpoint, ready to be dialled; undefined (with its alert) if it cannot be. */
export function partyOf(
  verb: DialVerb,
  run: Run,
  noun: Endpoint,
  callerId: string,
  early?: (leg: Leg) => void,
): Party | undefined {
  if (noun.kind === 'unsupported') {
    run.alert(noun.code, `<${noun.name}> cannot be dialled on this edge`);
    return undefined;
  }
  const place = placeOf(noun, run, callerId);
  if (place === undefined) return undefined;
  const { account, sid, call } = run.live;
  const leg = { direction: 'outbound-dial', from: callerId, to: place.to } as const;
  if (!run.services.charges.affords(account, leg)) {
    run.alert(10001, noMoney);
    return undefined;
  }
  if (noun.kind === 'number') run.services.guards.took('call', account, place.to);
  // The caller's own number is not ours to show, unless we say that the call was forwarded (RFC 5806).
  const forwarded = call.direction === 'inbound' && callerId === call.from;
  let response: FinalResponse | undefined;
  const live = run.services.calling.place(
    {
      ...leg,
      account,
      parentSid: sid,
      statusCallback: targetOf(run, noun.statusCallback),
    },
    {
      destinations: place.destinations,
      from: callerUser(callerId),
      callerName: '',
      ...(forwarded ? { forwardedBy: call.to, passport: run.live.passport } : {}),
      headers: place.headers,
      timeoutMs: verb.timeoutMs,
      final: (heard) => (response = heard),
      ...(run.live.leg === undefined ? {} : { beside: run.live.leg }),
      ...(early === undefined ? {} : { early }),
    },
  );
  return { noun, live, response: () => response };
}

function placeOf(noun: Dialled, run: Run, callerId: string): Place | undefined {
  if (noun.kind === 'sip') {
    const { username = '', password = '' } = noun.credentials ?? {};
    const { uri, headers } = noun.to;
    return { to: uri, destinations: [{ kind: 'uri', uri, username, password }], headers };
  }
  const parsed = parseNumber(noun.number);
  if (!parsed.ok) {
    run.alert(13224, `${noun.number} is not a number that can be called`);
    return undefined;
  }
  const to = parsed.value.e164;
  const { guards, calling } = run.services;
  const verdict = guards.call(run.live.account, callerId, to);
  if (verdict !== undefined) {
    const { code, detail } = refusalOf(verdict, 'dial');
    run.alert(code, detail);
    return undefined;
  }
  const destinations = calling.destinationsOf(to);
  if (destinations.length === 0) {
    run.alert(13227, `no carrier of this edge takes calls to ${to}`);
    return undefined;
  }
  return { to, destinations, headers: [] };
}

/**
 * What a SIP endpoint answered (https://www.twilio.com/docs/voice/twiml/sip): the names of its call and the headers of
 * its own in the final response, and in the BYE that ended the call; nothing of other parties.
 */
export function sipParams({ noun, live, response }: Party): Params {
  if (noun.kind !== 'sip') return [];
  const { sipCode } = live.call;
  const { callId = '', customHeaders = [] } = response() ?? {};
  const headers = new Map([...customHeaders, ...(live.dialog?.farewell ?? [])]);
  return [
    ...(callId === '' ? [] : [['DialSipCallId', callId] as const]),
    ...(sipCode === 0 ? [] : [['DialSipResponseCode', String(sipCode)] as const]),
    ...Array.from(headers, ([name, value]) => [`DialSipHeader_${name}`, value] as const),
  ];
}

/** A callback of a document with its URL made absolute. */
export function targetOf<Event extends CallEvent>(
  run: Run,
  callback: Callback<Event> | undefined,
): EventTarget<Event> | null {
  return callback === undefined ? null : { ...callback, url: run.resolve(callback.url) };
}
