import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { Images } from '../../../control/prefixes/images.ts';
import { PricePlans } from '../../../control/prices/plans.ts';
import { Prices } from '../../../control/prices/prices.ts';
import { Store } from '../../../control/store/store.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-prices-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'strowger.yaml');
const data = join(folder, 'data');
writeFileSync(file, `data: ${data}\n`);
const run = commandLine(file);

function sheet(name: string, ...lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, ['service,direction,prefix,price', ...lines].join('\n'));
  return path;
}

const query = {
  kind: 'sms',
  direction: 'outbound',
  number: '+14155550100',
  senderType: 'local',
} as const;

describe('strowger price', () => {
  it('imports a list whole, which an edge that has the store open charges by', async () => {
    const store = new Store(data);
    const prices = new Prices();
    const images = new Images({ store, clock: systemClock, random: systemRandom });
    const watch = new PricePlans(images).watch(prices, systemClock, (_, reason) => assert.fail(reason));
    try {
      await watch.look();
      assert.equal(prices.message({ plan: 'standard', ...query }), 0);
      const first = await run('price', 'import', sheet('a.csv', 'sms,outbound,+1,0.0079'), '--json');
      assert.deepEqual([first.status, first.json], [0, { plan: 'standard', imported: 1 }], first.err);
      const gold = await run('price', 'import', sheet('b.csv', 'sms,outbound,+1415,0.001'), '--plan', 'gold');
      assert.equal(gold.status, 0, gold.err);
      await watch.look();
      assert.equal(prices.message({ plan: 'standard', ...query }), 7_900);
      assert.equal(prices.message({ plan: 'gold', ...query }), 1_000);

      const bad = await run(
        'price',
        'import',
        sheet('c.csv', 'sms,outbound,+1,0.5', 'sms,up,+1,1'),
        '--json',
      );
      assert.equal(bad.status, 1);
      assert.match(bad.err, /1 fault, and nothing was changed/);
      assert.deepEqual(bad.json, {
        imported: 0,
        faults: [{ line: 3, reason: 'direction "up" is neither outbound nor inbound' }],
      });
      await watch.look();
      assert.equal(prices.message({ plan: 'standard', ...query }), 7_900);
    } finally {
      await watch.stop();
      await store.close();
    }
  });

  it('shows what prices a number, its plan’s prices first', async () => {
    const shown = await run('price', 'show', '+14155550100', '--plan', 'gold', '--json');
    assert.deepEqual(
      (shown.json as { plan: string; prefix: string; price: string }[]).map(({ plan, prefix, price }) => [
        plan,
        prefix,
        price,
      ]),
      [
        ['gold', '+1415', '0.001'],
        ['standard', '+1', '0.0079'],
      ],
    );
    const text = await run('price', 'show', '+14155550100');
    assert.match(text.out, /PLAN +PREFIX[^]*standard +\+1 +sms +outbound +any +0\.0079/);
    assert.match((await run('price', 'show', '+442079460000')).out, /nothing prices \+442079460000/);
  });

  it('exports a plan’s list as it can be imported again', async () => {
    const exported = await run('price', 'export', '--plan', 'gold');
    assert.equal(exported.status, 0, exported.err);
    const path = join(folder, 'exported.csv');
    writeFileSync(path, exported.out);
    const again = await run('price', 'import', path, '--plan', 'copy', '--json');
    assert.deepEqual(again.json, { plan: 'copy', imported: 1 });
    assert.equal((await run('price', 'export', '--plan', 'copy')).out, exported.out);
    assert.equal((await run('price', 'export', '--plan', 'none')).status, 1);
  });

  it('refuses what it cannot reckon with', async () => {
    const path = sheet('d.csv', 'sms,outbound,+1,0.5');
    const euros = await run('price', 'import', path, '--currency', 'EUR');
    assert.equal(euros.status, 1);
    assert.match(euros.err, /reckons in USD/);
    assert.equal((await run('price', 'import', path, '--plan', 'No Name')).status, 1);
    assert.equal((await run('price', 'import', join(folder, 'none.csv'))).status, 1);
    assert.equal((await run('price', 'show', 'pigeon')).status, 1);
  });
});
