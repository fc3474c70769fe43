import { carries, type Route, type Traffic } from './route.ts';
import type { Routing } from './routing.ts';
import { isOpen } from './window.ts';

/** What became of a route when a carrier was looked for. */
export type Fate =
  /** Its carrier is the choice. */
  | 'chosen'
  /** Its carrier is tried should those before it fail. */
  | 'next'
  | 'otherTraffic'
  /** Its carrier is not configured. */
  | 'unknownCarrier'
  /** Its carrier has no SMPP for messages, or no SIP for calls. */
  | 'unequipped'
  /** It is not its hour. */
  | 'closed'
  /** Its carrier has its place by portability, a longer prefix or a better route already. */
  | 'repeated'
  | 'down';

/** How carriers were chosen for a number. */
export interface Explanation {
  /** The carrier to which the number was ported, whether or not it can take this; '' for none. */
  readonly portedTo: string;
  readonly portedFate: Fate | null;
  /** Every route that was looked at, in order. */
  readonly routes: readonly { readonly route: Route; readonly fate: Fate }[];
  /** In the order in which they are tried. */
  readonly candidates: readonly string[];
  /** The first of them that is not down; undefined if there is none. */
  readonly chosen: string | undefined;
}

/** Goes the way that `Routing` goes and says at each step why. `isUp`: whether a carrier can be reached for this traffic. */
export function explain(
  routing: Routing,
  {
    number,
    traffic,
    nowMs,
    isUp,
  }: {
    readonly number: string;
    readonly traffic: Traffic;
    readonly nowMs: number;
    readonly isUp: (carrier: string) => boolean;
  },
): Explanation {
  const candidates = routing[traffic].candidates(number);
  const chosen = candidates.find(isUp);
  const carriers = new Map(routing.carriers.map((carrier) => [carrier.name, carrier]));
  const named = new Set<string>();
  const fateOf = (name: string): Fate => {
    const carrier = carriers.get(name);
    if (carrier === undefined) return 'unknownCarrier';
    if (!carries(carrier, traffic)) return 'unequipped';
    if (named.has(name)) return 'repeated';
    named.add(name);
    if (!isUp(name)) return 'down';
    return name === chosen ? 'chosen' : 'next';
  };
  const portedTo = routing.ported.carrierOf(number) ?? '';
  const portedFate = portedTo === '' ? null : fateOf(portedTo);
  const routes = Array.from(routing.table.over(number), (route) => {
    if (!route.traffic.includes(traffic)) return { route, fate: 'otherTraffic' as const };
    if (!isOpen(route.window, nowMs)) return { route, fate: 'closed' as const };
    return { route, fate: fateOf(route.carrier) };
  });
  return { portedTo, portedFate, routes, candidates, chosen };
}
