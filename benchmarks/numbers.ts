/**
 * What do ten million phone numbers cost: to import, on disk and in memory, to be asked whose they are, to be searched by
 * each filter of AvailablePhoneNumbers? Beside the same numbers in SQLite, with an index for each place.
 */
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../control/base/clock.ts';
import { systemRandom } from '../control/base/random.ts';
import { sidFactory } from '../control/base/sid.ts';
import { importNumbers } from '../control/inventory/import.ts';
import { Inventory } from '../control/inventory/inventory.ts';
import { Store } from '../control/store/store.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';
import { Histogram } from './support/histogram.ts';
import { draws, listedNumbers, writeList } from './support/number-list.ts';
import { searchKinds } from './support/number-searches.ts';
import { judge, mebibytes, say, table, whole, type Claim } from './support/print.ts';
import { memoryOf } from './support/proc.ts';

const { values: options } = parseArgs({
  options: {
    numbers: { type: 'string', default: '10000000' },
    /** Where better-sqlite3 is installed; without, there is no comparison. */
    sqlite: { type: 'string' },
    rounds: { type: 'string', default: '200' },
    owned: { type: 'string', default: '100000' },
  },
});
const numbers = Number(options.numbers);
const rounds = Number(options.rounds);
const ownedWanted = Math.min(Number(options.owned), numbers);
const lookups = 3_000_000;
const limit = 50;
const [importMin, lookupsMin, lookupMaxUs, searchMaxUs] = [200_000, 1_000_000, 3, 20_000];

interface Timed {
  readonly ms: number;
  readonly cpuMs: number;
}

async function timed(run: () => Promise<void> | void): Promise<Timed> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1000 };
}

const perSecond = (count: number, { ms }: Timed): string => whole((count * 1000) / ms);

/** Every so many of the list's numbers, as many as will be owned. */
function chosen(): readonly string[] {
  const step = Math.max(1, Math.floor(numbers / Math.max(1, ownedWanted)));
  return Array.from(listedNumbers(numbers), ([e164]) => e164).filter((_, index) => index % step === 0);
}

