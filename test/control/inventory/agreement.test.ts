import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { numberFaults } from '../../../control/inventory/agreement.ts';
import { Stock } from '../../../control/inventory/stock.ts';
import { lifeTable, numberSidTable } from '../../../control/inventory/tables.ts';
import { accountA, accountB, listing, openStock } from './stock.ts';

const number = '+14155551000';
const other = '+14155551001';

async function open() {
  const opened = openStock(undefined, { quarantineMs: 86_400_000, testsImported: false });
  await opened.inventory.add([listing(number), listing(other)]);
  const bought = await opened.inventory.buy(accountA, number);
  assert.ok(bought.ok);
  const { store } = opened;
  const faults = (): readonly string[] => Array.from(numberFaults(store));
  return { ...opened, faults, stock: new Stock(store), sid: bought.value.assignment.sid };
}

describe('blocks, rows and SIDs of numbers', () => {
  it('agree whatever becomes of a number', async () => {
    const { inventory, lives, clock, faults } = await open();
    assert.deepEqual(faults(), []);
    await lives.hold(other, 'why');
    await inventory.release(number);
    assert.deepEqual(faults(), []);
    clock.advance(86_400_000);
    assert.deepEqual(faults(), []);
    await lives.endQuarantines();
    await lives.portOut(number);
    assert.deepEqual(faults(), []);
  });

  it('are told apart where a row is lost', async () => {
    const { store, faults, sid } = await open();
    store.table(lifeTable).remove(number);
    await store.durable();
    assert.deepEqual(faults(), [
      `number ${number}: its block says ${accountA} has it, and it has no row`,
      `number ${number}: ${sid} leads to it, and is not its SID`,
    ]);
  });

  it('are told apart where a block or a SID says otherwise', async () => {
    const { store, stock, faults, sid } = await open();
    await store.transact(() => stock.settle(number, true, accountB));
    store.table(numberSidTable).remove(sid);
    await store.durable();
    assert.deepEqual(faults(), [
      `number ${number}: it is assigned, and for sale`,
      `number ${number}: its row says ${accountA} has it, its block ${accountB}`,
      `number ${number}: ${sid} does not lead to it`,
    ]);
  });
});
