import type { Readable } from 'node:stream';
import { fail, ok, type Result } from '../base/result.ts';
import { Column } from '../prefixes/column.ts';
import { isPrefix } from '../prefixes/prefix-key.ts';
import { faultsKept, readSheet, type Cells, type LineFault, type SheetFaults } from '../prefixes/sheet.ts';
import { parseAmount } from '../prices/amount.ts';
import type { RoutedCarrier } from './config.ts';
import { carries, traffics, type Traffic } from './route.ts';
import { RouteRows, windowsMax } from './route-rows.ts';
import { always, parseWindow, type TimeWindow } from './window.ts';

export const routeColumns = [
  'prefix',
  'carrier',
  'cost',
  'weight',
  'from',
  'until',
  'days',
  'zone',
  'kind',
  'priority',
] as const;
type RouteColumn = (typeof routeColumns)[number];

/** Lines of one file: their columns take 30 bytes each. */
const routesMax = 5_000_000;
/** Far more than there are carriers. */
const routesOfPrefixMax = 64;
const weightMax = 1000;
const priorityMax = 65_535;

const kinds: Readonly<Record<string, readonly Traffic[]>> = {
  '': traffics,
  both: traffics,
  messages: ['messages'],
  calls: ['calls'],
};

/** Reads a table of routes whole: the rows, or everything that is wrong with it. `carriers`: those that it may name. */
export async function readRoutes(
  input: Readable,
  carriers: readonly RoutedCarrier[],
): Promise<Result<RouteRows, SheetFaults>> {
  const lines = new RouteLines(carriers);
  const read = await readSheet<RouteColumn>(
    input,
    { columns: routeColumns, required: ['prefix', 'carrier'] },
    (cells, line) => lines.take(cells, line),
  );
  const doubled = lines.doubled();
  if (read.ok && doubled.length === 0) return ok(lines.rows);
  const { faults, count } = read.ok ? { faults: [], count: 0 } : read.error;
  return fail({
    faults: [...faults, ...doubled].sort((a, b) => a.line - b.line).slice(0, faultsKept),
    count: count + doubled.length,
  });
}

/** The lines taken so far. */
class RouteLines {
  readonly rows = new RouteRows();
  private readonly lines = new Column(Uint32Array);
  private readonly carriers: ReadonlyMap<string, RoutedCarrier>;
  private readonly windows = new Map<string, Result<TimeWindow, string>>();

  constructor(carriers: readonly RoutedCarrier[]) {
    this.carriers = new Map(carriers.map((carrier) => [carrier.name, carrier]));
  }

  take(cells: Cells<RouteColumn>, line: number): string | undefined {
    const { prefix, carrier } = cells;
    if (!isPrefix(prefix)) return `prefix ${quoted(prefix)} is none such as +1, +4420, or + for every number`;
    const traffic = Object.hasOwn(kinds, cells.kind) ? kinds[cells.kind] : undefined;
    if (traffic === undefined) return `kind ${quoted(cells.kind)} is none of messages, calls, both`;
    const carrierFault = this.carrierFault(carrier, traffic);
    if (carrierFault !== undefined) return carrierFault;
    const costMicros = parseAmount(cells.cost === '' ? '0' : cells.cost);
    if (costMicros === undefined)
      return `cost ${quoted(cells.cost)} is no decimal with at most six places, such as 0.0079`;
    const weight = cells.weight === '' ? null : wholeOf(cells.weight, 1, weightMax);
    if (weight === undefined)
      return `weight ${quoted(cells.weight)} is no whole number from 1 to ${weightMax}`;
    const priority = cells.priority === '' ? 0 : wholeOf(cells.priority, 0, priorityMax);
    if (priority === undefined)
      return `priority ${quoted(cells.priority)} is no whole number from 0 to ${priorityMax}`;
    const window = this.windowOf(cells);
    if (!window.ok) return window.error;
    if (this.rows.windows.length >= windowsMax) return `more than ${windowsMax} different hours in one table`;
    if (this.rows.count >= routesMax) return `more than ${routesMax} routes in one table`;
    this.rows.add({ prefix, carrier, traffic, priority, costMicros, weight, window: window.value });
    this.lines.push(line);
    return undefined;
  }

  /** What can be seen only of all lines together: two that say the same, and prefixes with too many. */
  doubled(): readonly LineFault[] {
    const { carriers, windowsOf, traffics } = this.rows;
    const { starts, order } = this.rows.grouped();
    const faults: LineFault[] = [];
    for (let place = 0; place + 1 < starts.length; place++) {
      const own = order.slice(starts[place], starts[place + 1]).sort();
      for (let at = 1; at < own.length; at++) {
        const row = own[at] as number;
        const line = this.lines.at(row);
        if (at >= routesOfPrefixMax) {
          faults.push({ line, reason: `more than ${routesOfPrefixMax} routes for one prefix` });
          break;
        }
        const same = own
          .subarray(0, at)
          .find(
            (other) =>
              carriers.at(other) === carriers.at(row) &&
              windowsOf.at(other) === windowsOf.at(row) &&
              (traffics.at(other) & traffics.at(row)) !== 0,
          );
        if (same !== undefined)
          faults.push({
            line,
            reason: `line ${this.lines.at(same)} leads this prefix to this carrier already`,
          });
      }
    }
    return faults;
  }

  private carrierFault(name: string, traffic: readonly Traffic[]): string | undefined {
    const carrier = this.carriers.get(name);
    if (carrier === undefined) {
      const known = [...this.carriers.keys()].join(', ');
      return `carrier ${quoted(name)} is none of the configuration’s: ${known === '' ? 'it has none' : known}`;
    }
    if (traffic.some((one) => carries(carrier, one))) return undefined;
    const [only] = traffic;
    if (traffic.length > 1) return `carrier ${name} has neither smpp nor sip in the configuration`;
    return `carrier ${name} takes no ${only}: it has no ${only === 'calls' ? 'sip' : 'smpp'} in the configuration`;
  }

  private windowOf({ from, until, days, zone }: Cells<RouteColumn>): Result<TimeWindow, string> {
    // Nearly every line has none, and the others have few between them.
    if (from === '' && until === '' && days === '' && zone === '') return ok(always);
    const text = [from, until, days, zone].join('|');
    const known = this.windows.get(text);
    if (known !== undefined) return known;
    const read = parseWindow({ from, until, days, zone });
    if (this.windows.size < windowsMax) this.windows.set(text, read);
    return read;
  }
}

function wholeOf(text: string, min: number, max: number): number | undefined {
  const whole = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  return whole >= min && whole <= max ? whole : undefined;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));
