import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, afterEach, describe, it, type TestContext } from 'node:test';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { freePorts } from '../peers/ports.ts';
import { carrierLines, EdgeProcess, runs, until, type Credentials } from './edge-process.ts';
import { Rest } from './rest.ts';
import { Traffic, type Pulse } from './traffic.ts';

const from = '+14155550100';

/** A connection that waited unaccepted at the moment in which a listening socket was closed is reset without it. */
const migrates = readFileSync('/proc/sys/net/ipv4/tcp_migrate_req', 'latin1').trim() === '1';

const pulseText = (name: string, { count, longestMs }: Pulse): string =>
  `${name}: ${count} acknowledged, the longest pause ${Math.round(longestMs)} ms`;

describe('a successor', { timeout: 120_000 }, () => {
  const smsc = new FastSmsc({ keep: true });
  let carrierPort: number;
  let edge: EdgeProcess;
  let account: Credentials;
  let login: { readonly system_id: string; readonly password: string };
  let httpPort: number;
  let smppPort: number;
  let seen = 0;

  before(async () => {
    carrierPort = await smsc.listen();
  });
  after(() => smsc.close());
  beforeEach(async () => {
    [httpPort = 0, smppPort = 0] = await freePorts(2);
    edge = await EdgeProcess.create(() => [
      `http: { listen: 127.0.0.1:${httpPort} }`,
      `smpp: { listen: 127.0.0.1:${smppPort} }`,
      ...carrierLines(carrierPort),
    ]);
    account = await edge.account([from]);
    login = (await edge.done('account', 'smpp', account.sid, '--json')) as typeof login;
    await edge.start();
    await until('the link is bound', () => smsc.counts.boundNow === 1);
    seen = [...smsc.record.messages()].length;
  });
  afterEach(() => edge.remove());

  const begin = (): Traffic =>
    new Traffic({
      account,
      api: `http://127.0.0.1:${httpPort}`,
      smpp: { port: smppPort, systemId: login.system_id, password: login.password },
      from,
    });

  /** How often the carrier has taken each body. */
  const taken = (): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const { body } of [...smsc.record.messages()].slice(seen))
      counts.set(body, (counts.get(body) ?? 0) + 1);
    return counts;
  };

  /** Waits until traffic of every kind has been acknowledged so many times more. */
  const more = async (traffic: Traffic, count: number): Promise<void> => {
    const begun = traffic.counts;
    await until(`${count} more by each way`, () =>
      traffic.counts.every((now, way) => now - (begun[way] ?? 0) >= count),
    );
  };

  /** Everything acknowledged has been taken, and once alone. */
  const settled = async (traffic: Traffic): Promise<void> => {
    await until('all is submitted', () => {
      const counts = taken();
      return [...traffic.acknowledged].every((body) => counts.has(body));
    });
    const counts = taken();
    assert.deepEqual(
      [...traffic.acknowledged].filter((body) => counts.get(body) !== 1),
      [],
    );
    const { api } = JSON.parse(edge.readyLine.slice('ready '.length)) as { api: string };
    const rest = new Rest(api, account);
    await until('nothing waits', async () => (await rest.list()).every(({ status }) => status === 'sent'));
    assert.deepEqual(
      edge.log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line)),
      [],
    );
  };

  const tell = (test: TestContext, traffic: Traffic): void => {
    test.diagnostic(pulseText('REST on kept connections', traffic.kept));
    test.diagnostic(pulseText('REST on fresh connections', traffic.fresh));
    test.diagnostic(pulseText('SMPP', traffic.smpp));
    for (const [, yieldMs, openMs] of edge.log.matchAll(/"yieldMs":(\d+),"openMs":(\d+)/g))
      test.diagnostic(`yielded in ${yieldMs} ms, open in ${openMs} ms`);
  };

  it('takes the place of the edge under load, and another its own', async (test) => {
    const traffic = begin();
    const processes = [edge.pid];
    await more(traffic, 50);
    for (let generation = 0; generation < 3; generation++) {
      await edge.succeed();
      await more(traffic, 50);
      processes.push(edge.pid);
    }
    await traffic.stop();
    tell(test, traffic);
    const resets = traffic.failures.filter((failure) => /^fresh: .*ECONNRESET/.test(failure));
    test.diagnostic(
      `${resets.length} fresh connections reset; net.ipv4.tcp_migrate_req is ${migrates ? 1 : 0}`,
    );
    assert.deepEqual(
      traffic.failures.filter((failure) => migrates || !resets.includes(failure)),
      [],
    );
    assert.equal(new Set(processes).size, 4);
    await settled(traffic);
    await until('those before have ended', () => processes.slice(0, 2).every((pid) => !runs(pid)));
    await edge.stop();
  });
});
