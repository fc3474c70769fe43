import { addresses, parseNameAddr, writeNameAddr } from '../message/address.ts';
import type { NameAddr } from '../message/address.ts';
import type { Headers } from '../message/headers.ts';
import { numberOf } from './number.ts';

/** Who calls, as far as the peer may be trusted to say so. */
export interface Caller {
  readonly address: NameAddr;
  /** The number in its URI, with `+` where it has one. */
  readonly number: string | undefined;
  /** Whether the caller asked not to be shown to the called (RFC 3325 §9.3, `Privacy: id`). */
  readonly hidden: boolean;
}

/**
 * The caller: P-Asserted-Identity (RFC 3325; of two, the one with a number), else the older Remote-Party-ID, else From.
 * undefined if none can be read. Trust in the first two is for who calls this to decide: without it, From alone holds.
 */
export function callerOf(headers: Headers, trusted: boolean): Caller | undefined {
  const found = trusted ? (asserted(headers) ?? remoteParty(headers)) : undefined;
  const address = found ?? parseNameAddr(headers.get('from') ?? '');
  if (address === undefined) return undefined;
  return { address, number: numberOf(address.uri), hidden: isHidden(headers, address) };
}

function asserted(headers: Headers): NameAddr | undefined {
  const identities = addresses({ headers }, 'p-asserted-identity') ?? [];
  return identities.find(({ uri }) => numberOf(uri) !== undefined) ?? identities[0];
}

function remoteParty(headers: Headers): NameAddr | undefined {
  return addresses({ headers }, 'remote-party-id')?.find(({ params }) => {
    const party = params.get('party');
    return party === undefined || party.toLowerCase() === 'calling';
  });
}

function isHidden(headers: Headers, address: NameAddr): boolean {
  // priv-values are separated by semicolons (RFC 3323 §4.2).
  const wishes = (headers.get('privacy') ?? '').toLowerCase().split(/[;,\s]+/);
  if (wishes.some((wish) => wish === 'id' || wish === 'user')) return true;
  const legacy = address.params.get('privacy')?.toLowerCase();
  if (legacy !== undefined && legacy !== 'off') return true;
  return /^sips?:anonymous@/i.test(address.uri);
}

/** A P-Asserted-Identity value for a number in our domain. */
export const writeAsserted = (number: string, domain: string, display?: string): string =>
  writeNameAddr({ display, uri: `sip:${number}@${domain};user=phone`, params: new Map() });
