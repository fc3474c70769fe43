import type { Clock } from '../base/clock.ts';
import { Choice } from './choice.ts';
import type { RoutedCarrier } from './config.ts';
import { carries, configuredRoutes, type Routes, type Traffic } from './route.ts';
import { Ported } from './ported/ported.ts';
import { RouteTable } from './route-table.ts';

/**
 * The routes of an edge: those of its configuration until a table has been imported, which then decides alone. The
 * carrier to which a number was ported goes before them all. Each carrier is looked for only where it is equipped for
 * what is to be sent.
 */
export class Routing {
  readonly messages: Routes;
  readonly calls: Routes;
  readonly ported: Ported;
  readonly carriers: readonly RoutedCarrier[];
  private readonly clock: Pick<Clock, 'now'>;
  private decides: RouteTable;
  private current: Readonly<Record<Traffic, Choice>>;

  constructor(
    carriers: readonly RoutedCarrier[],
    clock: Pick<Clock, 'now'>,
    {
      table,
      ported = new Ported(),
    }: { readonly table?: RouteTable | undefined; readonly ported?: Ported } = {},
  ) {
    this.carriers = carriers;
    this.clock = clock;
    this.ported = ported;
    this.decides = table ?? this.configured();
    this.current = this.choices();
    this.messages = this.of('messages');
    this.calls = this.of('calls');
  }

  /** Puts an imported table in the place of what decided until now; undefined: the configuration's. */
  replace(table: RouteTable | undefined): void {
    this.decides = table ?? this.configured();
    this.current = this.choices();
  }

  /** The table that decides. */
  get table(): RouteTable {
    return this.decides;
  }

  private of(traffic: Traffic): Routes {
    const able = new Set(this.able(traffic));
    const portedTo = (number: string): string | undefined => {
      const carrier = this.ported.carrierOf(number);
      return carrier !== undefined && able.has(carrier) ? carrier : undefined;
    };
    return {
      candidates: (number) => {
        const routed = this.current[traffic].candidates(number);
        const carrier = portedTo(number);
        if (carrier === undefined || carrier === routed[0]) return routed;
        return [carrier, ...routed.filter((one) => one !== carrier)];
      },
      leadsTo: (number) => portedTo(number) !== undefined || this.current[traffic].leadsTo(number),
    };
  }

  private configured(): RouteTable {
    return RouteTable.of(configuredRoutes(this.carriers));
  }

  private choices(): Readonly<Record<Traffic, Choice>> {
    const choice = (traffic: Traffic): Choice =>
      new Choice(this.decides, traffic, new Set(this.able(traffic)), this.clock);
    return { messages: choice('messages'), calls: choice('calls') };
  }

  private able(traffic: Traffic): readonly string[] {
    return this.carriers.filter((carrier) => carries(carrier, traffic)).map(({ name }) => name);
  }
}
