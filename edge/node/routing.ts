import type { Clock } from '../../control/base/clock.ts';
import type { Log } from '../../control/log/log.ts';
import { ImageWatch } from '../../control/prefixes/image-watch.ts';
import type { Images } from '../../control/prefixes/images.ts';
import type { RoutedCarrier } from '../../control/routing/config.ts';
import { routesImage } from '../../control/routing/route-book.ts';
import { RouteTable } from '../../control/routing/route-table.ts';
import { Routing } from '../../control/routing/routing.ts';

export interface RoutingSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** Notes how what has been opened is ended. */
  readonly opened: (close: () => Promise<void>) => void;
}

/** The edge's routes, kept up with what `strowger route` imports. */
export async function openRouting(
  carriers: readonly RoutedCarrier[],
  images: Images,
  { clock, log, opened }: RoutingSurroundings,
): Promise<Routing> {
  const routing = new Routing(carriers, clock);
  const known = new Set(carriers.map(({ name }) => name));
  const watch = new ImageWatch(
    { images, clock },
    routesImage,
    (_, bytes) => {
      const table = bytes === undefined ? undefined : new RouteTable(bytes);
      routing.replace(table);
      const strangers = table?.carriers.filter((name) => !known.has(name)) ?? [];
      if (table === undefined) log.info({}, 'the routes of the configuration decide');
      else log.info({ routes: table.size }, 'imported routes decide, and none of the configuration');
      if (strangers.length > 0)
        log.warn({ strangers }, 'imported routes name carriers that are not configured');
    },
    (name, reason) => log.error({ name, reason }, 'imported routes cannot be used; those before stay'),
  );
  opened(() => watch.stop());
  await watch.start();
  return routing;
}
