import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createLog, type Level } from '../../../control/log/pino.ts';
import { redact, redactText, withoutCredentials } from '../../../control/log/redact.ts';

function lines(level: Level, use: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const written: string[] = [];
  use(createLog(level, { write: (line) => void written.push(line) }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('writes one JSON line an event, with its fields and those of its parents', () => {
    const [line, ...others] = lines('info', (log) =>
      log.child({ carrier: 'alpha' }).warn({ sid: 'SM1' }, 'not\nsent'),
    );
    assert.equal(others.length, 0);
    assert.ok(line !== undefined && typeof line['time'] === 'string');
    assert.deepEqual(
      { level: line['level'], carrier: line['carrier'], sid: line['sid'], message: line['message'] },
      { level: 'warn', carrier: 'alpha', sid: 'SM1', message: 'not\nsent' },
    );
  });

  it('keeps quiet below its level', () => {
    const written = lines('warn', (log) => {
      log.debug({}, 'a');
      log.info({}, 'b');
      log.error({}, 'c');
    });
    assert.deepEqual(
      written.map((line) => line['message']),
      ['c'],
    );
  });

  it('strikes secrets out of lines and of what children add', () => {
    const [line] = lines('info', (log) =>
      log
        .child({ auth_token: 's3cret' })
        .info({ url: 'smpp://u:s3cret@h:2775', deep: { Password: 's3cret' } }, 'bound'),
    );
    assert.ok(!JSON.stringify(line).includes('s3cret'));
    assert.ok(JSON.stringify(line).includes('smpp://[redacted]@h:2775'));
  });
});

describe('redaction', () => {
  it('strikes out whatever is named like a secret, at any depth', () => {
    const name = fc.constantFrom('password', 'authToken', 'Auth-Token', 'AUTHORIZATION', 'api_key', 'body');
    const wrap = fc.array(fc.constantFrom('a', 'b', 'list'), { maxLength: 8 });
    fc.assert(
      fc.property(name, wrap, (secretName, path) => {
        let fields: Record<string, unknown> = { [secretName]: 's3cret' };
        for (const step of path) fields = { [step]: step === 'list' ? [fields] : fields };
        assert.ok(!JSON.stringify(redact(fields)).includes('s3cret'));
      }),
    );
  });

  it('bounds what it is given: long texts, long lists, depth, cycles, octets', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const out = redact({
      text: 'x'.repeat(100_000),
      list: new Array(10_000).fill('y'.repeat(10)),
      octets: Buffer.alloc(10_000),
      big: 1n,
      cycle,
    });
    assert.ok(JSON.stringify(out).length < 5_000);
    assert.equal(out['octets'], '[10000 octets]');
  });

  it('tells errors with their cause, and no credentials of URLs in them', () => {
    const error = new TypeError('cannot reach https://a:s3cret@h', { cause: new Error('http://x:s3cret@y') });
    const out = JSON.stringify(redact({ error }));
    assert.ok(!out.includes('s3cret'));
    assert.ok(out.includes('"type":"TypeError"'));
  });

  it('strikes out the credentials of URLs, however they are written', () => {
    for (const [text, shown] of [
      ['https://u:s3cret@h/p?q=a@b', 'https://[redacted]@h/p?q=a@b'],
      ['smpp://u:s3@cret@h:2775', 'smpp://[redacted]@h:2775'],
      ['http:u:s3cret@h', 'http:[redacted]@h'],
      ['http:\\\\u:s3cret@h', 'http:\\\\[redacted]@h'],
      ['from HTTP://s3cret@h to wss://:s3cret@h.', 'from HTTP://[redacted]@h to wss://[redacted]@h.'],
      ['<sip:ann:s3/cret@h;transport=tls>', '<sip:ann:[redacted]@h;transport=tls>'],
      ['sip:ann@h:5060', 'sip:ann@h:5060'],
      ['https://h/p?mail=ann@h', 'https://h/p?mail=ann@h'],
      ['write to ann@h', 'write to ann@h'],
    ] as const)
      assert.equal(withoutCredentials(text), shown);
  });

  it('strikes out credentials that reach beyond what is shown of a text', () => {
    const text = `${'x'.repeat(1_900)} https://u:${'s3cret'.repeat(1_000)}@h`;
    assert.ok(!redactText(text).includes('s3cret'));
    assert.ok(withoutCredentials('sip:a:http:@'.repeat(100_000)).length < 20_000);
  });

  it('leaves its input as it was', () => {
    const fields = { password: 'x', nested: { body: 'y' } };
    redact(fields);
    assert.deepEqual(fields, { password: 'x', nested: { body: 'y' } });
  });
});
