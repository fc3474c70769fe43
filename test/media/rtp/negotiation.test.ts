import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agreed } from '../../../media/rtp/session.ts';
import { linesOf, negotiation, sdp, versionOf } from './support.ts';
import type { SdpParts } from './support.ts';

const key = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';

function answered(to: ReturnType<typeof negotiation>, parts: SdpParts): { agreed: Agreed; body: string } {
  const judged = to.answer(sdp(parts));
  assert.ok(judged.ok, judged.ok ? '' : judged.error);
  const { agreed } = judged.value;
  return { agreed, body: judged.value.write(agreed.srtp && { ...agreed.srtp, keyBase64: 'b'.repeat(40) }) };
}

function refused(to: ReturnType<typeof negotiation>, parts: SdpParts): string {
  const judged = to.answer(sdp(parts));
  assert.ok(!judged.ok);
  return judged.error;
}

describe('an answer', () => {
  it('takes static payload types without an rtpmap, and the first of our preference', () => {
    const { agreed, body } = answered(negotiation(['PCMU', 'PCMA']), {
      media: ['m=audio 4000 RTP/AVP 8 0 18'],
    });
    assert.equal(agreed.codec, 'PCMU');
    assert.deepEqual(linesOf(body, 'm='), ['m=audio 20000 RTP/AVP 0']);
    assert.deepEqual(agreed.address, { ip: '192.0.2.1', port: 4_000, rtcpPort: 4_001 });
  });

  it('keeps the number that the offer gave telephone events', () => {
    const media = ['m=audio 4000 RTP/AVP 0 96 13', 'a=rtpmap:96 telephone-event/8000'];
    const { agreed, body } = answered(negotiation(), { media });
    assert.equal(agreed.events, 96);
    assert.equal(agreed.comfortNoise, true);
    assert.deepEqual(linesOf(body, 'm='), ['m=audio 20000 RTP/AVP 0 96 13']);
    assert.ok(body.includes('a=rtpmap:96 telephone-event/8000'));
    assert.ok(body.includes('a=fmtp:96 0-16'));
  });

  it('is of the family of the offer, where we have an address of it', () => {
    const six = { connection: 'IN IP6 2001:db8::7' };
    assert.equal(refused(negotiation(), six), 'no-common-address');
    const both = negotiation(['PCMU'], 'never', '203.0.113.9', '2001:db8::9');
    const { body } = answered(both, six);
    assert.deepEqual(linesOf(body, 'c='), ['c=IN IP6 2001:db8::9']);
    assert.match(body, /^o=- 77 1 IN IP6 2001:db8::9\r$/m);
    assert.equal(refused(both, {}), 'no-common-address', 'the session has its address');
    assert.deepEqual(linesOf(answered(both, { connection: 'IN IP6 ::' }).body, 'c='), [
      'c=IN IP6 2001:db8::9',
    ]);
  });

  it('does not take telephone events of another clock', () => {
    const media = ['m=audio 4000 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/48000'];
    assert.equal(answered(negotiation(), { media }).agreed.events, undefined);
  });

  it('rejects other lines in their place', () => {
    const media = ['m=video 5000 RTP/AVP 99', 'm=audio 4000 RTP/AVP 0', 'm=application 6000 UDP/BFCP *'];
    const { body } = answered(negotiation(), { media });
    assert.deepEqual(linesOf(body, 'm='), [
      'm=video 0 RTP/AVP 99',
      'm=audio 20000 RTP/AVP 0',
      'm=application 0 UDP/BFCP *',
    ]);
  });

  it('takes the first of several audio lines that is open', () => {
    const media = ['m=audio 0 RTP/AVP 0', 'm=audio 4000 RTP/AVP 0', 'm=audio 4002 RTP/AVP 0'];
    assert.deepEqual(linesOf(answered(negotiation(), { media }).body, 'm='), [
      'm=audio 0 RTP/AVP 0',
      'm=audio 20000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 0',
    ]);
  });

  it('mirrors hold, whether by direction or by 0.0.0.0', () => {
    for (const [direction, answer] of [
      ['sendonly', 'recvonly'],
      ['recvonly', 'sendonly'],
      ['inactive', 'inactive'],
      ['sendrecv', 'sendrecv'],
    ] as const) {
      const { body, agreed } = answered(negotiation(), {
        media: ['m=audio 4000 RTP/AVP 0', `a=${direction}`],
      });
      assert.ok(body.includes(`a=${answer}`), direction);
      assert.equal(agreed.direction, answer);
    }
    const held = answered(negotiation(), { connection: 'IN IP4 0.0.0.0' });
    assert.equal(held.agreed.address, undefined);
    assert.equal(held.agreed.direction, 'recvonly');
    // A direction of the whole session counts where the line has none.
    assert.equal(answered(negotiation(), { attributes: ['a=sendonly'] }).agreed.direction, 'recvonly');
  });

  it('prefers the address of the line, and heeds the RTCP attribute', () => {
    const media = ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 192.0.2.77', 'a=rtcp:4711'];
    assert.deepEqual(answered(negotiation(), { media }).agreed.address, {
      ip: '192.0.2.77',
      port: 4_000,
      rtcpPort: 4_711,
    });
  });

  it('speaks IPv6', () => {
    const { agreed, body } = answered(negotiation(['PCMU'], 'never', '2001:db8::1'), {
      connection: 'IN IP6 2001:db8::2',
    });
    assert.equal(agreed.address?.ip, '2001:db8::2');
    assert.deepEqual(linesOf(body, 'c='), ['c=IN IP6 2001:db8::1']);
    assert.ok(body.includes('IN IP6 2001:db8::1'));
  });

  it('says why it refuses', () => {
    assert.equal(refused(negotiation(), { media: ['m=audio 4000 RTP/AVP 18'] }), 'no-common-codec');
    assert.equal(refused(negotiation(['PCMA']), { media: ['m=audio 4000 RTP/AVP 0'] }), 'no-common-codec');
    assert.equal(refused(negotiation(), { media: ['m=video 4000 RTP/AVP 99'] }), 'no-audio');
    assert.equal(refused(negotiation(), { media: ['m=audio 0 RTP/AVP 0'] }), 'no-audio');
    assert.equal(refused(negotiation(), { media: [] }), 'malformed');
    assert.equal(refused(negotiation(), { media: ['m=audio 4000 RTP/SAVP 0'] }), 'encryption-required');
    for (const text of ['', 'v=1', 'not sdp at all', 'v=0\r\n' + 'a=x\r\n'.repeat(10_000)]) {
      const judged = negotiation().answer(text);
      assert.ok(!judged.ok && judged.error === 'malformed', text.slice(0, 20));
    }
  });

  it('raises the version when the body changes, and only then', () => {
    const session = negotiation();
    const first = answered(session, {}).body;
    assert.equal(answered(session, {}).body, first);
    const held = answered(session, { attributes: ['a=sendonly'] }).body;
    assert.equal(versionOf(held), versionOf(first) + 1);
    assert.equal(linesOf(held, 'o=')[0]?.split(' ')[1], '77');
  });

  it('does not change the codec in mid-call without need', () => {
    const session = negotiation(['PCMU', 'PCMA']);
    assert.equal(answered(session, { media: ['m=audio 4000 RTP/AVP 8'] }).agreed.codec, 'PCMA');
    assert.equal(answered(session, { media: ['m=audio 4000 RTP/AVP 0 8'] }).agreed.codec, 'PCMA');
    assert.equal(answered(session, { media: ['m=audio 4000 RTP/AVP 0'] }).agreed.codec, 'PCMU');
  });

  it('leaves everything as it was when it refuses', () => {
    const session = negotiation();
    const { agreed } = answered(session, {});
    refused(session, { media: ['m=audio 4000 RTP/AVP 18'] });
    assert.equal(session.agreed, agreed);
  });
});

