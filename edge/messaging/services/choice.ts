import type { PoolSender } from '../../../control/messaging-services/pool-sender.ts';

/** Carriers there take no alphanumeric sender; one that is configured for such a country is used all the same. */
const withoutAlpha: ReadonlySet<string> = new Set(['US', 'CA', 'PR']);

/** Numbers of one plan whose area codes tell places (+1 and three digits). */
export const areaCodeOf = (e164: string): string | undefined =>
  /^\+1\d{10}$/.test(e164) ? e164.slice(2, 5) : undefined;

/** A number of ten digits or so, as people have them. */
export const isLongCode = ({ kind }: Pick<PoolSender, 'kind'>): boolean =>
  kind !== 'alphanumeric' && kind !== 'shortcode' && kind !== 'tollfree';

/** Whether a sender carries such a message at all. */
export const carries = ({ capabilities }: PoolSender, media: boolean): boolean =>
  media ? capabilities.mms : capabilities.sms;

/** Where those rank who share the recipient's area code: after short codes, before toll-free numbers. */
export const areaCodeRank = 3;

/**
 * How well a sender suits recipients of a country, 0 best; 'none' where it cannot reach them. Alphanumeric before all
 * else where it is admitted (https://www.twilio.com/docs/messaging/api/alphasender-resource), then senders of the
 * recipient's country: short code, the same area code, toll-free, the others; then those of the US, then any
 * (https://help.twilio.com/articles/223181268, geomatch). A short code reaches its own country alone.
 */
export function rankOf(sender: PoolSender, country: string): 'none' | number {
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
      return home ? 5 : sender.country === 'US' ? 6 : 7;
  }
}
