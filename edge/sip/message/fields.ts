import type { Headers } from './headers.ts';
import { isToken, parseInteger, parseParams, splitList, unquote } from './scan.ts';
import type { Params } from './scan.ts';

/** A message as far as these readers see it. Each gives undefined where its field is absent or malformed. */
interface WithHeaders {
  readonly headers: Headers;
}

/** CSeq numbers are below 2^31 (RFC 3261 §8.1.1.5). */
const sequenceMax = 0x7fffffff;
const unsigned32Max = 0xffffffff;

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** CSeq (RFC 3261 §20.16). */
export function cseq(message: WithHeaders): CSeq | undefined {
  const value = message.headers.get('cseq');
  if (value === undefined) return undefined;
  const blank = value.search(/[ \t]/);
  const number = parseInteger(value.slice(0, Math.max(0, blank)), sequenceMax);
  const method = value.slice(blank + 1).trimStart();
  return number === undefined || !isToken(method) ? undefined : { number, method };
}

export const callId = (message: WithHeaders): string | undefined => message.headers.get('call-id');

/** A field that is a number alone: Max-Forwards (255 at most), Expires, Min-Expires, RSeq, … */
export function integerField(message: WithHeaders, name: string, max = unsigned32Max): number | undefined {
  const value = message.headers.get(name);
  return value === undefined ? undefined : parseInteger(value, max);
}

/** Max-Forwards (RFC 3261 §20.22). */
export const maxForwards = (message: WithHeaders): number | undefined =>
  integerField(message, 'max-forwards', 255);

/** A list of tokens, in lower case: Require, Supported, Allow-Events and others. [] without the field. */
export function tokens(message: WithHeaders, name: string): readonly string[] {
  return (message.headers.list(name) ?? []).map((token) => token.toLowerCase());
}

/** A value and its parameters: Content-Type, Event, Session-Expires, Subscription-State, … */
export interface Parameterised {
  readonly value: string;
  readonly params: Params;
}

function parseParameterised(text: string): Parameterised | undefined {
  const semicolon = text.indexOf(';');
  const stop = semicolon < 0 ? text.length : semicolon;
  const value = text.slice(0, stop).trim();
  const params = value === '' ? undefined : parseParams(text, stop);
  return params === undefined ? undefined : { value, params };
}

export function parameterised(message: WithHeaders, name: string): Parameterised | undefined {
  const value = message.headers.get(name);
  return value === undefined ? undefined : parseParameterised(value);
}

/** Content-Type without parameters, in lower case and without blanks: `application/sdp`. */
export const contentType = (message: WithHeaders): string | undefined =>
  parameterised(message, 'content-type')?.value.replace(/[ \t]/g, '').toLowerCase();

/** RAck (RFC 3262 §7.2): which provisional response a PRACK confirms. */
export interface RAck {
  readonly rseq: number;
  readonly cseq: number;
  readonly method: string;
}

export function rack(message: WithHeaders): RAck | undefined {
  const parts = message.headers.get('rack')?.split(/[ \t]+/);
  if (parts?.length !== 3) return undefined;
  const rseq = parseInteger(parts[0] ?? '', unsigned32Max);
  const number = parseInteger(parts[1] ?? '', sequenceMax);
  const method = parts[2] ?? '';
  return rseq === undefined || number === undefined || !isToken(method)
    ? undefined
    : { rseq, cseq: number, method };
}

/** RSeq (RFC 3262 §7.1). */
export const rseq = (message: WithHeaders): number | undefined => integerField(message, 'rseq');

/** Session-Expires (RFC 4028 §4). */
export interface SessionExpires {
  readonly intervalS: number;
  readonly refresher: 'uac' | 'uas' | undefined;
}

export function sessionExpires(message: WithHeaders): SessionExpires | undefined {
  const field = parameterised(message, 'session-expires');
  const intervalS = parseInteger(field?.value ?? '', unsigned32Max);
  if (field === undefined || intervalS === undefined) return undefined;
  const refresher = field.params.get('refresher')?.toLowerCase();
  return { intervalS, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

/** Min-SE (RFC 4028 §5), in seconds. */
export function minSe(message: WithHeaders): number | undefined {
  const field = parameterised(message, 'min-se');
  return field === undefined ? undefined : parseInteger(field.value, unsigned32Max);
}

/** Replaces (RFC 3891 §6.1). */
export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  readonly earlyOnly: boolean;
}

/** Reads a Replaces value, of the header field or, unescaped, of a Refer-To URI. */
export function parseReplaces(text: string): Replaces | undefined {
  const field = parseParameterised(text);
  const toTag = field?.params.get('to-tag') ?? '';
  const fromTag = field?.params.get('from-tag') ?? '';
  if (field === undefined || toTag === '' || fromTag === '') return undefined;
  return { callId: field.value, toTag, fromTag, earlyOnly: field.params.has('early-only') };
}

export function replaces(message: WithHeaders): Replaces | undefined {
  const value = message.headers.get('replaces');
  return value === undefined ? undefined : parseReplaces(value);
}

/** One Reason (RFC 3326): `SIP;cause=200;text="…"` or `Q.850;cause=16`. */
export interface Reason {
  readonly protocol: string;
  readonly cause: number | undefined;
  readonly text: string | undefined;
}

/** All reasons; malformed ones are left out. */
export function reasons(message: WithHeaders): readonly Reason[] {
  const read: Reason[] = [];
  for (const item of message.headers.list('reason') ?? []) {
    const field = parseParameterised(item);
    if (field === undefined || !isToken(field.value)) continue;
    const text = field.params.get('text');
    read.push({
      protocol: field.value.toUpperCase(),
      cause: parseInteger(field.params.get('cause') ?? '', 999),
      text: text === undefined ? undefined : unquote(text),
    });
  }
  return read;
}

/** Retry-After (RFC 3261 §20.33), in seconds; its comment is left out. */
export function retryAfter(message: WithHeaders): number | undefined {
  const digits = /^\d+/.exec(message.headers.get('retry-after') ?? '');
  return digits === null ? undefined : parseInteger(digits[0], unsigned32Max);
}

/** The Route or Record-Route elements, as written: what a dialog keeps. */
export const routes = (message: WithHeaders, name: 'route' | 'record-route'): readonly string[] =>
  message.headers.all(name).flatMap((line) => splitList(line) ?? []);
