import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Histogram } from '../../benchmarks/support/histogram.ts';
import { runHttpLoad } from '../../benchmarks/support/http-load.ts';
import { createMessage, senderNumber, submitSm } from '../../benchmarks/support/requests.ts';
import { runSmppLoad } from '../../benchmarks/support/smpp-load.ts';
import { fill, template } from '../../benchmarks/support/template.ts';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { takeCensus } from '../peers/smsc-record.ts';

describe('the histogram', () => {
  it('finds every percentile within 1 %', () => {
    const values = fc.array(fc.nat(2 ** 31 - 1), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, fraction) => {
        const histogram = new Histogram();
        for (const value of all) histogram.add(value);
        const sorted = all.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(all.length * fraction)) - 1]!;
        const found = histogram.percentile(fraction);
        assert.ok(found >= exact && found <= exact * 1.01 + 1, `${found} for ${exact}`);
        assert.equal(histogram.max, sorted.at(-1));
      }),
    );
  });

  it('comes back from its state', () => {
    const histogram = new Histogram();
    for (const value of [1, 100, 10_000, 1_000_000]) histogram.add(value);
    const copy = new Histogram(histogram.state());
    assert.deepEqual(copy.state(), histogram.state());
    assert.equal(copy.percentile(0.5), histogram.percentile(0.5));
  });

  it('is 0 while empty', () => assert.equal(new Histogram().percentile(0.99), 0));
});

describe('a request template', () => {
  it('becomes a different message by its number', () => {
    const { bytes, holes } = template('a<x:3>b<y:5>c', { x: 10 });
    fill(bytes, 0, holes, 1234);
    assert.equal(bytes.toString(), 'a004b01234c');
  });

  it('says the length of its body', () => {
    const text = createMessage('localhost', 'AC0', 'token', { senders: 10 }).bytes.toString('latin1');
    const [head, body] = text.split('\r\n\r\n') as [string, string];
    assert.equal(Number(/Content-Length: (\d+)/.exec(head)?.[1]), body.length);
    assert.equal(new URLSearchParams(body).get('From'), senderNumber(0));
  });
});

describe('the HTTP load', () => {
  const once = async (pace: 'closed' | { perSecond: number }) => {
    const numbers: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const number = form.get('Body')?.split('#')[1] ?? '';
        numbers.push(number);
        response.writeHead(number.endsWith('7') ? 429 : 201).end('{"some":"json"}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const result = await runHttpLoad({
      port: (server.address() as AddressInfo).port,
      template: createMessage('localhost', 'AC0', 'token', { senders: 3 }),
      connections: 4,
      firstNumber: 100,
      requests: 20,
      durationMs: 60_000,
      pace,
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return { result, numbers: numbers.map(Number).sort((a, b) => a - b) };
  };

  for (const pace of ['closed', { perSecond: 1000 }] as const) {
    it(`sends each number once and counts the answers (${JSON.stringify(pace)})`, async () => {
      const { result, numbers } = await once(pace);
      assert.deepEqual(
        numbers,
        Array.from({ length: 20 }, (_, index) => 100 + index),
      );
      assert.equal(result.sent, 20);
      assert.equal(result.accepted, 18);
      assert.deepEqual(result.others, { 429: 2 });
      assert.equal(new Histogram(result.latencyUs).count, 20);
    });
  }
});

describe('the SMPP load', () => {
  const load = {
    systemId: 'AC0',
    password: 'token',
    template: submitSm({ senders: 3 }),
    window: 10,
    firstNumber: 0,
    requests: 100,
    durationMs: 60_000,
  };

  it('has every message answered', async () => {
    const smsc = new FastSmsc({ keep: true, throttleEvery: 50 });
    const port = await smsc.listen();
    const result = await runSmppLoad({ ...load, port });
    await smsc.close();
    assert.equal(result.accepted, 98);
    assert.deepEqual(result.others, { 0x58: 2 });
    const census = takeCensus(smsc.record.messages(), 100);
    assert.deepEqual(census.missingFirst, [49, 99]);
    assert.equal(census.outOfOrder + census.duplicates + census.unnumbered, 0);
  });

  it('says so when its bind is refused', async () => {
    const smsc = new FastSmsc({ password: 'other' });
    const port = await smsc.listen();
    await assert.rejects(runSmppLoad({ ...load, port }), /bind refused with status 14/);
    await smsc.close();
  });
});
