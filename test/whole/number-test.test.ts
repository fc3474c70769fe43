import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LoopbackCarrier } from '../../edge/loopback/carrier.ts';
import { busyHere, plainCallBehaviour } from '../../edge/loopback/voice/behaviour.ts';
import { LoopbackTrunk } from '../../edge/loopback/voice/trunk.ts';
import { status } from '../../edge/smpp/status.ts';
import { Application } from '../peers/application.ts';
import { freePorts } from '../peers/ports.ts';
import { clientAt } from './calls-fixture.ts';
import { EdgeProcess, type Credentials } from './edge-process.ts';

const numbers = Array.from({ length: 4 }, (_, n) => `+1415555010${n}`);
const [good = '', other = '', dead = '', sold = ''] = numbers;

interface Tested {
  readonly e164: string;
  readonly result: string;
  readonly state: string;
  readonly message: { readonly result: string; readonly why: string | null };
  readonly call: { readonly result: string; readonly why: string | null };
}

describe('strowger number test', () => {
  let edge: EdgeProcess;
  let carrier: LoopbackCarrier;
  let trunk: LoopbackTrunk;
  let application: Application;
  let account: Credentials;
  let api = '';

  const test = async (
    ...words: string[]
  ): Promise<{ status: number; rows: readonly Tested[]; err: string }> => {
    const ended = await edge.run('number', 'test', ...words, '--json');
    return { status: ended.status, rows: (ended.json ?? []) as readonly Tested[], err: ended.err };
  };
  const stateOf = async (e164: string): Promise<unknown> =>
    ((await edge.run('number', 'show', e164, '--json')).json as { state: string }).state;

  before(async () => {
    const [sipPort = 0] = await freePorts(1);
    carrier = new LoopbackCarrier({ ownPrefixes: ['+1415555'] });
    await carrier.listen();
    trunk = await LoopbackTrunk.open({
      peer: `sip:127.0.0.1:${sipPort};transport=udp`,
      ownPrefixes: ['+1415555'],
      media: { address: '127.0.0.1', ports: { first: 9_200, last: 9_299 } },
    });
    application = await Application.open();
    edge = await EdgeProcess.create(() => [
      'http: { listen: 127.0.0.1:0 }',
      'webhooks: { allowPrivate: true }',
      `sip: { listen: ["udp:127.0.0.1:${sipPort}", "tcp:127.0.0.1:${sipPort}"] }`,
      'media: { address: 127.0.0.1, ports: 39600-39699, workers: 1 }',
      'inventory: { testNumbers: true, test: { patienceSeconds: 3 } }',
      'carriers:',
      '  - name: alpha',
      '    routes: [ { prefix: "+", cost: 1 } ]',
      `    smpp: { url: "smpp://user:secret@127.0.0.1:${carrier.address.port}" }`,
      `    sip: { proxy: "sip:127.0.0.1:${trunk.address.port};transport=udp", accept: ["127.0.0.1"], cps: 100 }`,
    ]);
    account = await edge.account([]);
    application.token = account.token;
    const csv = join(edge.folder, 'numbers.csv');
    const lines = numbers.map((e164) => `${e164},US,local,true,true,alpha`);
    await writeFile(csv, ['e164,country,type,sms,voice,carrier', ...lines].join('\n'));
    await edge.done('number', 'import', csv, '--json');
    api = (await edge.start()).api;
    // What is tested needs the link to be bound.
    while ((await test(good)).rows[0]?.message.result !== 'passed');
  });

  after(async () => {
    await edge.remove();
    await application.close();
    await closeCarrier();
  });

  let closed = false;
  async function closeCarrier(): Promise<void> {
    if (closed) return;
    closed = true;
    await trunk.close();
    await carrier.close();
  }

  it('puts what passes on sale, and holds back what fails, with the reason', async () => {
    assert.equal(await stateOf(good), 'available');
    await trunk.behave({
      fates: {
        ...plainCallBehaviour.fates,
        bySuffix: [{ suffix: dead.slice(-2), fate: { kind: 'refused', status: busyHere } }],
      },
    });
    const { status: ended, rows, err } = await test('--imported');
    assert.deepEqual([ended, err], [1, 'strowger: 1 of 3 numbers did not pass\n']);
    assert.deepEqual(
      rows.map(({ e164, result, state }) => [e164, result, state]),
      [
        [other, 'passed', 'available'],
        [dead, 'failed', 'held'],
        [sold, 'passed', 'available'],
      ],
    );
    assert.deepEqual(rows[1]?.call, { result: 'failed', why: 'refused (SIP 486)' });
    const shown = (await edge.run('number', 'show', dead, '--json')).json as Record<string, unknown>;
    assert.deepEqual([shown['held_by'], shown['reason']], ['test', 'call refused (SIP 486)']);
    await trunk.behave(plainCallBehaviour);
    const again = await test('--held');
    assert.deepEqual(
      [again.status, again.rows.map(({ e164, state }) => [e164, state])],
      [0, [[dead, 'available']]],
    );
  });

  it('only tells of a number that an account has, whose application hears nothing of it', async () => {
    const script = application.script();
    const client = clientAt(api, account);
    await client.incomingPhoneNumbers.create({
      phoneNumber: sold,
      smsUrl: script.on('sms', '<Response/>'),
      voiceUrl: script.on('voice', '<Response/>'),
    });
    assert.equal((await test(sold)).status, 0);
    carrier.behave({
      fates: {
        delayMs: 0,
        bySuffix: [{ suffix: sold.slice(-2), state: 'UNDELIVERABLE' }],
        undeliveredShare: 0,
        expiredShare: 0,
      },
    });
    const lost = await test(sold);
    assert.deepEqual(
      [lost.rows[0]?.result, lost.rows[0]?.state, lost.rows[0]?.message, lost.rows[0]?.call.result],
      ['failed', 'assigned', { result: 'failed', why: 'not back in 3 s' }, 'passed'],
    );
    carrier.behave({ fates: { delayMs: 0, bySuffix: [], undeliveredShare: 0, expiredShare: 0 } });
    assert.deepEqual(script.asked, []);
    assert.deepEqual(await client.messages.list(), []);
    assert.deepEqual(await client.calls.list(), []);
    const records = await client.usage.records.allTime.list();
    assert.deepEqual(
      records.filter(({ category, count }) => /^(sms|calls)/.test(category) && Number(count) !== 0),
      [],
    );
  });

  it('tells a refusal of the message, and says nothing of a number whose carrier is down', async () => {
    carrier.behave({
      failures: {
        bySuffix: [{ suffix: good.slice(-2), status: status.ESME_RINVDSTADR }],
        share: 0,
        status: 0,
      },
    });
    const refused = await test(good);
    assert.deepEqual(refused.rows[0]?.message, { result: 'failed', why: 'refused (status 0xb)' });
    assert.equal(await stateOf(good), 'held');
    await closeCarrier();
    const { rows } = await test(other);
    assert.deepEqual(
      [rows[0]?.message.result, rows[0]?.call.result, rows[0]?.state],
      ['undone', 'undone', 'available'],
    );
    const report = await edge.run('number', 'tests');
    assert.match(report.out, new RegExp(`\\${good} .* refused \\(status 0xb\\) +passed\\n`));
    for (const line of report.out.split('\n')) assert.ok(line.length <= 100, line);
    await edge.stop();
    assert.match((await test(good)).err, /the edge is not running/);
  });
});
