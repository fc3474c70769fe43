import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readRecord } from '../../../control/inventory/csv-record.ts';
import {
  importNumbers,
  type ListFile,
  type RejectedLine,
  type Rejections,
} from '../../../control/inventory/import.ts';
import { accountA, openStock } from './stock.ts';

const header =
  'e164,country,type,region,locality,postal_code,lata,rate_center,latitude,longitude,voice,sms,mms,fax,carrier\n';

type Stocked = ReturnType<typeof openStock>;

/** Rejections in memory, whose length is how many there are. */
class Kept implements Rejections {
  lines: RejectedLine[] = [];
  add(rejected: RejectedLine): void {
    this.lines.push(rejected);
  }
  flush(): number {
    return this.lines.length;
  }
  rewind(length: number): boolean {
    if (length > this.lines.length) return false;
    this.lines = this.lines.slice(0, length);
    return true;
  }
}

/** A list in memory; with `failAfter`, one that cannot be read further than that, the second time it is read. */
function listOf(text: string | Buffer, chunkBytes: number, failAfter = Infinity): ListFile {
  const bytes = Buffer.from(text);
  let reads = 0;
  return {
    sizeBytes: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await -- a file is read asynchronously
    async *read(from) {
      const isBody = ++reads > 1;
      for (let at = from; at < bytes.length; at += chunkBytes) {
        if (isBody && at > failAfter) throw new Error('interrupted');
        yield bytes.subarray(at, at + chunkBytes);
      }
    },
  };
}

async function load(stock: Stocked, text: string | Buffer, chunkBytes = 64) {
  const kept = new Kept();
  const { imported, rejected } = await importNumbers(stock, listOf(text, chunkBytes), kept);
  assert.equal(rejected, kept.lines.length);
  return { imported, rejected: kept.lines };
}

