import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { Images } from '../../../control/prefixes/images.ts';
import { PortedBook } from '../../../control/routing/ported/ported-book.ts';
import { Ported } from '../../../control/routing/ported/ported.ts';
import { PortedRows } from '../../../control/routing/ported/ported-rows.ts';
import { readPorted } from '../../../control/routing/ported/ported-import.ts';
import { PortedTable } from '../../../control/routing/ported/ported-table.ts';
import { Store } from '../../../control/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-ported-'));
const store = new Store(folder);
after(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const images = new Images({ store, clock: systemClock, random: systemRandom });

function rowsOf(numbers: Readonly<Record<string, string>>): PortedRows {
  const rows = new PortedRows();
  for (const [e164, carrier] of Object.entries(numbers)) rows.add(e164, carrier);
  return rows;
}

const asRecord = (ported: Ported): Record<string, string> =>
  Object.fromEntries([...ported.entries()].map(({ e164, carrier }) => [e164, carrier]));

describe('PortedTable', () => {
  it('finds exactly the numbers that it holds', () => {
    const number = fc.stringMatching(/^[12]{5,7}$/).map((digits) => `+${digits}`);
    fc.assert(
      fc.property(fc.dictionary(number, fc.constantFrom('alpha', 'beta')), number, (numbers, asked) => {
        const ported = new Ported();
        ported.replace(PortedTable.read(new Uint8Array(rowsOf(numbers).table(0).bytes()).buffer));
        assert.equal(ported.carrierOf(asked), Object.hasOwn(numbers, asked) ? numbers[asked] : undefined);
        for (const [e164, carrier] of Object.entries(numbers)) assert.equal(ported.carrierOf(e164), carrier);
        assert.deepEqual(asRecord(ported), { ...numbers });
      }),
    );
  });
});

describe('PortedBook', () => {
  it('sets and takes back single numbers, which one who keeps up hears of', async () => {
    const book = new PortedBook(store, images);
    await book.replace(rowsOf({ '+14155550100': 'alpha', '+14155550101': 'alpha' }));
    const ported = await book.read();
    await book.set('+14155550100', 'beta');
    await book.set('+14155550101', '');
    await book.set('+14155550102', 'beta');
    assert.equal(ported.carrierOf('+14155550100'), 'alpha');
    book.keepUp(ported);
    const now = { '+14155550100': 'beta', '+14155550102': 'beta' };
    assert.deepEqual(asRecord(ported), now);
    assert.deepEqual(asRecord(await book.read()), now);
  });

  it('forgets what was set when a whole table takes its place, and not what is set later', async () => {
    const book = new PortedBook(store, images);
    const ported = await book.read();
    await book.set('+14155550109', 'beta');
    await book.replace(rowsOf({ '+14155550100': 'gamma' }));
    await book.set('+14155550103', 'beta');
    const now = { '+14155550100': 'gamma', '+14155550103': 'beta' };
    assert.deepEqual(asRecord(await book.read()), now);
    // As an edge sees it: the table first, then the changes.
    const table = await images.latest('routes/ported');
    ported.replace(PortedTable.read(table?.bytes ?? new ArrayBuffer()));
    book.keepUp(ported);
    assert.deepEqual(asRecord(ported), now);
  });

  it('makes the table anew when there are many changes, and loses none', async () => {
    const book = new PortedBook(store, images, { changesMax: 4 });
    await book.replace(rowsOf({}));
    const ported = await book.read();
    const expected: Record<string, string> = {};
    for (let index = 0; index < 15; index++) {
      const e164 = `+1415555${String(1000 + (index % 11))}`;
      const carrier = index % 5 === 4 ? '' : `c${index}`;
      await book.set(e164, carrier);
      if (carrier === '') Reflect.deleteProperty(expected, e164);
      else expected[e164] = carrier;
      assert.deepEqual(asRecord(await book.read()), expected);
    }
    book.keepUp(ported);
    const table = await images.latest('routes/ported');
    ported.replace(PortedTable.read(table?.bytes ?? new ArrayBuffer()));
    assert.deepEqual(asRecord(ported), expected);
  });
});

describe('a list of ported numbers', () => {
  const read = (...lines: readonly string[]) =>
    readPorted(Readable.from([lines.join('\n')]), ['alpha', 'beta']);

  it('is read whole', async () => {
    const rows = await read('carrier,e164', 'beta,+442079460000', 'alpha,+14155550100');
    assert.ok(rows.ok);
    assert.deepEqual(
      [...rows.value.table(0).entries()],
      [
        { e164: '+14155550100', carrier: 'alpha' },
        { e164: '+442079460000', carrier: 'beta' },
      ],
    );
  });

  it('is refused whole, with every fault at its line', async () => {
    const rows = await read(
      'e164,carrier',
      '+14155550100,alpha',
      '4155550100,alpha',
      '+14155550101,omega',
      '+14155550100,beta',
      '+14155550100,alpha',
    );
    assert.equal(rows.ok, false);
    assert.deepEqual(rows.error, {
      count: 4,
      faults: [
        { line: 3, reason: 'e164 "4155550100" is no number such as +14155552671' },
        { line: 4, reason: 'carrier "omega" is none of the configuration’s' },
        { line: 5, reason: 'the number is in line 2 already' },
        { line: 6, reason: 'the number is in line 2 already' },
      ],
    });
  });
});
