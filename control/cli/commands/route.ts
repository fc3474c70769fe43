import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../base/clock.ts';
import type { CoreConfig } from '../../config/core.ts';
import type { Json } from '../../events/protocol.ts';
import { isPrefix } from '../../prefixes/prefix-key.ts';
import { routeCells } from '../../routing/export.ts';
import { readRoutes, routeColumns } from '../../routing/import.ts';
import type { Route } from '../../routing/route.ts';
import type { RouteTable } from '../../routing/route-table.ts';
import { Routing } from '../../routing/routing.ts';
import { windowWords } from '../../routing/window.ts';
import { withBooks, type Books } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command } from '../command.ts';
import { refusedSheet } from '../sheet-faults.ts';

const listedDefault = 100;
const listedMax = 100_000;

/** The routes that decide: imported ones, or the configuration's. */
async function tableOf({ carriers }: CoreConfig, { routes }: Books): Promise<RouteTable> {
  return new Routing(carriers, systemClock, { table: await routes.read() }).table;
}

const importFile: Command<CoreConfig> = {
  name: 'route import',
  summary: 'put a table of routes in place of all others; a running edge goes by it within a second',
  arguments: [{ name: 'FILE.csv', summary: `CSV with a header line: ${routeColumns.join(',')}` }],
  needs: 'config',
  run: async ({ args: [file = ''] }, { data, vault, carriers }) => {
    const rows = await readRoutes(createReadStream(file), carriers);
    if (!rows.ok) return refusedSheet(file, rows.error);
    if (rows.value.count === 0)
      return refused(`${file} has no routes; strowger route clear returns to the configuration’s`);
    return withBooks({ data, vault }, async ({ routes }) => {
      const { id } = await routes.replace(rows.value);
      const { count } = rows.value;
      const { size } = rows.value.grouped().prefixes;
      const configured = carriers.some((carrier) => carrier.routes.length > 0)
        ? '; the routes of strowger.yaml are not looked at until strowger route clear'
        : '';
      return done(
        { imported: count, prefixes: size, version: id },
        `${count} routes for ${size} prefixes decide now${configured}`,
      );
    });
  },
};

const clear: Command<CoreConfig> = {
  name: 'route clear',
  summary: 'take the imported routes away: those of strowger.yaml decide again',
  needs: 'config',
  run: (_, config) =>
    withBooks(config, async (books) => {
      if (!(await books.routes.clear())) return refused('no routes have been imported');
      const { size } = await tableOf(config, books);
      return done({ routes: size }, `the ${size} routes of strowger.yaml decide now`);
    }),
};

const show: Command<CoreConfig> = {
  name: 'route show',
  summary: 'which routes decide, since when, and how many each carrier has',
  needs: 'config',
  run: (_, config) =>
    withBooks(config, async (books) => {
      const { head } = books.routes;
      const table = await tableOf(config, books);
      const known = new Set(config.carriers.map(({ name }) => name));
      const carriers = [...table.counts()].map(([carrier, routes]) => ({
        carrier,
        routes,
        configured: known.has(carrier),
      }));
      const since = head === undefined ? null : new Date(head.writtenMs).toISOString();
      const json = {
        source: head === undefined ? 'configuration' : 'imported',
        version: head?.id ?? null,
        imported: since,
        routes: table.size,
        prefixes: table.prefixes.size,
        carriers,
      };
      const text = [
        head === undefined
          ? `${table.size} routes of strowger.yaml decide, for ${json.prefixes} prefixes`
          : `${table.size} imported routes decide, for ${json.prefixes} prefixes: version ${head.id} of ${since ?? ''}`,
        columnsText([
          ['CARRIER', 'ROUTES', ''],
          ...carriers.map(({ carrier, routes, configured }) => [
            carrier,
            String(routes),
            configured ? '' : 'not configured: its routes are passed over',
          ]),
        ]),
      ];
      return done(json, carriers.length === 0 ? (text[0] ?? '') : text.join('\n'));
    }),
};

/** A route as `--json` shows it. */
export const routeJson = (route: Route): Readonly<Record<string, Json>> => {
  const { weight, priority, ...cells } = routeCells(route);
  return { ...cells, weight: weight === '' ? null : Number(weight), priority: Number(priority) };
};

export const routeHeader = ['PREFIX', 'CARRIER', 'FOR', 'PRIORITY', 'COST', 'WEIGHT', 'OPEN'] as const;

/** A route as a person reads it, under `routeHeader`. */
export function routeLine(route: Route): readonly string[] {
  const { prefix, carrier, kind, priority, cost, weight } = routeCells(route);
  return [prefix, carrier, kind, priority, cost, weight, windowWords(route.window)];
}

const list: Command<CoreConfig> = {
  name: 'route list',
  summary: 'the routes that decide, by their prefixes',
  options: [
    { flags: '--prefix <prefix>', summary: 'those whose prefix begins with this one' },
    { flags: '--limit <count>', summary: `at most so many (default: ${listedDefault})` },
  ],
  needs: 'config',
  run: (call, config) =>
    withBooks(config, async (books) => {
      const prefix = textOption(call, 'prefix') ?? '';
      const limit = Number(textOption(call, 'limit') ?? listedDefault);
      if (prefix !== '' && !isPrefix(prefix)) return refused(`${prefix} is no prefix such as +1 or +4420`);
      if (!Number.isInteger(limit) || limit < 1 || limit > listedMax)
        return refused(`a limit is a whole number from 1 to ${listedMax}; strowger route export writes all`);
      const table = await tableOf(config, books);
      const routes = [...table.within(prefix, limit)];
      const total = table.countWithin(prefix);
      const lines = columnsText([routeHeader, ...routes.map(routeLine)]);
      const more = total > routes.length ? `\n… and ${total - routes.length} more` : '';
      return done({ total, routes: routes.map(routeJson) }, total === 0 ? 'no routes' : `${lines}${more}`);
    }),
};

const exportAll: Command<CoreConfig> = {
  name: 'route export',
  summary: 'write the routes that decide as a file that route import reads',
  arguments: [{ name: 'FILE.csv', summary: 'is created, or written anew' }],
  needs: 'config',
  run: ({ args: [file = ''] }, config) =>
    withBooks(config, async (books) => {
      const table = await tableOf(config, books);
      await pipeline(Readable.from(csvOf(table)), createWriteStream(file));
      return done({ exported: table.size }, `${table.size} routes are in ${file}`);
    }),
};

function* csvOf(table: RouteTable): IterableIterator<string> {
  yield `${routeColumns.join(',')}\n`;
  for (const route of table.within('')) {
    const cells = routeCells(route);
    yield `${routeColumns.map((column) => cells[column]).join(',')}\n`;
  }
}

export const routeCommands: readonly Command<CoreConfig>[] = [importFile, clear, show, list, exportAll];
