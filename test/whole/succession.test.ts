import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, describe, it, type TestContext } from 'node:test';
import { textKey } from '../../control/store/keys.ts';
import { Store } from '../../control/store/store.ts';
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

  /** Everything acknowledged has been taken, and once alone; so many successors have `failed`. */
  const settled = async (traffic: Traffic, failed = 0): Promise<void> => {
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
    const errors = edge.log.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
    assert.equal(errors.length, failed, errors.join('\n'));
  };

  /** How many successions have failed, as the metrics of the edge tell. */
  const failed = async (stage: string): Promise<number> => {
    const { metrics } = JSON.parse(edge.readyLine.slice('ready '.length)) as { metrics: string };
    const text = await (await fetch(`${metrics}/metrics`)).text();
    return Number(
      new RegExp(`strowger_succession_failures_total\\{stage="${stage}"\\} (\\d+)`).exec(text)?.[1],
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

  it('that cannot start changes nothing', async () => {
    const traffic = begin();
    await more(traffic, 20);
    const { pid } = edge;
    const good = readFileSync(edge.config, 'utf8');
    writeFileSync(edge.config, `${good}nonsense: 1\n`);
    await edge.beginSuccession();
    await until('it is given up', () => edge.log.includes('the successor could not be started'));
    await more(traffic, 20);
    writeFileSync(edge.config, good);
    assert.equal(edge.pid, pid);
    assert.equal(await failed('start'), 1);
    await traffic.stop();
    assert.deepEqual(traffic.failures, []);
    await settled(traffic, 1);
    await edge.stop();
  });

  it('that is older than the store changes nothing', async () => {
    const store = new Store(join(edge.folder, 'data'));
    store.table<string, number>({ name: 'request-limits', key: textKey, version: 99 }).put('a', 1);
    await store.close();
    const traffic = begin();
    const { pid } = edge;
    await edge.beginSuccession();
    await until('it is given up', () => edge.log.includes('the successor could not be started'));
    await more(traffic, 20);
    assert.match(edge.log, /a newer build has written to this store \(table request-limits: version 99/);
    assert.equal(edge.pid, pid);
    await traffic.stop();
    assert.deepEqual(traffic.failures, []);
    await settled(traffic, 1);
    await edge.stop();
    await assert.rejects(edge.done('account', 'list'), /a newer build has written to this store/);
  });

  it('that fails with the work in hand gives it back', async () => {
    const traffic = begin();
    await more(traffic, 20);
    const good = readFileSync(edge.config, 'utf8');
    // An address that is no interface's: it is bound when all has been handed over.
    writeFileSync(edge.config, good.replace(/^metrics: .*$/m, 'metrics: { listen: 192.0.2.1:9 }'));
    await edge.beginSuccession();
    await until('the edge takes it up again', () => edge.log.includes('takes the work up again'));
    await more(traffic, 20);
    writeFileSync(edge.config, good);
    await edge.succeed();
    await more(traffic, 20);
    await traffic.stop();
    assert.deepEqual(
      traffic.failures.filter((failure) => migrates || !failure.startsWith('fresh: Error: read ECONNRESET')),
      [],
    );
    await settled(traffic, 1);
    await edge.stop();
  });

  it('loses nothing where either process is killed in the middle', async () => {
    const traffic = begin();
    await more(traffic, 20);
    const successor = await edge.beginSuccession();
    process.kill(successor, 'SIGKILL');
    await until('it is given up', () => edge.log.includes('the successor could not be started'));
    await more(traffic, 20);
    const orphan = await edge.beginSuccession();
    await edge.stop('SIGKILL');
    // It takes the work up by itself; a service manager would have ended it, and started another.
    await until('the successor serves', () => edge.log.split('"state":"bound"').length > 2);
    await more(traffic, 20);
    await traffic.stop();
    edge.follow(orphan);
    const counts = taken();
    await until('all is submitted', () => {
      const now = taken();
      return [...traffic.acknowledged].every((body) => now.has(body));
    });
    assert.ok(counts.size > 0);
    await edge.stop();
  });
});
