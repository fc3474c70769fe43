import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCommand } from '../../../edge/sip/drachtio/command.ts';
import type { Command } from '../../../edge/sip/drachtio/command.ts';

function command<K extends Command['kind']>(text: string, kind: K): Extract<Command, { kind: K }> {
  const parsed = parseCommand(text);
  assert.ok(parsed.ok);
  assert.equal(parsed.value.kind, kind);
  return parsed.value as Extract<Command, { kind: K }>;
}

describe('parseCommand', () => {
  it('reads who an application is', () => {
    const { secret, tags } = command('1|authenticate|cymru|a,b', 'authenticate');
    assert.deepEqual([secret, tags], ['cymru', ['a', 'b']]);
    assert.deepEqual(command('1|authenticate|cymru|', 'authenticate').tags, []);
  });

  it('reads a request with its proxy, its fields and its body', () => {
    const text =
      '7|sip|||sip:192.0.2.1\r\nINVITE sip:bob@example.net SIP/2.0\r\nx-a: 1\r\nbad line\r\n\r\nv=0\r\n';
    const { proxy, transactionId, message } = command(text, 'sip');
    assert.deepEqual([proxy, transactionId, message.body], ['sip:192.0.2.1', '', 'v=0\r\n']);
    assert.deepEqual(message.line, { kind: 'request', method: 'INVITE', uri: 'sip:bob@example.net' });
    assert.equal(message.headers.get('X-A'), '1');
  });

  it('reads a response to a transaction', () => {
    const { transactionId, message } = command('7|sip|abc|\r\nSIP/2.0 486 Busy Here\r\n\r\n', 'sip');
    assert.equal(transactionId, 'abc');
    assert.deepEqual(message.line, { kind: 'response', status: 486, reason: 'Busy Here' });
  });

  it('reads a proxy wish, with its times', () => {
    const text =
      '9|proxy|abc|remainInDialog|fullResponse||serial|1500ms|20s|sip:a@b|sip:c@d\r\nINVITE sip:a@b SIP/2.0\r\n\r\n';
    const { wish } = command(text, 'proxy');
    assert.deepEqual(wish, {
      recordRoute: true,
      fullResponse: true,
      followRedirects: false,
      simultaneous: false,
      provisionalTimeoutMs: 1_500,
      finalTimeoutMs: 20_000,
      targets: ['sip:a@b', 'sip:c@d'],
    });
  });

  it('refuses what it does not know, in words, and names the message', () => {
    for (const text of [
      '5|dance',
      '5|sip|a|b',
      '5|sip|a|b\r\nnonsense\r\n\r\n',
      '5|proxy|abc\r\nINVITE sip:a SIP/2.0\r\n\r\n',
    ]) {
      const parsed = parseCommand(text);
      assert.ok(!parsed.ok);
      assert.equal(parsed.error.id, '5');
    }
  });

  it('never throws', () => {
    const words = fc.array(
      fc.oneof(fc.constantFrom('|', '\r\n', 'sip', 'proxy', 'SIP/2.0', ' ', ':'), fc.string()),
    );
    fc.assert(fc.property(words, (parts) => void parseCommand(parts.join(''))));
  });
});
