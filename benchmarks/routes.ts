/**
 * How many look-ups a second does a routing table with a million prefixes answer on one core, beside a million ported
 * numbers; what do import, loading and memory cost? Beside the same table in SQLite (`--sqlite DIR`).
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../control/base/clock.ts';
import { systemRandom } from '../control/base/random.ts';
import { Images } from '../control/prefixes/images.ts';
import { readRoutes } from '../control/routing/import.ts';
import { PortedBook } from '../control/routing/ported/ported-book.ts';
import { PortedRows } from '../control/routing/ported/ported-rows.ts';
import { RouteBook } from '../control/routing/route-book.ts';
import { Routing } from '../control/routing/routing.ts';
import { Store } from '../control/store/store.ts';
import { dice } from '../test/fuzz/fuzzer.ts';
import { judge, mebibytes, say, table, whole, type Claim } from './support/print.ts';
import { carriers, csvLines, numbersOf, prefixesOf, routesOf } from './support/route-sample.ts';
import { SqliteRoutes } from './support/sqlite-routes.ts';

const { values: options } = parseArgs({
  options: {
    prefixes: { type: 'string', default: '1000000' },
    ported: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '3' },
    /** Where better-sqlite3 is installed; without it the comparison is left out. */
    sqlite: { type: 'string' },
  },
});
const prefixCount = Number(options.prefixes);
const portedCount = Number(options.ported);
const rounds = 3;
const roundUs = (Number(options.seconds) * 1e6) / rounds;
const wantedPerSecond = 500_000;
/** Different numbers that are looked up, so that the processor's caches do not hold their ways. */
const sampleCount = 500_000;
const comparedCount = 2_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes held by this process's objects and arrays, garbage aside. */
function held(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** CPU time of this process in µs: what others do on the machine meanwhile is no part of it, collecting garbage is. */
const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Calls of `look` in a second of one core, over `numbers` again and again; the best of the rounds, for noise only slows. */
function rate(numbers: readonly string[], look: (number: string) => unknown): number {
  let best = 0;
  let seen = 0;
  for (let round = 0; round < rounds; round++) {
    const begin = cpuUs();
    let count = 0;
    let passedUs = 0;
    while (passedUs < roundUs) {
      for (let step = 0; step < 1000; step++) {
        if (look(numbers[(count + step) % numbers.length] as string) !== undefined) seen++;
      }
      count += 1000;
      passedUs = cpuUs() - begin;
    }
    best = Math.max(best, (count * 1e6) / passedUs);
  }
  if (seen === 0) throw new Error('nothing was found');
  return best;
}

/** The same for each number once: what a look-up costs before its answer is made. */
function firstRate(numbers: readonly string[], look: (number: string) => unknown): number {
  const begin = cpuUs();
  for (const number of numbers) look(number);
  return (numbers.length * 1e6) / (cpuUs() - begin);
}

const timed = async <T>(run: () => T | Promise<T>): Promise<{ readonly value: T; readonly ms: number }> => {
  const begin = performance.now();
  const value = await run();
  return { value, ms: performance.now() - begin };
};

const folder = await mkdtemp(join(tmpdir(), 'strowger-bench-routes-'));
const store = new Store(join(folder, 'data'));
try {
  const random = dice(1);
  const prefixes = prefixesOf(prefixCount, random);
  const file = join(folder, 'routes.csv');
  await pipeline(Readable.from(csvLines(prefixes)), createWriteStream(file));
  say(`${whole(prefixCount)} prefixes, ${whole(prefixCount * 2)} routes of ${carriers.length} carriers …`);

  const images = new Images({ store, clock: systemClock, random: systemRandom });
  const routes = new RouteBook(images);
  const before = process.memoryUsage().rss;
  const imported = await timed(async () => {
    const rows = await readRoutes(createReadStream(file), carriers);
    if (!rows.ok) throw new Error(JSON.stringify(rows.error.faults[0]));
    return routes.replace(rows.value);
  });
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  const empty = held();
  const loaded = await timed(async () => {
    const read = await routes.read();
    return new Routing(carriers, systemClock, { table: read });
  });
  const plain = loaded.value;
  const numbers = numbersOf(prefixes, sampleCount, random);
  const withNumbers = held();
  const firstPerSecond = firstRate(numbers, (number) => plain.messages.candidates(number)[0]);
  const perSecond = rate(numbers, (number) => plain.messages.candidates(number)[0]);
  const answers = held() - withNumbers;

  const ports = new PortedRows();
  for (const number of numbersOf(prefixes, portedCount, random, 'distinct')) ports.add(number, 'carrier-1');
  const book = new PortedBook(store, images);
  await book.replace(ports);
  const portedLoaded = await timed(() => book.read());
  const ported = new Routing(carriers, systemClock, { table: plain.table, ported: portedLoaded.value });
  const portedPerSecond = rate(numbers, (number) => ported.messages.candidates(number)[0]);

  say();
  say(
    table(
      ['', 'import s', 'import peak MiB', 'load ms', 'stored MiB', 'first/s', 'look-ups/s'],
      [
        [
          'table',
          (imported.ms / 1000).toFixed(1),
          mebibytes(peak),
          loaded.ms.toFixed(0),
          mebibytes(imported.value.bytes),
          whole(firstPerSecond),
          whole(perSecond),
        ],
        [
          '… and ported numbers',
          '',
          '',
          portedLoaded.ms.toFixed(0),
          mebibytes(imported.value.bytes + (book.head?.bytes ?? 0)),
          '',
          whole(portedPerSecond),
        ],
      ],
    ),
  );
  say(
    `memory: the table ${mebibytes(imported.value.bytes)} MiB, answers met ${mebibytes(answers)} MiB, all else ${mebibytes(empty)} MiB`,
  );

  const claims: Claim[] = [
    {
      claim: `over ${whole(wantedPerSecond)} look-ups in a second of one core`,
      holds: perSecond > wantedPerSecond,
    },
    {
      claim: `over ${whole(wantedPerSecond)} a second beside ${whole(portedCount)} ported numbers`,
      holds: portedPerSecond > wantedPerSecond,
    },
  ];
  if (options.sqlite !== undefined) {
    const sqlite = new SqliteRoutes(options.sqlite, join(folder, 'routes.sqlite'));
    const filled = await timed(() => sqlite.fill(prefixes.flatMap(routesOf)));
    const all = rate(numbers, (number) => sqlite.candidates(number)[0]);
    const first = rate(numbers, (number) => sqlite.first(number));
    const same = numbers.slice(0, comparedCount).every((number) => {
      const [a, b] = [plain.messages.candidates(number), sqlite.candidates(number)];
      return a.length > 0 && a.join() === b.join();
    });
    say(
      `SQLite: filled in ${(filled.ms / 1000).toFixed(1)} s, ${mebibytes(sqlite.bytes)} MiB; ` +
        `${whole(all)} look-ups/s with all fall-backs, ${whole(first)} of the best carrier alone`,
    );
    claims.push(
      { claim: `the same carriers as SQLite finds, of ${whole(comparedCount)} numbers`, holds: same },
      { claim: `${(perSecond / all).toFixed(0)} times SQLite's rate`, holds: perSecond > all },
    );
    sqlite.close();
  }
  judge(claims);
} finally {
  await store.close();
  await rm(folder, { recursive: true, force: true });
}
