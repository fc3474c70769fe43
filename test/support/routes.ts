import type { RoutedCarrier } from '../../control/routing/config.ts';
import { Routing } from '../../control/routing/routing.ts';

type Carrier = Pick<RoutedCarrier, 'name' | 'routes'>;

/** The routes of these carriers, each of which takes messages and calls. */
export const testRouting = (
  carriers: readonly Carrier[] = [{ name: 'alpha', routes: [{ prefix: '+', cost: 1 }] }],
): Routing =>
  new Routing(
    carriers.map((carrier) => ({ ...carrier, smpp: {}, sip: {} })),
    { now: () => 0 },
  );
