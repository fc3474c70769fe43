import { fail, ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { NumberState, PhoneNumber, Withheld } from './number.ts';

/** What a number has become since it was imported. */
export type Life = Pick<PhoneNumber, 'state' | 'ratePerSecond' | 'assignment' | 'withheld'>;

/** What the operator decides of the life of numbers (`inventory` of the configuration). */
export interface LifeRules {
  /** How long a number that was given back rests; 0: it is for sale at once. */
  readonly quarantineMs: number;
  /** Imported numbers are for sale only once they have passed a test. */
  readonly testsImported: boolean;
}

/** Numbers are for sale as soon as they are imported, and again as soon as they are given back. */
export const simplestLife: LifeRules = { quarantineMs: 0, testsImported: false };

/** Why a number cannot be had: somebody has it, or the state that it is in. */
export type Unavailable = 'taken' | Exclude<NumberState, 'available' | 'assigned'>;

/**
 * How long its last holder may buy a number back by its digits
 * (https://support.twilio.com/hc/en-us/articles/223183028-Cancel-or-release-a-Twilio-number: 10 days).
 */
const buyBackMs = 10 * 86_400_000;

/** A life that nothing has happened in. */
export const newLife = (forSale: boolean): Life => ({
  state: forSale ? 'available' : 'testing',
  ratePerSecond: null,
  assignment: null,
  withheld: null,
});

/** Whether there is nothing to keep of a life beside whether the number is for sale. */
export const isUneventful = ({ state, ratePerSecond }: Life): boolean =>
  (state === 'available' || state === 'testing') && ratePerSecond === null;

/** As a life is at this time: a quarantine that is over leaves the number for sale. */
export const settled = (life: Life, nowMs: number): Life =>
  life.state === 'quarantine' && (life.withheld?.restUntilMs ?? 0) <= nowMs ? forSale(life) : life;

/** Whether an account may have the number. */
export function buyable(
  { state, withheld }: Life,
  accountSid: Sid,
  nowMs: number,
): Result<void, Unavailable> {
  if (state === 'available') return ok(undefined);
  if (state === 'assigned') return fail('taken');
  const ownBefore = state === 'quarantine' && withheld?.lastOwner === accountSid;
  return ownBefore && nowMs < withheld.releasedMs + buyBackMs ? ok(undefined) : fail(state);
}

/** Whether the operator may give an account the number: a quarantine keeps numbers from sale, not from his hand. */
export const assignable: typeof buyable = (life, accountSid, nowMs) =>
  life.state === 'quarantine' ? ok(undefined) : buyable(life, accountSid, nowMs);

/** Whether an account that brings the number from elsewhere may have it: back from another network, and untested, too. */
export const receivable: typeof buyable = (life, accountSid, nowMs) =>
  life.state === 'portedout' || life.state === 'testing' ? ok(undefined) : buyable(life, accountSid, nowMs);

/** Its holder gives it back. With `accountSid`, only if that account is the holder. */
export function release(
  life: Life,
  accountSid: Sid | undefined,
  { quarantineMs }: LifeRules,
  nowMs: number,
): Result<Life, 'notAssigned'> {
  const lastOwner = life.assignment?.accountSid;
  if (lastOwner === undefined || (accountSid ?? lastOwner) !== lastOwner) return fail('notAssigned');
  if (quarantineMs === 0) return ok(forSale(life));
  return ok(
    withheldAs(life, 'quarantine', {
      ...notWithheld,
      sinceMs: nowMs,
      lastOwner,
      releasedMs: nowMs,
      restUntilMs: nowMs + quarantineMs,
    }),
  );
}

/** The operator needs a number that was given back, or has it given back, without a quarantine. */
export function releaseNow(life: Life, nowMs: number): Result<Life, 'notAssigned'> {
  if (life.state === 'quarantine') return ok(forSale(life));
  return release(life, undefined, simplestLife, nowMs);
}

/** Holds back a number that nobody has; its quarantine goes on meanwhile. Again: with the new reason. */
export function hold(
  life: Life,
  by: NonNullable<Withheld['by']>,
  reason: string,
  nowMs: number,
): Result<Life, 'taken' | 'portedout'> {
  if (life.state === 'assigned') return fail('taken');
  if (life.state === 'portedout') return fail('portedout');
  return ok(withheldAs(life, 'held', { ...(life.withheld ?? notWithheld), sinceMs: nowMs, by, reason }));
}

/** Lets go of a number that is held back; the rest of its quarantine is still before it. */
export function unhold(life: Life, nowMs: number): Result<Life, 'notHeld'> {
  if (life.state !== 'held' || life.withheld === null) return fail('notHeld');
  if (life.withheld.restUntilMs <= nowMs) return ok(forSale(life));
  return ok(withheldAs(life, 'quarantine', { ...life.withheld, sinceMs: nowMs, by: null, reason: '' }));
}

/** A number passed its test, or failed it for this reason. What the operator holds back, and who has it, stays so. */
export function tested(life: Life, fault: string | null, nowMs: number): Life {
  const byOperator = life.state === 'held' && life.withheld?.by === 'operator';
  if (fault !== null) {
    const held = byOperator ? undefined : hold(life, 'test', fault, nowMs);
    return held?.ok === true ? held.value : life;
  }
  if (life.state === 'testing') return forSale(life);
  const free = byOperator ? undefined : unhold(life, nowMs);
  return free?.ok === true ? free.value : life;
}

/** Another network has it from now on, whoever held it here. */
export function portOut(life: Life, nowMs: number): Result<Life, 'portedout'> {
  if (life.state === 'portedout') return fail('portedout');
  const lastOwner = life.assignment?.accountSid ?? life.withheld?.lastOwner ?? '';
  return ok(
    withheldAs(life, 'portedout', {
      ...notWithheld,
      sinceMs: nowMs,
      lastOwner,
      releasedMs: life.withheld?.releasedMs ?? 0,
    }),
  );
}

/** It is back from another network, and begins anew. */
export function portIn(life: Life, { testsImported }: LifeRules): Result<Life, 'notPortedOut'> {
  if (life.state !== 'portedout') return fail('notPortedOut');
  return ok({ ...newLife(!testsImported), ratePerSecond: life.ratePerSecond });
}

const notWithheld: Withheld = {
  sinceMs: 0,
  by: null,
  reason: '',
  lastOwner: '',
  releasedMs: 0,
  restUntilMs: 0,
};

const forSale = (life: Life): Life => ({ ...newLife(true), ratePerSecond: life.ratePerSecond });

const withheldAs = (life: Life, state: NumberState, withheld: Withheld): Life => ({
  state,
  ratePerSecond: life.ratePerSecond,
  assignment: null,
  withheld,
});
