import type { Headers } from '../message/headers.ts';
import { spellingOf } from '../message/names.ts';

/** What an application may not set, as the dialog and the transport do: in requests of its own, out of a dialog. */
export const withheldFromRequest: ReadonlySet<string> = new Set([
  'via',
  'route',
  'record-route',
  'content-length',
  'rseq',
]);

/** The same for requests within a dialog. */
export const withheldInDialog: ReadonlySet<string> = new Set([
  ...withheldFromRequest,
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
]);

/** The same for responses. */
export const withheldFromResponse: ReadonlySet<string> = withheldInDialog;

/** Fields in which `localhost` stands for our address. */
const addressed: ReadonlySet<string> = new Set(['from', 'to', 'contact', 'p-asserted-identity']);

const localhost = /((?:sips?:)(?:[^@<>\s]*@)?)localhost(?::\d+)?(?=[;>?\s,]|$)/gi;

/**
 * An address as an application wrote it, made fit for peers: `localhost` stands for our address, which only we know,
 * and a bare URI gets the angle brackets without which some cannot tell its parameters from the field's.
 */
export function withAddress(key: string, value: string, sentBy: string): string {
  if (!addressed.has(key)) return value;
  const placed = value.includes('localhost') ? value.replace(localhost, `$1${sentBy}`) : value;
  return placed.replace(bareUri, '<$1>');
}

const bareUri = /^(sips?:[^<>;,"\s]+)(?=;|$)/i;

/** Appends an application's fields to a message's, without those that are withheld or already there. */
export function addFields(
  to: Headers,
  from: Headers,
  withheld: ReadonlySet<string>,
  sentBy: string,
  present: ReadonlySet<string> = nothing,
): void {
  for (const { key, name, value } of from) {
    if (withheld.has(key) || present.has(key)) continue;
    // Applications write names in lower case; peers deserve the usual spelling.
    const known = spellingOf(key);
    to.add(key, known === key ? capitalised(name) : known, withAddress(key, value, sentBy));
  }
}

const nothing: ReadonlySet<string> = new Set();

/** `x-foo` stays: what begins so is the application's own; `foo-bar` becomes `Foo-Bar`. */
function capitalised(name: string): string {
  if (/^x-/i.test(name)) return name;
  return name.replace(/(^|-)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}

/** The Content-Type of a body whose application did not say: SDP is recognised; undefined for anything else. */
export const guessedType = (body: string): string | undefined =>
  body.startsWith('v=0') ? 'application/sdp' : undefined;
