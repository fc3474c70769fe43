import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { EdgeProcess, until, type Credentials } from './edge-process.ts';
import { Rest } from './rest.ts';

const sender = '+14155550100';

const carrier = (name: string, port: number, cost: number): readonly string[] => [
  `  - name: ${name}`,
  '    smpp:',
  `      url: "smpp://edge:secret@127.0.0.1:${port}"`,
  '      timers: { reconnectMinMs: 100, reconnectMaxMs: 200 }',
  `    routes: [ { prefix: "+", cost: ${cost} } ]`,
];

describe('routes', { timeout: 120_000 }, () => {
  const alpha = new FastSmsc({ keep: true });
  const beta = new FastSmsc({ keep: true });
  let edge: EdgeProcess;
  let account: Credentials;
  let rest: Rest;
  let next = 0;

  /** Sends a message and says which carrier it went to. */
  async function carrierOf(to: string): Promise<'alpha' | 'beta'> {
    const counts = (): readonly number[] => [alpha, beta].map(({ record }) => [...record.messages()].length);
    const [alphaBefore = 0, betaBefore = 0] = counts();
    await rest.create({ From: sender, To: to, Body: `message ${next++}` });
    let seen: readonly number[] = [];
    await until('the message has left', () => {
      seen = counts();
      return (seen[0] ?? 0) + (seen[1] ?? 0) === alphaBefore + betaBefore + 1;
    });
    return (seen[0] ?? 0) > alphaBefore ? 'alpha' : 'beta';
  }

  const linksUp = (): Promise<void> =>
    until('both links are up', async () => {
      const { links } = (await edge.done('status', '--json')) as { links: { state: string }[] };
      return links.every(({ state }) => state === 'bound');
    });

  async function importRoutes(...lines: readonly string[]): Promise<unknown> {
    const file = join(edge.folder, 'routes.csv');
    await writeFile(file, ['prefix,carrier,cost', ...lines].join('\n'));
    return edge.done('route', 'import', file, '--json');
  }

  before(async () => {
    const ports = [await alpha.listen(), await beta.listen()] as const;
    edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      'carriers:',
      ...carrier('alpha', ports[0], 1),
      ...carrier('beta', ports[1], 2),
      'senders: { local: 1000 }',
    ]);
    account = await edge.account([sender]);
    rest = new Rest((await edge.start()).api, account);
    await linksUp();
  });
  after(async () => {
    await edge.remove();
    await alpha.close();
    await beta.close();
  });

  it('that are imported decide for a running edge, and go on after its restart', async () => {
    assert.equal(await carrierOf('+12065550100'), 'alpha');
    await importRoutes('+1,beta,1', '+1,alpha,2', '+44,alpha,1');
    await until('messages take the new carrier', async () => (await carrierOf('+12065550100')) === 'beta');
    assert.equal(await carrierOf('+442079460000'), 'alpha');

    await edge.done('route', 'port', 'set', '+12065550101', 'alpha', '--json');
    await until('the ported number is known', async () => (await carrierOf('+12065550101')) === 'alpha');
    assert.equal(await carrierOf('+12065550100'), 'beta');

    assert.equal(await edge.stop(), 0);
    rest = new Rest((await edge.start()).api, account);
    await linksUp();
    assert.equal(await carrierOf('+12065550100'), 'beta');
    assert.equal(await carrierOf('+12065550101'), 'alpha');
  });

  it('are explained with the state of the links', async () => {
    await beta.close();
    let test: { carrier: string; edge_running: boolean; routes: { carrier: string; verdict: string }[] };
    await until('the link is down', async () => {
      test = (await edge.done('route', 'test', '+12065550100', '--json')) as typeof test;
      assert.equal(test.edge_running, true);
      return test.carrier === 'alpha';
    });
    assert.deepEqual(
      test!.routes.map(({ carrier: name, verdict }) => [name, verdict]),
      [
        ['beta', 'link is not bound'],
        ['alpha', 'chosen'],
      ],
    );
  });
});
