import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-billing-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the commands for accounts’ money', () => {
  it('show it in the currency of the configuration, which ISO 4217 must know', async () => {
    const run = async (currency: string, ...argv: string[]) => {
      const file = join(folder, `${currency}.yaml`);
      writeFileSync(file, `data: ${join(folder, 'elsewhere')}\nprices: { currency: ${currency} }\n`);
      return commandLine(file)(...argv);
    };
    const { sid } = (await run('EUR', 'account', 'create', '--friendly-name', 'Eve', '--json')).json as {
      sid: string;
    };
    const shown = await run('EUR', 'account', 'balance', sid, '--json');
    assert.equal((shown.json as { currency: string }).currency, 'EUR');
    const bad = await run('Taler', 'check');
    assert.equal(bad.status, 1);
    assert.match(bad.out, /prices\.currency.*expected a currency of ISO 4217/);
  });

  it('enter payments, set terms, and show what is left, for subaccounts, too', async () => {
    const file = join(folder, 'strowger.yaml');
    writeFileSync(file, `data: ${join(folder, 'data')}\n`);
    const run = commandLine(file);
    const create = async (...more: string[]): Promise<string> =>
      ((await run('account', 'create', '--friendly-name', 'Ann', ...more, '--json')).json as { sid: string })
        .sid;
    const main = await create();
    const sub = await create('--parent', main);
    assert.equal((await run('account', 'credit', main, '25.00', '--reason', 'transfer')).status, 0);
    assert.equal((await run('account', 'credit', sub, '--', '-0.5')).status, 0);
    await run('account', 'billing', main, '--prepaid', '--floor', '1', '--plan', 'gold');
    const { json } = await run('account', 'balance', sub, '--json');
    assert.deepEqual(json, {
      account_sid: main,
      currency: 'USD',
      balance: '24.50',
      held: '0.00',
      available: '24.50',
      paid: '24.50',
      mode: 'prepaid',
      floor: '1.00',
      plan: 'gold',
    });
    const paid = (await run('account', 'payments', main, '--json')).json as readonly { amount: string }[];
    assert.deepEqual(
      paid.map(({ amount }) => amount),
      ['25.00', '-0.50'],
    );
  });

  it('refuse amounts that are none, floors without prepaid, and unknown accounts', async () => {
    const file = join(folder, 'other.yaml');
    writeFileSync(file, `data: ${join(folder, 'other')}\n`);
    const run = commandLine(file);
    const nobody = `AC${'0'.repeat(32)}`;
    for (const wrong of [
      ['account', 'credit', nobody, '1.0000001'],
      ['account', 'credit', nobody, '1'],
      ['account', 'billing', nobody, '--floor', '1'],
      ['account', 'billing', nobody, '--prepaid', '--postpaid'],
      ['account', 'balance', nobody],
    ]) {
      assert.equal((await run(...wrong)).status, 1, wrong.join(' '));
    }
  });
});
