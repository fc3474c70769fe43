import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { withBooks } from '../../../control/cli/books.ts';
import { controlCommands } from '../../../control/cli/commands.ts';
import { commandLine } from '../../support/command-line.ts';

const commands = controlCommands([]);
const lineMaxCharacters = 100;
const longName = 'An account of a company whose name takes sixty-four characters';
const number = '+14155550001';
const folder = mkdtempSync(join(tmpdir(), 'strowger-narrow-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the tables of strowger', () => {
  const config = join(folder, 'strowger.yaml');
  const run = commandLine(config);
  /** Command lines that show tables: every list, and some more. */
  const lines: (readonly string[])[] = [];

  before(async () => {
    const data = join(folder, 'data');
    writeFileSync(config, `data: ${data}\n`);
    const made = async (...more: string[]): Promise<string> => {
      const ran = await run('account', 'create', '--friendly-name', longName, '--json', ...more);
      return (ran.json as { sid: string }).sid;
    };
    const account = await made();
    const subaccount = await made('--parent', account);
    const numbers = join(folder, 'numbers.csv');
    const header = 'e164,country,type,region,locality,sms,voice,carrier\n';
    const place =
      'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch,Sault Sainte Marie upon the River';
    writeFileSync(
      numbers,
      `${header}${number},US,local,${place},yes,yes,a-carrier-with-a-very-long-name-indeed\n`,
    );
    for (const argv of [
      ['number', 'import', numbers],
      ['number', 'assign', number, subaccount],
      ['account', 'credit', account, '1234567890.25', '--reason', longName.repeat(3)],
      ['guard', 'block', 'add', '+882*', '--account', subaccount, '--note', longName.repeat(3)],
      ['guard', 'limit', account, '--prefix', '+882', '--messages-per-hour', '100'],
    ]) {
      const ran = await run(...argv);
      assert.equal(ran.status, 0, ran.err);
    }
    const prices = join(folder, 'prices.csv');
    writeFileSync(prices, `prefix,service,direction,price,name\n+1415,sms,outbound,0.0075,${longName}\n`);
    assert.equal((await run('price', 'import', prices)).status, 0);
    const service = await withBooks({ data }, async ({ messagingServices, inventory }) => {
      const created = await messagingServices.create(subaccount, {
        friendlyName: longName,
        statusCallback: `https://app.example/${'status/'.repeat(40)}`,
      });
      assert.ok(created.ok);
      const sid = inventory.number(number)?.assignment?.sid ?? '';
      assert.ok((await messagingServices.addNumber(created.value, sid)).ok);
      return created.value.sid;
    });
    const words = join(folder, 'words.yaml');
    const keywords = Array.from({ length: 50 }, (_, n) => `keyword${n}`).join(', ');
    const entry = `stop: { keywords: [${keywords}], reply: ${longName.repeat(10)} }, start: {}, help: {}`;
    writeFileSync(words, `optOut:\n  - { language: en, ${entry} }\n`);
    lines.push(
      ...commands.map(({ name }) => name.split(' ')).filter((words) => words.at(-1) === 'list'),
      ['account', 'balance', account],
      ['account', 'payments', account],
      ['account', 'billing', account],
      ['account', 'geo', account],
      ['account', 'limits', account],
      ['guard', 'limit', account],
      ['number', 'show', number],
      ['number', 'tests'],
      ['price', 'show', number],
      ['service', 'show', service],
      ['service', 'optout', service, words],
      ['route', 'show'],
      ['route', 'port', 'show'],
      ['usage'],
      ['audit'],
    );
  });

  it(`fit ${lineMaxCharacters} columns, whatever the names`, async () => {
    assert.ok(lines.length > 15);
    for (const argv of lines) {
      const name = argv.join(' ');
      const { status, out, err } = await run(...argv);
      assert.equal(status, 0, `${name}: ${err}`);
      for (const line of out.split('\n'))
        assert.ok(Array.from(line).length <= lineMaxCharacters, `${name}: ${line}`);
    }
  });
});
