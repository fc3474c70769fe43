import { countryOf } from '../../../control/inventory/e164.ts';
import type { PoolSender } from '../../../control/messaging-services/pool-sender.ts';
import type { ServiceConfig } from '../../../control/messaging-services/service.ts';

/** Carriers there take no alphanumeric sender; one that is configured for such a country is used all the same. */
const withoutAlpha: ReadonlySet<string> = new Set(['US', 'CA', 'PR']);

/** Numbers of one plan whose area codes tell places (+1 and three digits). */
const areaCodeOf = (e164: string): string | undefined =>
  /^\+1\d{10}$/.test(e164) ? e164.slice(2, 5) : undefined;

/** What is known of a message when its sender is chosen. */
export interface Addressee {
  /** E.164. */
  readonly to: string;
  /** Whether the message carries media, which not every number may. */
  readonly media: boolean;
}

type Rank = 'none' | number;

/**
 * How well a sender suits, 0 best: alphanumeric before all else where it is admitted
 * (https://www.twilio.com/docs/messaging/api/alphasender-resource), then senders of the recipient's country: short code,
 * the same area code, toll-free, the others; then those of the US, then any
 * (https://help.twilio.com/articles/223181268, geomatch). A short code reaches its own country alone.
 */
function rankOf(
  sender: PoolSender,
  { to, media }: Addressee,
  country: string,
  areaCode: string | undefined,
): Rank {
  if (sender.sender === to || !(media ? sender.capabilities.mms : sender.capabilities.sms)) return 'none';
  const home = sender.country === country;
  switch (sender.kind) {
    case 'alphanumeric':
      if (sender.country !== '') return home ? 0 : 'none';
      return withoutAlpha.has(country) ? 'none' : 1;
    case 'shortcode':
      return home ? 2 : 'none';
    case 'tollfree':
      return home ? 4 : sender.country === 'US' ? 6 : 7;
    case 'local':
    case 'mobile':
    case 'national':
    case 'voip':
    case 'sharedcost':
    case 'machinetomachine':
      if (home && areaCode !== undefined && areaCodeOf(sender.sender) === areaCode) return 3;
      return home ? 5 : sender.country === 'US' ? 6 : 7;
  }
}

/** The senders that suit a message, best first; those in one group suit alike. */
export function suited(
  senders: readonly PoolSender[],
  addressee: Addressee,
  { areaCodeGeomatch }: Pick<ServiceConfig, 'areaCodeGeomatch'>,
): readonly (readonly PoolSender[])[] {
  const country = countryOf(addressee.to);
  const areaCode = areaCodeGeomatch ? areaCodeOf(addressee.to) : undefined;
  const groups: PoolSender[][] = [];
  for (const sender of senders) {
    const rank = rankOf(sender, addressee, country, areaCode);
    if (rank !== 'none') (groups[rank] ??= []).push(sender);
  }
  return groups.filter((group) => group.length > 0);
}

/**
 * The sender of a group that is free first; among equals the next after `start`, so that turns are taken. `freeMs` tells
 * when a sender has sent what waits for it; the first that is free by `nowMs` will do.
 */
export function leastLoaded(
  group: readonly PoolSender[],
  freeMs: (sender: PoolSender) => number,
  start: number,
  nowMs: number,
): PoolSender | undefined {
  let best: PoolSender | undefined;
  let bestMs = Infinity;
  for (let i = 0; i < group.length && bestMs > nowMs; i++) {
    const sender = group[(start + i) % group.length];
    const ms = sender === undefined ? Infinity : freeMs(sender);
    if (ms < bestMs) {
      best = sender;
      bestMs = ms;
    }
  }
  return best;
}
