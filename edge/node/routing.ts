import type { Clock } from '../../control/base/clock.ts';
import type { Log } from '../../control/log/log.ts';
import { ImageWatch } from '../../control/prefixes/image-watch.ts';
import type { Images } from '../../control/prefixes/images.ts';
import type { RoutedCarrier } from '../../control/routing/config.ts';
import { PortedBook, portedImage } from '../../control/routing/ported/ported-book.ts';
import { PortedTable } from '../../control/routing/ported/ported-table.ts';
import { routesFolder } from '../../control/routing/route-book.ts';
import { RouteTable } from '../../control/routing/route-table.ts';
import { Routing } from '../../control/routing/routing.ts';
import type { Store } from '../../control/store/store.ts';

export interface RoutingSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** Notes how what has been opened is ended. */
  readonly opened: (close: () => Promise<void>) => void;
}

/** The edge's routes, kept up with what `strowger route` imports and sets. */
export async function openRouting(
  carriers: readonly RoutedCarrier[],
  { store, images }: { readonly store: Store; readonly images: Images },
  { clock, log, opened }: RoutingSurroundings,
): Promise<Routing> {
  const routing = new Routing(carriers, clock);
  const ported = new PortedBook(store, images);
  const changed = (name: string, bytes: ArrayBuffer | undefined): void => {
    if (name === portedImage) {
      routing.ported.replace(bytes === undefined ? undefined : PortedTable.read(bytes));
      return;
    }
    const table = bytes === undefined ? undefined : new RouteTable(bytes);
    routing.replace(table);
    tell(log, table, carriers);
  };
  const watch = new ImageWatch(
    { images, clock },
    routesFolder,
    changed,
    (name, reason) => log.error({ name, reason }, 'an imported table cannot be used; the one before stays'),
    () => ported.keepUp(routing.ported),
  );
  opened(() => watch.stop());
  await watch.start();
  return routing;
}

function tell(log: Log, table: RouteTable | undefined, carriers: readonly RoutedCarrier[]): void {
  if (table === undefined) {
    log.info({}, 'the routes of the configuration decide');
    return;
  }
  log.info({ routes: table.size }, 'imported routes decide, and none of the configuration');
  const strangers = table.carriers.filter((name) => !carriers.some((carrier) => carrier.name === name));
  if (strangers.length > 0) log.warn({ strangers }, 'imported routes name carriers that are not configured');
}
