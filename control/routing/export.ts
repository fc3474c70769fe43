import { decimalText } from '../billing/micros.ts';
import type { routeColumns } from './import.ts';
import type { Route } from './route.ts';
import { windowText } from './window.ts';

/** The cells of a route, as `readRoutes` reads them. None needs quotes. */
export function routeCells(route: Route): Readonly<Record<(typeof routeColumns)[number], string>> {
  const { prefix, carrier, costMicros, weight, traffic, priority, window } = route;
  return {
    prefix,
    carrier,
    cost: decimalText(costMicros, 0),
    weight: weight === null ? '' : String(weight),
    ...windowText(window),
    kind: traffic.length > 1 ? 'both' : (traffic[0] ?? ''),
    priority: String(priority),
  };
}