describe('importNumbers', () => {
  it('reads a list with every column', async () => {
    const stock = openStock();
    const { inventory } = stock;
    const outcome = await load(
      stock,
      `\ufeff${header}` +
        '+14155551000,US,local,CA,"San Francisco, North",94105,722,SNFC CNTRL,37.78,-122.4,true,true,TRUE,no,alpha\r\n' +
        '\r\n' +
        '12345,us,shortcode,,,,,,,,0,1,,,\r\n',
    );
    assert.deepEqual(outcome, { imported: 2, rejected: [] });
    assert.deepEqual(inventory.number('+14155551000'), {
      e164: '+14155551000',
      type: 'local',
      place: {
        country: 'US',
        region: 'CA',
        locality: 'San Francisco, North',
        postalCode: '94105',
        lata: '722',
        rateCenter: 'SNFC CNTRL',
        latitude: '37.78',
        longitude: '-122.4',
      },
      capabilities: { voice: true, sms: true, mms: true, fax: false },
      addressRequirement: 'none',
      beta: false,
      carrier: 'alpha',
      state: 'available',
      withheld: null,
      ratePerSecond: null,
      assignment: null,
    });
    assert.deepEqual(inventory.number('12345')?.capabilities, {
      voice: false,
      sms: true,
      mms: false,
      fax: false,
    });
  });

  it('takes the columns in any order, and only the three that must be', async () => {
    const stock = openStock();
    const { inventory } = stock;
    const outcome = await load(stock, 'Type, SMS ,country,e164\nmobile,yes,GB,+447700900123\n');
    assert.deepEqual(outcome, { imported: 1, rejected: [] });
    assert.equal(inventory.number('+447700900123')?.capabilities.sms, true);
  });

  it('names each line it rejects, and takes the others', async () => {
    const stock = openStock();
    const { imported, rejected } = await load(
      stock,
      'e164,country,type,sms,latitude,locality\n' +
        '14155551000,US,local,,,\n' +
        '+1415555,US,local,,,\n' +
        '+14155551000,GB,local,,,\n' +
        '+14155551000,USA,local,,,\n' +
        '+14155551000,US,premium,,,\n' +
        '+14155551000,US,local,maybe,,\n' +
        '+14155551000,US,local,,91,\n' +
        '+14155551000,US,local,,,"two\nlines"\n' +
        '+14155551000,US,local\n' +
        '+14155551000,US,local,,,x,y\n' +
        '+14155551000,US,local,,,mid"quote\n' +
        `+14155551000,US,local,,,${'x'.repeat(101)}\n` +
        '123456789,US,shortcode,,,\n' +
        '+14155551000,US,local,true,,\n',
    );
    assert.equal(imported, 1);
    assert.deepEqual(rejected, [
      { line: 2, reason: 'e164 must begin with +' },
      { line: 3, reason: 'e164 is not a possible phone number' },
      { line: 4, reason: '+14155551000 is not a number of GB' },
      { line: 5, reason: 'country must be an ISO 3166-1 code of two letters' },
      {
        line: 6,
        reason:
          'type must be one of local, mobile, tollfree, national, voip, sharedcost, machinetomachine, shortcode',
      },
      { line: 7, reason: 'sms must be true or false' },
      { line: 8, reason: 'latitude must be a number of degrees' },
      { line: 9, reason: 'locality contains a control character' },
      { line: 11, reason: 'expected 6 cells, found 3' },
      { line: 12, reason: 'expected 6 cells, found 7' },
      { line: 13, reason: 'not CSV: a quote in the midst of a cell' },
      { line: 14, reason: 'locality is longer than 100 characters' },
      { line: 15, reason: 'a short code is 3 to 8 digits' },
    ]);
  });

  it('refuses a header line that lacks a column, has one twice, or one that is unknown', async () => {
    const stock = openStock();
    for (const [text, reason] of [
      ['', 'the file has no header line'],
      ['country,type\n', 'the header line lacks e164'],
      ['e164,country,type,type\n', 'the header line names a column twice'],
      ['e164,country,type,capabilities\n', 'unknown column "capabilities"'],
      ['+14155551000,US,local\n', 'unknown column "+14155551000"'],
    ] as const) {
      assert.deepEqual(await load(stock, text), { imported: 0, rejected: [{ line: 1, reason }] });
    }
  });

  it('says so when a quote is not closed, and keeps what came before', async () => {
    const stock = openStock();
    const { inventory } = stock;
    const short = await load(stock, 'e164,country,type\n+14155551000,US,local\n"+14155551001,US,local\n');
    assert.equal(short.imported, 1);
    assert.match(short.rejected[0]?.reason ?? '', /quote is not closed/);
    const rest = '+14155551002,US,local\n'.repeat(10_000);
    const long = await load(stock, `e164,country,type\n+14155551000,US,local\n"${rest}`, 4096);
    assert.equal(long.imported, 1);
    assert.match(long.rejected[0]?.reason ?? '', /more than 65536 bytes/);
    assert.equal(inventory.number('+14155551002'), undefined);
  });

  it('imports more than a batch, and the same again without harm', async () => {
    const stock = openStock();
    const { inventory } = stock;
    const lines = Array.from({ length: 450 }, (_, i) => `+1415555${1000 + i},US,local,true\n`).join('');
    const text = `e164,country,type,sms\n${lines}`;
    assert.deepEqual(await load(stock, text, 4096), { imported: 450, rejected: [] });
    const bought = await inventory.buy(accountA, '+14155551449');
    assert.ok(bought.ok);
    assert.deepEqual(await load(stock, text, 4096), { imported: 450, rejected: [] });
    assert.deepEqual(inventory.number('+14155551449'), bought.value);
    assert.equal((await inventory.search({ country: 'US', type: 'local', limit: 1_000 })).rows.length, 449);
  });

  it('fails with the failure of its input', async () => {
    const file: ListFile = {
      sizeBytes: 1,
      read: (start) => createReadStream('/nonexistent/n.csv', { start }),
    };
    await assert.rejects(importNumbers(openStock(), file, new Kept()), { code: 'ENOENT' });
  });

  it('takes ranges: a number, and how many follow it', async () => {
    const stock = openStock();
    const { imported, rejected } = await load(
      stock,
      'e164,country,type,count,sms\n' +
        '+14155551990,US,local,1200,true\n' +
        '00100,US,shortcode,3,true\n' +
        '+14155550000,US,local,,true\n' +
        '+19999999999,US,local,2,true\n' +
        '99999,US,shortcode,2,true\n' +
        '+14155550000,US,local,0,true\n' +
        '+14155550000,US,local,1000001,true\n' +
        '+14155550000,US,local,1e3,true\n',
    );
    assert.equal(imported, 1204);
    assert.deepEqual(
      rejected.map(({ line }) => line),
      [5, 6, 7, 8, 9],
    );
    const { inventory } = stock;
    for (const held of ['+14155551990', '+14155552000', '+14155553189', '00100', '00102'])
      assert.equal(inventory.number(held)?.capabilities.sms, true, held);
    for (const other of ['+14155551989', '+14155553190', '00103', '+20000000000'])
      assert.equal(inventory.number(other), undefined, other);
  });

  it('reads the same line quickly and slowly to the same effect', async () => {
    const rest = 'GB,mobile,"München, Süd",true';
    const numbers = Array.from({ length: 30 }, (_, i) => `+4477009${String(10_000 + 37 * i)}`);
    const quick = openStock();
    const slow = openStock();
    const plain = rest.replace('"München, Süd"', 'München Süd');
    await load(quick, `e164,country,type,locality,sms\n${numbers.map((n) => `${n},${plain}\n`).join('')}`);
    const other = `locality,e164,country,type,sms\n${numbers.map((n) => `"München Süd",${n},GB,mobile,true\n`).join('')}`;
    await load(slow, other);
    for (const e164 of numbers) {
      assert.equal(quick.inventory.number(e164)?.place.locality, 'München Süd');
      assert.deepEqual(quick.inventory.number(e164), slow.inventory.number(e164));
    }
    const bad = ['+4477009', '+447700912345678901', '+44770091234x', '447700912345', '+4977009123456'];
    const { imported, rejected } = await load(
      quick,
      `e164,country,type,locality,sms\n${numbers[0]},${plain}\n${bad.map((n) => `${n},${plain}\n`).join('')}`,
    );
    assert.deepEqual([imported, rejected.map(({ line }) => line)], [1, [3, 4, 5, 6, 7]]);
  });

  it('goes on where it was interrupted, and ends as if it had not been', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(4000), fc.constantFrom('CA', 'NY', '"a, b"', 'bad')), {
          minLength: 1,
          maxLength: 200,
        }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.nat(6000), { maxLength: 4 }),
        async (lines, windowNumbers, failures) => {
          const text = `e164,country,type,region\n${lines
            .map(([n, region]) => `+1415555${1000 + n},${region === 'bad' ? 'GB' : 'US'},local,${region}\n`)
            .join('')}`;
          const whole = openStock();
          const undisturbed = await load(whole, text);
          const stock = openStock();
          const kept = new Kept();
          for (const failAfter of failures) {
            const failing = listOf(text, 50, failAfter);
            await importNumbers(stock, failing, kept, { windowNumbers }).catch((error: unknown) => {
              assert.match(String(error), /interrupted/);
            });
          }
          const { imported } = await importNumbers(stock, listOf(text, 50), kept, { windowNumbers });
          assert.deepEqual({ imported, rejected: kept.lines }, undisturbed);
          for (const [n] of lines) {
            const e164 = `+1415555${1000 + n}`;
            assert.deepEqual(stock.inventory.number(e164), whole.inventory.number(e164));
          }
          await Promise.all([whole.store.close(), stock.store.close()]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('does not go on with another list that begins alike, nor without what was written of rejected lines', async () => {
    const lines = Array.from({ length: 4000 }, (_, i) => `+1415${5_551_000 + i},US,local,CA\n`);
    const text = `e164,country,type,region\n+1,US,local,CA\n${lines.join('')}`;
    const changed = text.replace('+14155554000,US,local,CA', '+14155554000,US,local,NY');
    for (const [second, kept] of [
      [changed, new Kept()],
      [text, undefined],
    ] as const) {
      const stock = openStock();
      const first = kept ?? new Kept();
      const failing = listOf(text, 4096, 90_000);
      await assert.rejects(importNumbers(stock, failing, first, { windowNumbers: 500 }), /interrupted/);
      const again = kept ?? new Kept();
      const { imported, rejected } = await importNumbers(stock, listOf(second, 4096), again);
      assert.deepEqual([imported, rejected, again.lines.length], [4000, 1, 1]);
      assert.equal(stock.inventory.number('+14155554000')?.place.region, second === changed ? 'NY' : 'CA');
    }
  });

  it('rejects what would be more kinds of numbers than an inventory tells apart', async () => {
    const { inventory, store } = openStock();
    const full = Object.create(inventory, { profileRoom: { value: () => 2 } }) as Stocked['inventory'];
    const text = ['CA', 'NY', 'CA', 'TX', 'NY']
      .map((region, i) => `+1415555100${i},US,local,${region}\n`)
      .join('');
    const kept = new Kept();
    await importNumbers({ inventory: full, store }, listOf(`e164,country,type,region\n${text}`, 64), kept);
    assert.deepEqual(
      kept.lines.map(({ line, reason }) => [line, /as many different descriptions/.test(reason)]),
      [[5, true]],
    );
    assert.equal(inventory.number('+14155551004')?.place.region, 'NY');
  });

  it('survives any bytes', async () => {
    const stock = openStock();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 300 }),
        async (bytes, size) => {
          const text = Buffer.concat([Buffer.from('e164,country,type\n'), bytes]);
          const { imported } = await load(stock, text, size);
          assert.equal(imported, 0);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('readRecord', () => {
  it('reads what csv-parse reads, wherever the text is cut', () => {
    const cell = fc.constantFrom('', 'a', 'b c', '"x"', '"a,b"', '"l\n2"', '"q""q"', '"r\r\n"', 'é');
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    const line = fc.tuple(fc.array(cell, { minLength: 1, maxLength: 4 }), lineEnd);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const text = lines.map(([cells, end]) => cells.join(',') + end).join('');
        const records: (readonly string[])[] = [];
        for (let at = 0; at < text.length;) {
          for (let cut = at; cut < text.length; cut++) {
            const early = readRecord(text.slice(0, cut), at, false);
            assert.ok(early.kind === 'unfinished' || early.end <= cut);
          }
          const record = readRecord(text, at, true);
          assert.ok(record.kind === 'record');
          records.push(record.cells);
          at = record.end;
        }
        const expected = parse(text, {
          relax_column_count: true,
          record_delimiter: ['\r\n', '\n', '\r'],
        });
        assert.deepEqual(records, expected);
      }),
    );
  });
});
