import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { withBooks } from '../../../control/cli/books.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-service-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let opened = 0;
async function open() {
  const data = join(folder, String(++opened));
  const config = `${data}.yaml`;
  writeFileSync(config, `data: ${data}\n`);
  const run = commandLine(config);
  const account = (await run('account', 'create', '--friendly-name', 'Ann', '--json')).json as {
    sid: string;
  };
  const numbers = join(folder, 'numbers.csv');
  writeFileSync(numbers, 'e164,country,type,sms\n+14155550001,US,local,true\n24365,US,shortcode,true\n');
  assert.equal((await run('number', 'import', numbers)).status, 0);
  for (const number of ['+14155550001', '24365'])
    assert.equal((await run('number', 'assign', number, account.sid)).status, 0);
  const service = await withBooks({ data }, async ({ messagingServices, inventory }) => {
    const made = await messagingServices.create(account.sid, { friendlyName: 'Alerts for everybody' });
    assert.ok(made.ok);
    for (const number of ['+14155550001', '24365']) {
      const sid = inventory.number(number)?.assignment?.sid ?? '';
      assert.ok((await messagingServices.addNumber(made.value, sid)).ok);
    }
    return made.value;
  });
  const file = (text: string): string => {
    const path = join(folder, 'optout.yaml');
    writeFileSync(path, text);
    return path;
  };
  return { run, account: account.sid, service: service.sid, file };
}

describe('strowger service', () => {
  it('lists the services of all accounts, or of one', async () => {
    const { run, account, service } = await open();
    const row = { sid: service, account_sid: account, friendly_name: 'Alerts for everybody', senders: 2 };
    assert.deepEqual((await run('service', 'list', '--json')).json, [row]);
    assert.deepEqual((await run('service', 'list', '--account', account, '--json')).json, [row]);
    const other = (await run('account', 'create', '--friendly-name', 'Bob', '--json')).json as {
      sid: string;
    };
    assert.deepEqual((await run('service', 'list', '--account', other.sid, '--json')).json, []);
    assert.match((await run('service', 'list')).out, new RegExp(`^SID.*\n${service}  ${account}  2 `));
  });

  it('shows one with its pool', async () => {
    const { run, service } = await open();
    const shown = (await run('service', 'show', service, '--json')).json as {
      fallback_to_long_code: boolean;
      senders: { sender: string; kind: string }[];
    };
    assert.equal(shown.fallback_to_long_code, true);
    assert.deepEqual(
      shown.senders.map(({ sender, kind }) => [sender, kind]),
      [
        ['+14155550001', 'local'],
        ['24365', 'shortcode'],
      ],
    );
    const { out } = await run('service', 'show', service);
    assert.match(out, /^sticky_sender +true$/m);
    assert.match(out, /^SC\w{32} +24365 +shortcode +US$/m);
    const unknown = await run('service', 'show', `MG${'0'.repeat(32)}`);
    assert.deepEqual([unknown.status, /does not exist/.test(unknown.err)], [1, true]);
  });

  it('changes the opt-out keywords of one, and turns them off', async () => {
    const { run, service, file } = await open();
    const spanish = file(
      'optOut:\n  - language: es\n    stop: { keywords: [ALTO, BAJA], reply: "Adiós" }\n    start: {}\n    help: { reply: Ayuda }\n',
    );
    const set = await run('service', 'optout', service, spanish);
    assert.equal(set.status, 0, set.err);
    assert.match(set.out, /^es +any +STOP +ALTO, BAJA +Adiós$/m);
    const entry = {
      language: 'es',
      country: '',
      stop: { keywords: ['ALTO', 'BAJA'], reply: 'Adiós' },
      start: { keywords: [], reply: '' },
      help: { keywords: [], reply: 'Ayuda' },
    };
    assert.deepEqual((await run('service', 'optout', service, '--json')).json, { optOut: [entry] });
    assert.match((await run('service', 'optout', service, '--off')).out, /is off/);
    assert.deepEqual((await run('service', 'optout', service, '--json')).json, { optOut: [] });
  });

  it('says what is wrong with a file, and changes nothing', async () => {
    const { run, service, file } = await open();
    for (const [text, words] of [
      ['optOut: []\n', /optOut/],
      [
        'optOut:\n  - language: es\n    stop: { keywords: [HELP] }\n    start: {}\n    help: {}\n',
        /HELP would mean two/,
      ],
      ['optOut:\n  - language: es\n    halt: {}\n', /optout\.yaml:\d+: optOut\[0\]/],
    ] as const) {
      const refused = await run('service', 'optout', service, file(text));
      assert.equal(refused.status, 1);
      assert.match(refused.err, words);
    }
    assert.equal((await run('service', 'optout', service, file('optOut: []'), '--off')).status, 1);
    assert.deepEqual((await run('service', 'optout', service, '--json')).json, { optOut: [] });
  });
});
