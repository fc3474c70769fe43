import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { basic, carrierLines, EdgeProcess, until, type Credentials } from './edge-process.ts';
import { draw, load, type Acknowledged } from './load.ts';
import { Rest } from './rest.ts';

const senders = ['+14155550100', '+14155550101', '+14155550102', '+14155550103'];
const kills = 4;

/** An application that counts what usage triggers tell it, by trigger and token. */
async function listenForFirings() {
  const told: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push(new URLSearchParams(body));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/used`,
    tokensOf: (sid: string): ReadonlySet<string> =>
      new Set(
        told
          .filter((form) => form.get('UsageTriggerSid') === sid)
          .map((form) => form.get('IdempotencyToken') ?? ''),
      ),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function setTrigger(api: string, account: Credentials, form: Record<string, string>): Promise<string> {
  const reply = await fetch(`${api}/2010-04-01/Accounts/${account.sid}/Usage/Triggers.json`, {
    method: 'POST',
    headers: { authorization: basic(account) },
    body: new URLSearchParams({ UsageCategory: 'sms-outbound', ...form }),
  });
  assert.equal(reply.status, 201);
  return ((await reply.json()) as { sid: string }).sid;
}

interface DetailRow {
  readonly number: string;
  readonly resource_sid: string;
}

/** Every row of the finished files of one form, file by file. */
function exported(folder: string, extension: 'jsonl' | 'csv'): readonly DetailRow[] {
  const directory = join(folder, 'data/details');
  return readdirSync(directory)
    .filter((name) => name.startsWith('details-') && name.endsWith(`.${extension}`))
    .sort()
    .flatMap((name) => {
      const text = readFileSync(join(directory, name), 'utf8');
      return extension === 'csv' ? parse<DetailRow>(text, { columns: true }) : lines(text);
    });
}

const lines = (text: string): readonly DetailRow[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])))
    .map((row) => row as unknown as DetailRow);

describe('kill -9 of the books', () => {
  it('leaves money, usage, records, files and triggers that agree', { timeout: 180_000 }, async (test) => {
    const below = draw(20_261_121);
    const smsc = new FastSmsc({ password: 'secret' });
    const application = await listenForFirings();
    const port = await smsc.listen();
    const edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      'webhooks: { allowPrivate: true }',
      'details: { fileKilobytes: 1, fileMinutes: 1440 }',
      ...carrierLines(port),
    ]);
    try {
      const account = await edge.account(senders);
      await edge.done('account', 'credit', account.sid, '1000', '--json');
      await edge.done('account', 'billing', account.sid, '--prepaid', '--json');
      const sheet = async (price: string): Promise<string> => {
        const path = join(edge.folder, `prices-${price}.csv`);
        await writeFile(path, `service,direction,prefix,price\nsms,outbound,+1,${price}\n`);
        return path;
      };
      await edge.done('price', 'import', await sheet('0.0075'), '--json');
      const acknowledged: Acknowledged = new Map();
      const triggers: string[] = [];
      for (let round = 0; round < kills; round++) {
        const { api } = await edge.start();
        if (round === 0) {
          const CallbackUrl = application.url;
          triggers.push(await setTrigger(api, account, { CallbackUrl, TriggerValue: '700' }));
          triggers.push(
            await setTrigger(api, account, {
              CallbackUrl,
              TriggerValue: '9',
              TriggerBy: 'price',
              Recurring: 'yearly',
            }),
          );
          triggers.push(await setTrigger(api, account, { CallbackUrl, TriggerValue: '1000000' }));
        }
        const imported = edge.run(
          'price',
          'import',
          await sheet(round % 2 === 0 ? '0.011' : '0.0075'),
          '--json',
        );
        const traffic = load(new Rest(api, account), senders, acknowledged, round, 300 + below(300));
        await traffic.enoughAcknowledged;
        await new Promise((resolve) => setTimeout(resolve, below(20)));
        await edge.stop('SIGKILL');
        await traffic.stop();
        assert.equal((await imported).status, 0, (await imported).err);
        const checked = await edge.run('check', '--books', '--json');
        assert.equal(checked.status, 0, checked.out);
      }
      const { api } = await edge.start();
      const rest = new Rest(api, account);
      await until('every message is sent', async () =>
        (await rest.list()).every(({ status }) => status === 'sent' || status === 'delivered'),
      );
      const [byUsage = '', byPrice = '', never = ''] = triggers;
      await until('both triggers are told of', () =>
        [byUsage, byPrice].every((sid) => application.tokensOf(sid).size > 0),
      );
      const { details } = (await edge.done('check', '--books', '--json')) as { details: number };
      assert.ok(details >= acknowledged.size, 'a record for each message');
      await until(
        'all but the last records are in files',
        () => exported(edge.folder, 'csv').length > details - 50,
      );
      assert.equal(await edge.stop(), 0);

      const checked = await edge.run('check', '--books', '--json');
      assert.equal(checked.status, 0, checked.out);
      for (const sid of [byUsage, byPrice]) assert.equal(application.tokensOf(sid).size, 1, 'fired once');
      assert.equal(application.tokensOf(never).size, 0);
      const kept = lines((await edge.run('usage', 'details', '--format', 'json')).out);
      assert.equal(kept.length, details);
      assert.deepEqual(
        kept.map(({ number }) => Number(number)),
        Array.from({ length: details }, (_, index) => index + 1),
      );
      for (const extension of ['jsonl', 'csv'] as const) {
        const rows = exported(edge.folder, extension);
        assert.deepEqual(rows, kept.slice(0, rows.length), `each record once, as ${extension}`);
      }
      const charged = new Set(kept.map(({ resource_sid: sid }) => sid));
      for (const [body, sid] of acknowledged) assert.ok(charged.has(sid), body);
      test.diagnostic(`${acknowledged.size} acknowledged, ${details} records`);
      assert.deepEqual(
        edge.log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line)),
        [],
      );
    } finally {
      await edge.remove();
      await smsc.close();
      application.close();
    }
  });
});
