import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { importNumbers, type RejectedLine } from '../../../control/inventory/import.ts';
import type { Inventory } from '../../../control/inventory/inventory.ts';
import { accountA, openStock } from './stock.ts';

const header =
  'e164,country,type,region,locality,postal_code,lata,rate_center,latitude,longitude,voice,sms,mms,fax,carrier\n';

async function load(inventory: Inventory, text: string | Buffer, chunkBytes = 64) {
  const rejected: RejectedLine[] = [];
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  const imported = await importNumbers(inventory, Readable.from(chunks), (line) => rejected.push(line));
  return { imported, rejected };
}

describe('importNumbers', () => {
  it('reads a list with every column', async () => {
    const { inventory } = openStock();
    const outcome = await load(
      inventory,
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
    const { inventory } = openStock();
    const outcome = await load(inventory, 'Type, SMS ,country,e164\nmobile,yes,GB,+447700900123\n');
    assert.deepEqual(outcome, { imported: 1, rejected: [] });
    assert.equal(inventory.number('+447700900123')?.capabilities.sms, true);
  });

  it('names each line it rejects, and takes the others', async () => {
    const { inventory } = openStock();
    const { imported, rejected } = await load(
      inventory,
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
      { line: 10, reason: 'locality contains a control character' },
      { line: 11, reason: 'expected 6 cells, found 3' },
      { line: 12, reason: 'expected 6 cells, found 7' },
      { line: 13, reason: 'not CSV: a quote in the midst of a cell' },
      { line: 14, reason: 'locality is longer than 100 characters' },
      { line: 15, reason: 'a short code is 3 to 8 digits' },
    ]);
  });

  it('refuses a header line that lacks a column, has one twice, or one that is unknown', async () => {
    const { inventory } = openStock();
    for (const [text, reason] of [
      ['', 'the file has no header line'],
      ['country,type\n', 'the header line lacks e164'],
      ['e164,country,type,type\n', 'the header line names a column twice'],
      ['e164,country,type,capabilities\n', 'unknown column "capabilities"'],
      ['+14155551000,US,local\n', 'unknown column "+14155551000"'],
    ] as const) {
      assert.deepEqual(await load(inventory, text), { imported: 0, rejected: [{ line: 1, reason }] });
    }
  });

  it('says so when a quote is not closed, and keeps what came before', async () => {
    const { inventory } = openStock();
    const short = await load(inventory, 'e164,country,type\n+14155551000,US,local\n"+14155551001,US,local\n');
    assert.equal(short.imported, 1);
    assert.match(short.rejected[0]?.reason ?? '', /quote is not closed/);
    const rest = '+14155551002,US,local\n'.repeat(10_000);
    const long = await load(inventory, `e164,country,type\n+14155551000,US,local\n"${rest}`, 4096);
    assert.equal(long.imported, 1);
    assert.match(long.rejected[0]?.reason ?? '', /more than 65536 bytes/);
    assert.equal(inventory.number('+14155551002'), undefined);
  });

  it('imports more than a batch, and the same again without harm', async () => {
    const { inventory } = openStock();
    const lines = Array.from({ length: 450 }, (_, i) => `+1415555${1000 + i},US,local,true\n`).join('');
    const text = `e164,country,type,sms\n${lines}`;
    assert.deepEqual(await load(inventory, text, 4096), { imported: 450, rejected: [] });
    const bought = await inventory.buy(accountA, '+14155551449');
    assert.ok(bought.ok);
    assert.deepEqual(await load(inventory, text, 4096), { imported: 450, rejected: [] });
    assert.deepEqual(inventory.number('+14155551449'), bought.value);
    assert.equal((await inventory.search({ country: 'US', type: 'local', limit: 1_000 })).rows.length, 449);
  });

  it('fails with the failure of its input', async () => {
    const { inventory } = openStock();
    const missing = createReadStream('/nonexistent/numbers.csv');
    await assert.rejects(
      importNumbers(inventory, missing, () => undefined),
      { code: 'ENOENT' },
    );
  });

  it('survives any bytes', async () => {
    const { inventory } = openStock();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 300 }),
        async (bytes, size) => {
          const text = Buffer.concat([Buffer.from('e164,country,type\n'), bytes]);
          const { imported } = await load(inventory, text, size);
          assert.equal(imported, 0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
