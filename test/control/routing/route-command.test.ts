import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { silentLog } from '../../../control/log/log.ts';
import { Images } from '../../../control/prefixes/images.ts';
import { Store } from '../../../control/store/store.ts';
import { openRouting } from '../../../edge/node/routing.ts';
import { until } from '../../api/edge.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-routes-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'strowger.yaml');
const data = join(folder, 'data');
const smpp = (port: number): string => `{ url: "smpp://edge:secret@127.0.0.1:${port}" }`;
writeFileSync(
  file,
  [
    `data: ${data}`,
    'carriers:',
    `  - { name: alpha, smpp: ${smpp(2)}, routes: [ { prefix: "+", cost: 2 } ] }`,
    `  - { name: beta, smpp: ${smpp(3)}, routes: [ { prefix: "+1", cost: 1 } ] }`,
    '  - { name: gamma, sip: { proxy: "sip:127.0.0.1:5070" }, routes: [ { prefix: "+1" } ] }',
    '',
  ].join('\n'),
);
const run = commandLine(file);

function sheet(name: string, ...lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const number = '+14155550100';
const carriers = [
  { name: 'alpha', smpp: {}, routes: [{ prefix: '+', cost: 2 }] },
  { name: 'beta', smpp: {}, routes: [] },
];

describe('strowger route', () => {
  it('shows and explains the routes of the configuration until others are imported', async () => {
    const shown = await run('route', 'show', '--json');
    assert.deepEqual(shown.json, {
      source: 'configuration',
      version: null,
      imported: null,
      routes: 3,
      prefixes: 2,
      carriers: [
        { carrier: 'alpha', routes: 1, configured: true },
        { carrier: 'beta', routes: 1, configured: true },
        { carrier: 'gamma', routes: 1, configured: true },
      ],
    });
    const test = await run('route', 'test', number);
    assert.match(test.out, /number: none of this edge\nported: no\nroutes: those of strowger.yaml/);
    assert.match(test.out, /\+1 +gamma +both +0 +0 +carrier has no smpp/);
    assert.match(test.out, /\+1 +beta +both +0 +1 +chosen\n\+ +alpha +both +0 +2 +tried next/);
    assert.match(test.out, /verdict: beta takes it; should it fail: alpha/);
    const call = (await run('route', 'test', number, '--call', '--json')).json as Record<string, unknown>;
    assert.deepEqual([call['carrier'], call['candidates']], ['gamma', ['gamma']]);
    assert.equal((await run('route', 'clear')).status, 1);
  });

  it('imports a table whole, which an edge that has the store open goes by at once', async () => {
    const store = new Store(data);
    const images = new Images({ store, clock: systemClock, random: systemRandom });
    const closers: (() => Promise<void>)[] = [];
    const routing = await openRouting(
      carriers,
      { store, images },
      {
        clock: systemClock,
        log: silentLog,
        opened: (close) => closers.push(close),
      },
    );
    const { messages } = routing;
    try {
      assert.deepEqual(messages.candidates(number), ['alpha']);
      const first = sheet('a.csv', 'prefix,carrier,cost', '+1,beta,0.5', '+1,alpha,0.7');
      const imported = await run('route', 'import', first);
      assert.equal(imported.status, 0, imported.err);
      assert.match(imported.out, /2 routes for 1 prefixes decide now; the routes of strowger.yaml are not/);
      await until(() => messages.candidates(number)[0] === 'beta');
      assert.deepEqual(messages.candidates('+442079460000'), []);

      const bad = sheet('b.csv', 'prefix,carrier', '+1,alpha', '+1,omega');
      const refused = await run('route', 'import', bad, '--json');
      assert.equal(refused.status, 1);
      assert.match(refused.err, /1 fault, and nothing was changed/);
      assert.deepEqual(refused.json, {
        imported: 0,
        faults: [{ line: 3, reason: 'carrier "omega" is none of the configuration’s: alpha, beta, gamma' }],
      });
      assert.equal((await run('route', 'import', sheet('c.csv', 'prefix,carrier'))).status, 1);
      assert.deepEqual(messages.candidates(number), ['beta', 'alpha']);

      assert.equal((await run('route', 'port', 'set', number, 'alpha')).status, 0);
      await until(() => messages.candidates(number)[0] === 'alpha');
      assert.equal(routing.messages.candidates('+14155550101')[0], 'beta');
      const port = (await run('route', 'test', number, '--json')).json as Record<string, unknown>;
      assert.deepEqual(
        [port['ported_to'], port['ported_verdict'], port['carrier']],
        ['alpha', 'chosen', 'alpha'],
      );
      assert.equal((await run('route', 'port', 'remove', number)).status, 0);
      await until(() => messages.candidates(number)[0] === 'beta');
      const ported = sheet('d.csv', 'e164,carrier', `${number},alpha`);
      assert.deepEqual((await run('route', 'port', 'import', ported, '--json')).json, { imported: 1 });
      await until(() => messages.candidates(number)[0] === 'alpha');

      assert.equal((await run('route', 'clear')).status, 0);
      await until(() => messages.leadsTo('+442079460000'));
    } finally {
      for (const close of closers) await close();
      await store.close();
    }
  });

  it('says what there is, in lines that fit a terminal, and writes what it reads', async () => {
    const source = sheet(
      'e.csv',
      'prefix,carrier,cost,weight,from,until,days,zone,kind,priority',
      '+1,alpha,2,,,,,,both,0',
      '+1415,beta,0.0035,10,22:00,06:00,mon-fri,America/Argentina/Buenos_Aires,messages,1',
      '+1415,gamma,0.0035,10,,,,,calls,1',
    );
    assert.equal((await run('route', 'import', source)).status, 0);
    const out = join(folder, 'out.csv');
    assert.deepEqual((await run('route', 'export', out, '--json')).json, { exported: 3 });
    assert.equal(readFileSync(out, 'utf8').trim(), readFileSync(source, 'utf8').trim());
    const listed = await run('route', 'list', '--prefix', '+14', '--limit', '1');
    assert.match(listed.out, /\+1415 +beta +messages +1 +0\.0035 +10 +22:00-06:00/);
    assert.match(listed.out, /… and 1 more/);
    const night = ['route', 'test', number, '--at', '2026-11-20T02:00:00Z'] as const;
    const test = await run(...night);
    assert.match(test.out, /verdict: alpha takes it; should it fail: beta/);
    for (const line of `${listed.out}${test.out}`.split('\n')) assert.ok(line.length <= 100, line);
    const day = (await run('route', 'test', number, '--at', '2026-11-20T15:00:00Z', '--json')).json as {
      carrier: string;
      routes: { carrier: string; verdict: string }[];
    };
    assert.equal(day.carrier, 'alpha');
    assert.deepEqual(
      day.routes.map(({ carrier, verdict }) => [carrier, verdict]),
      [
        ['beta', 'not at this hour'],
        ['gamma', 'not for messages'],
        ['alpha', 'has its place already'],
      ],
    );
    assert.match((await run('route', 'test', '+442079460000', '--call')).out, /refused with 21215: no route/);
    const ports = await run('route', 'port', 'show');
    assert.match(ports.out, /CARRIER +NUMBERS\nalpha +1/);
    assert.deepEqual((await run('route', 'port', 'show', '+14155550199', '--json')).json, {
      e164: '+14155550199',
      carrier: null,
    });
  });

  it('refuses what it cannot use', async () => {
    for (const words of [
      ['test', 'pigeon'],
      ['test', number, '--at', 'noon'],
      ['test', number, '--message', '--call'],
      ['list', '--prefix', 'x'],
      ['list', '--limit', '0'],
      ['import', join(folder, 'none.csv')],
      ['port', 'set', number, 'omega'],
      ['port', 'set', '4155550100', 'alpha'],
      ['port', 'remove', '+14155550199'],
      ['port', 'show', 'pigeon'],
    ]) {
      const refused = await run('route', ...words);
      assert.equal(refused.status, 1, words.join(' '));
      assert.match(refused.err, /^strowger: [^\n]+\n$/);
    }
  });
});
