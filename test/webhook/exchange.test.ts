import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dispatcher } from 'undici';
import { exchange, type Exchanged, type Sent } from '../../edge/webhook/exchange.ts';
import { FakeClock } from '../support/fake-clock.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One exchange with a dispatcher that does what the test says, when it says so. */
class Wire {
  readonly clock = new FakeClock();
  result: Exchanged | undefined;
  released = 0;
  aborted: Error | undefined;
  private handler: Required<Dispatcher.DispatchHandler> | undefined;

  constructor(more: Partial<Sent> = {}) {
    const dispatcher = {
      dispatch: (_: unknown, handler: Dispatcher.DispatchHandler) => {
        this.handler = handler as Required<Dispatcher.DispatchHandler>;
        return true;
      },
    } as unknown as Dispatcher;
    const sent: Sent = {
      origin: 'http://app.example',
      path: '/',
      method: 'POST',
      headers: [],
      connectTimeoutMs: 100,
      readTimeoutMs: 1000,
      deadlineMs: this.clock.monotonic() + 5000,
      bodyMaxBytes: 10,
      tooLarge: { code: 11750, detail: 'large' },
      ...more,
    };
    void exchange(dispatcher, this.clock, sent, () => this.released++).then(
      (result) => (this.result = result),
    );
  }

  private readonly controller = { abort: (reason: Error) => (this.aborted = reason) } as never;
  start = (): void => this.handler!.onRequestStart(this.controller, {});
  head = (status = 200, headers = {}): void =>
    this.handler!.onResponseStart(this.controller, status, headers);
  data = (text: string): void => this.handler!.onResponseData(this.controller, Buffer.from(text));
  end = (): void => this.handler!.onResponseEnd(this.controller, {});
  fail = (code: string): void =>
    this.handler!.onResponseError(this.controller, Object.assign(new Error(code), { code }));

  /** The failure's code and class; the test fails if there is none. */
  async failure(): Promise<readonly [number, string | undefined]> {
    await settled();
    assert.ok(this.result !== undefined && !this.result.ok, 'no failure');
    return [this.result.failure.code, this.result.failure.retry];
  }
}

describe('an exchange', () => {
  it('gives the answer back whole, and frees its connection once', async () => {
    const wire = new Wire();
    wire.start();
    wire.head(100);
    wire.head(200, { 'content-type': 'text/xml' });
    wire.data('ab');
    wire.data('cd');
    wire.end();
    await settled();
    assert.deepEqual(wire.result, {
      ok: true,
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: Buffer.from('abcd'),
      bodyBytes: 4,
    });
    assert.equal(wire.released, 1);
    assert.equal(wire.clock.timers, 0);
  });

  it('gives up connecting, and frees its connection only when that has ended', async () => {
    const wire = new Wire();
    wire.clock.advance(100);
    assert.deepEqual(await wire.failure(), [11201, 'ct']);
    assert.equal(wire.released, 0);
    wire.start();
    assert.ok(wire.aborted);
    wire.fail('UND_ERR_ABORTED');
    assert.equal(wire.released, 1);
  });

  it('gives up waiting for an answer', async () => {
    const wire = new Wire();
    wire.clock.advance(99);
    wire.start();
    wire.clock.advance(999);
    await settled();
    assert.equal(wire.result, undefined);
    wire.clock.advance(1);
    assert.deepEqual(await wire.failure(), [11205, 'rt']);
    assert.ok(wire.aborted);
  });

  it('lets an answer come slowly, but not stop', async () => {
    const wire = new Wire();
    wire.start();
    wire.head();
    for (let part = 0; part < 4; part++) {
      wire.clock.advance(900);
      wire.data('x');
    }
    await settled();
    assert.equal(wire.result, undefined);
    wire.clock.advance(1000);
    assert.deepEqual(await wire.failure(), [11205, undefined]);
  });

  it('ends at the deadline, whatever the phase', async () => {
    const connecting = new Wire({ connectTimeoutMs: 9000 });
    connecting.clock.advance(5000);
    assert.deepEqual(await connecting.failure(), [11203, undefined]);
    const receiving = new Wire();
    receiving.start();
    receiving.head();
    for (let part = 0; part < 9; part++) {
      receiving.data('x');
      receiving.clock.advance(600);
    }
    assert.deepEqual(await receiving.failure(), [11203, undefined]);
  });

  it('stops reading at the bound', async () => {
    for (const announced of [true, false]) {
      const wire = new Wire();
      wire.start();
      wire.head(200, announced ? { 'content-length': '11' } : {});
      if (!announced) wire.data('x'.repeat(11));
      assert.deepEqual(await wire.failure(), [11750, undefined]);
      assert.ok(wire.aborted);
    }
  });

  it("has no interest in an error's page, however large", async () => {
    const wire = new Wire();
    wire.start();
    wire.head(500);
    wire.data('x'.repeat(11));
    await settled();
    assert.ok(wire.result?.ok);
    assert.equal(wire.result.status, 500);
    assert.equal(wire.result.body.length, 0);
  });

  it('ends where the head of the answer is refused', async () => {
    const wire = new Wire({ inspect: (status) => ({ code: 12300, detail: String(status) }) });
    wire.start();
    wire.head(201);
    assert.deepEqual(await wire.failure(), [12300, undefined]);
  });

  const errors: readonly (readonly [string, number])[] = [
    ['ENOTFOUND', 11210],
    ['EAI_AGAIN', 11210],
    ['ECONNREFUSED', 11202],
    ['ETIMEDOUT', 11201],
    ['UND_ERR_CONNECT_TIMEOUT', 11201],
    ['ECONNRESET', 11205],
    ['EHOSTUNREACH', 11205],
    ['UND_ERR_SOCKET', 11205],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 11235],
    ['CERT_HAS_EXPIRED', 11236],
    ['SELF_SIGNED_CERT_IN_CHAIN', 11237],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 11237],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 11237],
    ['EPROTO', 11220],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 11220],
  ];
  for (const [name, code] of errors) {
    it(`names ${name} by ${code}, and retries it unless an answer had begun`, async () => {
      const before = new Wire();
      before.fail(name);
      assert.deepEqual(await before.failure(), [code, 'ct']);
      const within = new Wire();
      within.start();
      within.head();
      within.fail(name);
      assert.deepEqual(await within.failure(), [code, undefined]);
    });
  }
});
