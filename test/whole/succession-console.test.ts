import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { freePorts } from '../peers/ports.ts';
import { Visitor } from '../console/fixture.ts';
import { EdgeProcess, until, type Ready } from './edge-process.ts';

/** The status of one page, over a fresh connection. */
const statusOf = (origin: string, cookie: string): Promise<number | string> =>
  new Promise((resolve) => {
    request(`${origin}/accounts`, { agent: false, headers: { cookie } }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', (error) => resolve(String(error)))
      .end();
  });

describe('The console while a successor takes over', { timeout: 90_000 }, () => {
  let edge: EdgeProcess;
  let origin: string;
  let password: string;
  before(async () => {
    const [port = 0] = await freePorts(1);
    edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      `console: { listen: 127.0.0.1:${port} }`,
    ]);
    await edge.start();
    const added = await edge.done('console', 'user', 'add', 'anna', '--json');
    ({ password } = added as { readonly password: string });
    origin = readyNow().console ?? '';
  });
  after(() => edge.remove());

  const readyNow = (): Ready => JSON.parse(edge.readyLine.slice('ready '.length)) as Ready;

  it('answers whoever comes, and whoever has logged in stays so', async (test) => {
    const visitor = new Visitor(origin);
    assert.equal((await visitor.login('anna', password)).status, 303);
    const statuses = new Map<number | string, number>();
    let longestMs = 0;
    let looks = 0;
    let looking = true;
    const look = async (): Promise<void> => {
      while (looking) {
        const begunMs = performance.now();
        const status = await statusOf(origin, visitor.cookie);
        longestMs = Math.max(longestMs, performance.now() - begunMs);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        looks++;
      }
    };
    const lookers = [look(), look()];
    for (let generation = 0; generation < 2; generation++) {
      const before = looks;
      await until('pages were seen', () => looks > before + 20);
      await edge.succeed();
    }
    const before = looks;
    await until('pages were seen', () => looks > before + 20);
    looking = false;
    await Promise.all(lookers);
    test.diagnostic(`${looks} pages, the longest in ${Math.round(longestMs)} ms`);
    assert.deepEqual([...statuses.keys()], [200]);
    assert.equal(readyNow().console, origin);
  });
});