const folder = mkdtempSync(join(tmpdir(), 'strowger-numbers-'));
const claims: Claim[] = [];
try {
  const list = join(folder, 'numbers.csv');
  say(`writing a list of ${whole(numbers)} numbers …`);
  const written = writeList(list, numbers);
  const listBytes = statSync(list).size;

  const store = new Store(join(folder, 'store'));
  const sids = sidFactory(systemClock, systemRandom);
  const open = (): Inventory => new Inventory({ store, clock: systemClock, sids });
  const importer = open();
  const rejections = { add: () => undefined, flush: () => 0, rewind: () => true };
  const file = {
    sizeBytes: listBytes,
    read: (start: number) => createReadStream(list, { start, highWaterMark: 2 ** 20 }),
  };
  const run = async (): Promise<void> => {
    const { imported, rejected } = await importNumbers({ inventory: importer, store }, file, rejections);
    if (imported !== written || rejected > 0) throw new Error(`${imported} imported, ${rejected} rejected`);
  };
  const first = await timed(run);
  const again = await timed(run);
  const storeBytes = store.sizeBytes;
  say(`list ${whole(listBytes / 1024)} KiB, store ${whole(storeBytes / 1024)} KiB`);
  const imports = (name: string, time: Timed): string[] => [
    name,
    perSecond(written, time),
    whole((written * 1000) / time.cpuMs),
  ];
  say(table(['import', 'rows/s', 'rows per CPU s'], [imports('first', first), imports('again', again)]));
  claims.push({
    claim: `an import takes more than ${whole(importMin)} rows a second`,
    holds: (written * 1000) / first.ms > importMin,
  });

  const owned = chosen();
  const accounts = Array.from({ length: 1000 }, () => sids('AC'));
  for (let at = 0; at < owned.length; at += 1000)
    await Promise.all(
      owned.slice(at, at + 1000).map((e164, index) => importer.buy(accounts[index] ?? '', e164)),
    );

  const before = memoryOf(process.pid);
  const inventory = open();
  const loading = await timed(async () => {
    await inventory.search({ country: 'US', type: 'local', limit: 1 });
  });
  const after = memoryOf(process.pid);
  say(
    `first search, which waits until all is in memory: ${whole(loading.ms)} ms; ` +
      `memory ${mebibytes(after.anonymous - before.anonymous)} MiB more, resident ${mebibytes(after.rss)} MiB ` +
      `(of it the store's file: ${mebibytes(after.file)})`,
  );

  const draw = draws(4);
  const asked = Array.from({ length: lookups }, () => owned[Math.floor(draw() * owned.length)] ?? '');
  let found = 0;
  const looking = await timed(() => {
    for (const e164 of asked) if (inventory.ownerOf(e164) !== undefined) found++;
  });
  if (found !== lookups) throw new Error(`${lookups - found} owners are missing`);
  const each: number[] = [];
  for (const e164 of asked.slice(0, 100_000)) {
    const begun = performance.now();
    inventory.ownerOf(e164);
    each.push(performance.now() - begun);
  }
  const medianUs = (each.sort((a, b) => a - b)[each.length / 2] ?? 0) * 1000;
  say(
    `whose number: ${perSecond(lookups, looking)} a second (${whole((lookups * 1000) / looking.cpuMs)} a CPU second), ` +
      `median ${medianUs.toFixed(2)} us; ${whole(owned.length)} numbers of ${whole(accounts.length)} accounts`,
  );
  claims.push(
    {
      claim: `more than ${whole(lookupsMin)} owners are looked up a second`,
      holds: (lookups * 1000) / looking.ms > lookupsMin,
    },
    { claim: `a look-up takes less than ${lookupMaxUs} us at the median`, holds: medianUs < lookupMaxUs },
  );

  const sqlite = options.sqlite === undefined ? undefined : loadSqlite(options.sqlite, owned);
  const rows: string[][] = [];
  for (const { name, ask } of searchKinds()) {
    const ours = new Histogram();
    const cpu = new Histogram();
    const theirs = new Histogram();
    for (let round = 0; round < rounds; round++) {
      const { search, where, parameters } = ask();
      const time = await timed(async () => {
        await inventory.search({ ...search, limit });
      });
      ours.add(time.ms * 1000);
      cpu.add(time.cpuMs * 1000);
      if (sqlite === undefined || round >= rounds / 10) continue;
      const begun = performance.now();
      sqlite
        .prepare(`SELECT * FROM numbers WHERE available = 1 AND ${where} ORDER BY e164 LIMIT ${limit}`)
        .all(...parameters);
      theirs.add((performance.now() - begun) * 1000);
    }
    const cells = [ours, ...(sqlite === undefined ? [] : [theirs])].flatMap((histogram) =>
      [0.5, 0.99].map((share) => (histogram.percentile(share) / 1000).toFixed(2)),
    );
    const cpuCell = (cpu.percentile(0.99) / 1000).toFixed(2);
    rows.push([name, ...cells.slice(0, 2), cpuCell, ...cells.slice(2)]);
    claims.push({
      claim: `${name}: p99 below ${searchMaxUs / 1000} ms`,
      holds: ours.percentile(0.99) < searchMaxUs,
    });
  }
  const head = [
    'search, ms',
    'p50',
    'p99',
    'p99 of CPU',
    ...(sqlite === undefined ? [] : ['SQLite p50', 'p99']),
  ];
  say();
  say(table(head, rows));
  sqlite?.close();
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
say();
judge(claims);

/** The same numbers in SQLite, with an index for each place. */
function loadSqlite(directory: string, owned: readonly string[]): Sqlite {
  const path = join(folder, 'numbers.sqlite');
  const database = openSqlite(directory, path);
  database.exec(
    'CREATE TABLE numbers (e164 TEXT PRIMARY KEY, country TEXT, type TEXT, region TEXT, locality TEXT, postal_code TEXT, ' +
      'lata TEXT, rate_center TEXT, latitude REAL, longitude REAL, voice INT, sms INT, mms INT, fax INT, carrier TEXT, ' +
      'address_requirement TEXT, beta INT, account TEXT, available INT) WITHOUT ROWID',
  );
  const insert = database.prepare(
    `INSERT INTO numbers VALUES (${Array.from({ length: 18 }, () => '?').join(',')}, 1)`,
  );
  const flags = new Map([
    ['true', 1],
    ['false', 0],
  ]);
  const begun = performance.now();
  const insertAll = database.transaction((rows: (readonly [string, string])[]) => {
    for (const [e164, rest] of rows) {
      const cells = rest.slice(1).split(',');
      insert.run(e164, ...cells.map((cell) => flags.get(cell) ?? cell), null);
    }
  });
  let batch: (readonly [string, string])[] = [];
  let inserted = 0;
  for (const row of listedNumbers(numbers)) {
    inserted++;
    if (batch.push(row) < 100_000) continue;
    insertAll(batch);
    batch = [];
  }
  insertAll(batch);
  for (const columns of ['region', 'locality', 'postal_code', 'rate_center', 'lata', 'latitude, longitude'])
    database.exec(`CREATE INDEX "by ${columns}" ON numbers (${columns})`);
  const ms = performance.now() - begun;
  const own = database.prepare('UPDATE numbers SET account = ?, available = 0 WHERE e164 = ?');
  database.transaction(() => {
    for (const e164 of owned) own.run('AC', e164);
  })();
  const find = database.prepare('SELECT account, sms, mms, voice FROM numbers WHERE e164 = ?');
  const draw = draws(4);
  const asked = Array.from({ length: 100_000 }, () => owned[Math.floor(draw() * owned.length)] ?? '');
  const lookedMs = performance.now();
  for (const e164 of asked) find.get(e164);
  const looked = { ms: performance.now() - lookedMs, cpuMs: 0 };
  say(
    `SQLite: ${whole((inserted * 1000) / ms)} rows/s with its indexes, ${mebibytes(statSync(path).size)} MiB, ` +
      `${perSecond(asked.length, looked)} owners a second`,
  );
  return database;
}