describe('SRTP in an answer', () => {
  const secure = (...crypto: readonly string[]): SdpParts => ({
    media: ['m=audio 4000 RTP/SAVP 0', ...crypto.map((line) => `a=crypto:${line}`)],
  });

  it('is taken with the first suite that is known', () => {
    const { agreed, body } = answered(
      negotiation(['PCMU'], 'accept'),
      secure(`1 AEAD_AES_256_GCM inline:${key}`, `2 AES_CM_128_HMAC_SHA1_32 inline:${key}|2^20`),
    );
    assert.deepEqual(agreed.srtp, { tag: 2, suite: 'AES_CM_128_HMAC_SHA1_32', keyBase64: key });
    assert.deepEqual(linesOf(body, 'a=crypto'), [
      `a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${'b'.repeat(40)}`,
    ]);
    assert.ok(body.includes('m=audio 20000 RTP/SAVP 0'));
  });

  it('is refused with an MKI, session parameters, or a key of another length', () => {
    for (const line of [
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:32`,
      `1 AES_CM_128_HMAC_SHA1_80 inline:${key} UNENCRYPTED_SRTP`,
      '1 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=',
    ])
      assert.equal(refused(negotiation(['PCMU'], 'accept'), secure(line)), 'encryption-required', line);
  });

  it('is preferred where the peer offers both, and required where it is our condition', () => {
    const both: SdpParts = {
      media: [
        'm=audio 4000 RTP/AVP 0',
        'm=audio 4002 RTP/SAVP 0',
        `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`,
      ],
    };
    assert.deepEqual(linesOf(answered(negotiation(['PCMU'], 'accept'), both).body, 'm='), [
      'm=audio 0 RTP/AVP 0',
      'm=audio 20000 RTP/SAVP 0',
    ]);
    assert.equal(answered(negotiation(['PCMU'], 'never'), both).agreed.srtp, undefined);
    assert.equal(refused(negotiation(['PCMU'], 'offer'), {}), 'encryption-required');
  });
});

describe('an offer', () => {
  it('names our codecs in their order, and telephone events', () => {
    const body = negotiation(['PCMA', 'PCMU']).offer('sendrecv', undefined);
    assert.deepEqual(linesOf(body, 'm='), ['m=audio 20000 RTP/AVP 8 0 101']);
    assert.ok(body.includes('a=sendrecv'));
    assert.ok(body.includes('a=ptime:20'));
    assert.deepEqual(linesOf(body, 'c='), ['c=IN IP4 203.0.113.9']);
  });

  it('raises the version each time', () => {
    const session = negotiation();
    const first = session.offer('sendrecv', undefined);
    assert.equal(versionOf(session.offer('sendonly', undefined)), versionOf(first) + 1);
  });

  it('is settled by the first codec of the answer, and its number for telephone events', () => {
    const session = negotiation();
    session.offer('sendrecv', undefined);
    const settled = session.accept(
      sdp({ media: ['m=audio 4000 RTP/AVP 8 0 97', 'a=rtpmap:97 telephone-event/8000'] }),
    );
    assert.ok(settled.ok);
    assert.equal(settled.value.codec, 'PCMA');
    assert.equal(settled.value.events, 97);
  });

  it('takes the last of several answers', () => {
    const session = negotiation();
    session.offer('sendrecv', undefined);
    session.accept(sdp({}));
    const last = session.accept(sdp({ connection: 'IN IP4 192.0.2.50' }));
    assert.ok(last.ok);
    assert.equal(session.agreed?.address?.ip, '192.0.2.50');
  });

  it('lets neither side send where one of them does not want it', () => {
    const session = negotiation();
    session.offer('sendonly', undefined);
    const held = session.accept(sdp({ attributes: ['a=recvonly'] }));
    assert.equal(held.ok && held.value.direction, 'sendonly');
    session.offer('sendrecv', undefined);
    const silent = session.accept(sdp({ attributes: ['a=inactive'] }));
    assert.equal(silent.ok && silent.value.direction, 'inactive');
  });

  it('of SRTP is not settled by an answer without', () => {
    const session = negotiation(['PCMU'], 'offer');
    const offer = session.offer('sendrecv', { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: key });
    assert.ok(offer.includes('m=audio 20000 RTP/SAVP 0 101'));
    assert.ok(offer.includes(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`));
    const settled = session.accept(sdp({}));
    assert.ok(!settled.ok && settled.error === 'encryption-required');
  });
});
