import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileRoutes } from '../../../control/routing/compile.ts';
import { routeCells } from '../../../control/routing/export.ts';
import { readRoutes, routeColumns } from '../../../control/routing/import.ts';
import type { Route } from '../../../control/routing/route.ts';
import { RouteTable } from '../../../control/routing/route-table.ts';
import { anyRoute, carrierNames } from './arbitrary.ts';

const carriers = [
  ...carrierNames.map((name) => ({ name, smpp: {}, sip: {}, routes: [] })),
  { name: 'texts', smpp: {}, routes: [] },
  { name: 'idle', routes: [] },
];
const read = (...lines: readonly string[]) => readRoutes(Readable.from([lines.join('\n')]), carriers);

/** A route that stands in a table once. */
const place = ({ prefix, carrier, window }: Route): string => JSON.stringify([prefix, carrier, window]);

const text = (route: Route): string => Object.values(routeCells(route)).join();
const bySense = (a: Route, b: Route): number => (text(a) < text(b) ? -1 : 1);

describe('a table of routes', () => {
  it('is read as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyRoute, { selector: place, minLength: 1, maxLength: 12 }),
        async (routes) => {
          const lines = routes.map((route) => {
            const cells = routeCells(route);
            return routeColumns.map((column) => cells[column]).join(',');
          });
          const rows = await read(routeColumns.join(','), ...lines);
          assert.ok(rows.ok, JSON.stringify(rows));
          const table = new RouteTable(new Uint8Array(compileRoutes(rows.value)).buffer);
          assert.deepEqual([...table.within('')].sort(bySense), [...routes].sort(bySense));
          assert.equal(table.size, routes.length);
          for (const prefix of ['', '+', '+1', '0']) {
            const within = [...table.within(prefix)];
            assert.equal(table.countWithin(prefix), within.length);
            assert.deepEqual([...table.within(prefix, 2)], within.slice(0, 2));
            assert.equal(within.length, routes.filter((route) => route.prefix.startsWith(prefix)).length);
          }
        },
      ),
    );
  });

  it('is refused whole, with every fault at its line', async () => {
    const rows = await read(
      'prefix,carrier,cost,weight,from,until,days,zone,kind,priority',
      '+1,alpha,0.0079,10,08:00,18:00,mon-fri,Europe/Berlin,both,1',
      '1-800,alpha,,,,,,,,',
      '+1,omega,,,,,,,,',
      '+1,idle,,,,,,,,',
      '+1,texts,,,,,,,calls,',
      '+1,beta,-1,,,,,,,',
      '+1,beta,,0,,,,,,',
      '+1,beta,,,25:00,,,,,',
      '+1,beta,,,,,,Mars/Olympus,,',
      '+1,beta,,,,,,,fax,',
      '+1,beta,,,,,,,,99999',
      '+1,beta,,,,,,,messages,',
      '+1,beta,,,,,,,calls,',
      '+1,beta,,,,,,,both,',
      '+1,beta',
    );
    assert.equal(rows.ok, false);
    assert.deepEqual(
      rows.error.faults.map(({ line, reason }) => `${line} ${reason.split(' ').slice(0, 5).join(' ')}`),
      [
        '3 prefix "1-800" is none such',
        '4 carrier "omega" is none of',
        '5 carrier idle has neither smpp',
        '6 carrier texts takes no calls:',
        '7 cost "-1" is no decimal',
        '8 weight "0" is no whole',
        '9 from "25:00" is no time',
        '10 zone "Mars/Olympus" is no time',
        '11 kind "fax" is none of',
        '12 priority "99999" is no whole',
        '15 line 13 leads this prefix',
        '16 expected 10 cells, found 2',
      ],
    );
    assert.equal(rows.error.count, 12);
  });

  it('has a bounded number of routes for one prefix', async () => {
    const hours = Array.from(
      { length: 70 },
      (_, index) => `+1,alpha,0${Math.floor(index / 60)}:${String(index % 60).padStart(2, '0')}`,
    );
    const rows = await read('prefix,carrier,from', ...hours);
    assert.equal(rows.ok, false);
    assert.deepEqual(rows.error.faults, [{ line: 66, reason: 'more than 64 routes for one prefix' }]);
  });
});
