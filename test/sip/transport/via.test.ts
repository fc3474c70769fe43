import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Headers } from '../../../edge/sip/message/headers.ts';
import { noBody } from '../../../edge/sip/message/message.ts';
import type { SipRequest } from '../../../edge/sip/message/message.ts';
import { topVia } from '../../../edge/sip/message/via.ts';
import type { Flow } from '../../../edge/sip/transport/flow.ts';
import { responsePort, stampVia } from '../../../edge/sip/transport/via.ts';

const flow: Flow = {
  endpoint: { transport: 'udp', host: '192.0.2.1', port: 5060, sentBy: () => '192.0.2.1:5060' },
  host: '198.51.100.7',
  port: 40_000,
  connection: undefined,
};

function stamped(via: string): { value: string | undefined; port: number } {
  const request: SipRequest = {
    kind: 'request',
    method: 'OPTIONS',
    uri: 'sip:a',
    headers: Headers.of([['Via', via]]),
    body: noBody,
  };
  const top = topVia(request);
  assert.ok(top !== undefined);
  stampVia(request, top, flow);
  return { value: request.headers.get('via'), port: responsePort(top, flow) };
}

describe('the way back (RFC 3261 §18.2, RFC 3581)', () => {
  it('notes address and port of who asked for it, and answers there', () => {
    const { value, port } = stamped('SIP/2.0/UDP 10.0.0.1:5066;branch=z9hG4bKx;rport');
    assert.equal(value, 'SIP/2.0/UDP 10.0.0.1:5066;branch=z9hG4bKx;rport=40000;received=198.51.100.7');
    assert.equal(port, 40_000);
  });

  it('notes the address of who did not, and answers to the port of sent-by', () => {
    const { value, port } = stamped('SIP/2.0/UDP 10.0.0.1:5066;branch=z9hG4bKx, SIP/2.0/UDP h');
    assert.equal(value, 'SIP/2.0/UDP 10.0.0.1:5066;branch=z9hG4bKx;received=198.51.100.7, SIP/2.0/UDP h');
    assert.equal(port, 5066);
  });

  it('notes nothing where sent-by is true, and answers to 5060 where it has no port', () => {
    assert.deepEqual(stamped('SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx'), {
      value: 'SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx',
      port: 5060,
    });
  });
});
