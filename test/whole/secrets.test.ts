import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { watchEdge } from '../../control/events/client.ts';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { freePorts } from '../peers/ports.ts';
import { SipRegistrar } from '../peers/sip-registrar.ts';
import { authority } from '../support/authority.ts';
import { carrierLines, EdgeProcess, until, type Credentials } from './edge-process.ts';
import { inClear, planted, Planter } from './secrets-planter.ts';

const number = '+14155550100';

/** What an operator asks while the edge runs, beside what is asked of the account. */
const commands: readonly string[][] = [
  ['status', '--json'],
  ['check', '--json'],
  ['doctor', '--json'],
  ['audit', '--json'],
  ['audit'],
  ['trace', '--no-follow', '--json'],
  ['trace', '--no-follow'],
  ['account', 'list', '--json'],
  ['usage', 'details', '--json'],
  ['console', 'user', 'list', '--json'],
  ['seal', 'show', '--json'],
];

describe('the secrets of a whole edge', { timeout: 240_000 }, () => {
  const smsc = new FastSmsc({ keep: true, password: planted.carrierPassword });
  const tls = authority('authority.example').issue('edge.example', []);
  const said: string[] = [];
  const watching = new AbortController();
  let registrar: SipRegistrar;
  let edge: EdgeProcess;
  let account: Credentials;
  let planter: Planter;

  const data = (): string => join(edge.folder, 'data');

  before(async () => {
    const smscPort = await smsc.listen();
    registrar = await SipRegistrar.open(planted.trunkPassword);
    const [httpPort = 0, consolePort = 0, sipPort = 0] = await freePorts(3);
    edge = await EdgeProcess.create();
    writeFileSync(join(edge.folder, 'edge.crt'), tls.cert);
    writeFileSync(join(edge.folder, 'edge.key'), tls.key, { mode: 0o600 });
    const files = 'certificate: edge.crt, key: edge.key';
    const [carriers = '', ...lines] = carrierLines(smscPort);
    await edge.configure([
      `data: ${data()}`,
      'metrics: { listen: 127.0.0.1:0 }',
      'log: { level: trace }',
      'domain: edge.example',
      `http: { listen: 127.0.0.1:${httpPort} }`,
      `https: { listen: 127.0.0.1:0, ${files} }`,
      `console: { listen: 127.0.0.1:${consolePort} }`,
      'webhooks: { allowPrivate: true }',
      'smpp: { listen: 127.0.0.1:0 }',
      `sip: { listen: [ "udp:127.0.0.1:${sipPort}", "tls:127.0.0.1:0" ], tls: { ${files} } }`,
      'media: { address: 127.0.0.1, workers: 1 }',
      carriers,
      '  - name: beta',
      '    sip:',
      `      proxy: "sip:127.0.0.1:${registrar.port}"`,
      '      username: line-7',
      `      password: ${planted.trunkPassword}`,
      '      register: true',
      '    routes: [ { prefix: "+", cost: 1 } ]',
      ...lines.map((line) => line.replace('edge:secret', `edge:${planted.carrierPassword}`)),
    ]);
    account = await edge.account([number]);
    const short = (await edge.done('account', 'smpp', account.sid, '--json')) as { password: string };
    const operator = (await edge.done('console', 'user', 'add', 'ann', '--json')) as { password: string };
    const { smpp, metrics } = await edge.start();
    const events = await watchEdge(join(data(), 'control.sock'), watching.signal);
    assert.ok(events.ok, 'the control socket answers');
    void (async () => {
      for await (const event of events.value) said.push(JSON.stringify(event));
    })();
    planter = new Planter({
      account,
      number,
      api: `http://127.0.0.1:${httpPort}`,
      console: `http://127.0.0.1:${consolePort}`,
      smppPort: Number(smpp?.split(':')[1]),
      sipPort,
    });
    planter.add('auth token', account.token);
    planter.add('SMPP password', short.password);
    planter.add('operator’s password', operator.password);
    planter.add('seal key', readFileSync(join(data(), 'keys', 'seal.key'), 'utf8').trim());
    planter.add('TLS key', tls.key.split('\n')[1] ?? '');
    await until('the link is bound', () => smsc.counts.boundNow > 0);
    await registrar.registered();
    for (const proof of registrar.proofs) planter.add('digest', /response="(\w+)"/.exec(proof)?.[1] ?? '');

    await planter.rest();
    await planter.console(operator.password);
    await planter.smpp();
    await planter.sip();
    const inbound = { count: 1, source: '13125552003', destination: number.slice(1) };
    assert.ok(smsc.sendInbound({ ...inbound, body: planted.inboundBody }), 'a session is bound');
    // Nothing listens at port 9: 11202, the connection was refused.
    for (const path of ['/cat.jpg', '/status', '/sms', '/voice'])
      await until(`the failure of ${path} is told of`, () =>
        said.some((line) => line.includes('"code":11202') && line.includes(path)),
      );
    for (const page of ['metrics', 'healthz']) said.push(await (await fetch(`${metrics}/${page}`)).text());
    for (const words of commands) {
      const { out, err } = await edge.run(...words);
      assert.ok(`${out}${err}` !== '', words.join(' '));
      said.push(out, err);
    }
  });
  after(async () => {
    watching.abort();
    await edge.remove();
    await smsc.close();
    registrar.close();
  });

  it('are in no line of its log, at the most talkative level', () => {
    assert.match(edge.log, /"level":"debug"/);
    assert.deepEqual(planter.found(edge.log), []);
  });

  it('are in nothing that it tells operators while it runs', () => {
    assert.ok(
      said.some((text) => text.includes('strowger_messages_total')),
      'metrics were read',
    );
    for (const text of said) assert.deepEqual(planter.found(text), [], text);
  });

  it('are in no file but those that are for them', async () => {
    assert.equal(await edge.stop(), 0);
    const files = readdirSync(data(), { recursive: true, encoding: 'utf8' });
    assert.ok(files.includes('store.lmdb'), 'the store is looked at');
    for (const file of files) {
      const path = join(data(), file);
      if (!statSync(path).isFile() || file === join('keys', 'seal.key')) continue;
      const bytes = readFileSync(path);
      const allowed = file.startsWith('store.lmdb') ? inClear : [];
      assert.deepEqual([file, ...planter.found(bytes, allowed)], [file]);
      // What lies there in clear is found, so the rest would be, too.
      if (file === 'store.lmdb') assert.ok(planter.found(bytes).includes('body'), 'the body of a message');
    }
  });
});
