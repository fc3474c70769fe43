import { compactVerify } from 'jose';
import type { Clock } from '../../../control/base/clock.ts';
import type { SignerKeys } from './certificates.ts';
import { canonicalNumber } from './number.ts';
import { isFresh, parseIdentity } from './passport.ts';
import type { Passport } from './passport.ts';
import { verstatOf } from './verstat.ts';
import type { StirVerstat } from './verstat.ts';

/** A call with its Identity values. Numbers as the SIP message has them. */
export interface ClaimedCall {
  readonly identities: readonly string[];
  readonly from: string;
  readonly to: string;
}

export interface Verification {
  readonly verstat: StirVerstat;
  /** The SHAKEN PASSporT where its signature holds: Twilio's StirPassportToken. */
  readonly token: string | undefined;
}

const identitiesMax = 6;

/**
 * Verifies who calls (RFC 8224 §6.2, RFC 8588, RFC 8946); undefined for a call without Identity, of which there is
 * nothing to say. A call that was forwarded carries a `div` PASSporT for each step from the number first called to
 * ours. Never rejects.
 */
export async function verifyIdentity(
  call: ClaimedCall,
  keys: SignerKeys,
  clock: Clock,
): Promise<Verification | undefined> {
  if (call.identities.length === 0) return undefined;
  const none: Verification = { verstat: 'No-TN-Validation', token: undefined };
  if (call.identities.length > identitiesMax) return none;
  const passports = call.identities.map(parseIdentity).filter((read) => read !== undefined);
  const chain = chainFor(passports, canonicalNumber(call.from), canonicalNumber(call.to));
  const [shaken, ...diversions] = chain ?? [];
  if (shaken === undefined || !chain?.every((passport) => isFresh(passport, clock))) return none;
  const holding = await Promise.all(chain.map((passport) => holds(passport, keys)));
  const passed = holding.every((each) => each);
  return {
    verstat: verstatOf(passed, shaken.attest, diversions.length > 0),
    token: passed ? shaken.token : undefined,
  };
}

/** The SHAKEN PASSporT of this caller and the diversions from whom it called to whom we are; undefined if broken. */
function chainFor(
  passports: readonly Passport[],
  from: string | undefined,
  to: string | undefined,
): readonly Passport[] | undefined {
  const shaken = passports.find(({ ppt, orig }) => ppt === 'shaken' && orig === from);
  if (shaken === undefined || to === undefined) return undefined;
  const chain = [shaken];
  let left = passports.filter(({ ppt, orig }) => ppt === 'div' && orig === from);
  for (let last = shaken; !last.dest.includes(to);) {
    const next = left.find(({ div }) => div !== undefined && last.dest.includes(div));
    if (next === undefined) return undefined;
    left = left.filter((passport) => passport !== next);
    chain.push(next);
    last = next;
  }
  return chain;
}

async function holds({ token, x5u }: Passport, keys: SignerKeys): Promise<boolean> {
  const key = await keys.key(x5u);
  if (key === undefined) return false;
  try {
    await compactVerify(token, key, { algorithms: ['ES256'] });
    return true;
  } catch {
    return false;
  }
}
