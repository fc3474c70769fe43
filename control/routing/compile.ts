import { writeImage } from '../prefixes/image.ts';
import type { RouteRows } from './route-rows.ts';
import { RouteSets } from './route-sets.ts';

/**
 * The bytes of a table (`RouteTable` reads them). Rows stand by their prefixes, and within one in the order in which they
 * are tried. What a prefix leads to is a set, which many prefixes share, for messages and one for calls.
 */
export function compileRoutes(rows: RouteRows): Buffer {
  const { prefixes, starts, order } = rows.grouped();
  const { keys, lengths, parents } = prefixes.columns;
  const sets = new RouteSets(rows);
  const messages = new Uint32Array(prefixes.size);
  const calls = new Uint32Array(prefixes.size);
  for (let place = 0; place < prefixes.size; place++) {
    const parent = parents[place] as number;
    const own = order.subarray(starts[place], starts[place + 1]);
    // A shorter prefix stands before all that it begins.
    messages[place] = sets.setOf('messages', own, parent < 0 ? 0 : (messages[parent] as number));
    calls[place] = sets.setOf('calls', own, parent < 0 ? 0 : (calls[parent] as number));
  }
  return writeImage({
    header: { carriers: rows.carrierNames, windows: rows.windows.map((window) => ({ ...window })) },
    sections: {
      ...{ keys, lengths, parents, starts, messages, calls },
      ...sets.columns,
      costs: rows.costs.inOrder(order),
      carriers: rows.carriers.inOrder(order),
      priorities: rows.priorities.inOrder(order),
      weights: rows.weights.inOrder(order),
      windowsOf: rows.windowsOf.inOrder(order),
      traffics: rows.traffics.inOrder(order),
    },
  });
}
