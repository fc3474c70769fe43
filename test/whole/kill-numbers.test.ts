import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { basic, csvOf, EdgeProcess, until, type Credentials } from './edge-process.ts';

interface NumberJson {
  readonly sid: string;
  readonly phone_number: string;
}

const stock = Array.from({ length: 400 }, (_, i) => `+1415555${1000 + i}`);
const inFlight = 16;

/** Every number of an account. */
async function listed(api: string, account: Credentials): Promise<readonly NumberJson[]> {
  const numbers: NumberJson[] = [];
  let next: string | null = `/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers.json?PageSize=1000`;
  while (next !== null) {
    const response = await fetch(api + next, { headers: { authorization: basic(account) } });
    const page = (await response.json()) as {
      incoming_phone_numbers: readonly NumberJson[];
      next_page_uri: string | null;
    };
    numbers.push(...page.incoming_phone_numbers);
    next = page.next_page_uri;
  }
  return numbers;
}

describe('kill -9 while numbers are bought', () => {
  it('loses no purchase that was acknowledged, and sells no number twice', { timeout: 120_000 }, async () => {
    const edge = await EdgeProcess.create(() => ['http: { listen: 127.0.0.1:0 }']);
    try {
      const accounts = [await edge.account([]), await edge.account([])] as const;
      await writeFile(join(edge.folder, 'stock.csv'), csvOf(stock));
      await edge.done('number', 'import', join(edge.folder, 'stock.csv'), '--json');
      /** SIDs of purchases by number. */
      const acknowledged = new Map<string, string>();
      for (const enough of [40, 130]) {
        const { api } = await edge.start();
        let running = true;
        const workers = Promise.all(
          Array.from({ length: inFlight }, async (_, worker) => {
            const account = accounts[worker % 2 === 0 ? 0 : 1];
            const url = `${api}/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers.json`;
            while (running) {
              const response = await fetch(url, {
                method: 'POST',
                headers: { authorization: basic(account) },
                body: new URLSearchParams({ AreaCode: '415' }),
              }).catch(() => undefined);
              // Cut off: it was not acknowledged, and the edge owes nothing.
              const bought = (await response?.json().catch(() => undefined)) as NumberJson | undefined;
              if (response?.status !== 201 || bought === undefined) continue;
              assert.ok(!acknowledged.has(bought.phone_number), `${bought.phone_number} was sold twice`);
              acknowledged.set(bought.phone_number, bought.sid);
            }
          }),
        );
        await until(`${enough} are bought`, () => acknowledged.size >= enough);
        await edge.stop('SIGKILL');
        running = false;
        await workers;
      }
      const { api } = await edge.start();
      const owned = [...(await listed(api, accounts[0])), ...(await listed(api, accounts[1]))];
      const sids = new Map(owned.map(({ phone_number: number, sid }) => [number, sid]));
      assert.equal(sids.size, owned.length, 'a number is in two lists');
      for (const [number, sid] of acknowledged) assert.equal(sids.get(number), sid, number);
      assert.ok(owned.length < stock.length, 'the edge was killed while there was stock');
      assert.equal(await edge.stop(), 0);
    } finally {
      await edge.remove();
    }
  });
});
