import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sipLines } from '../../../edge/capture/mask/sip.ts';
import { pduLines } from '../../../edge/capture/mask/smpp.ts';
import { printable } from '../../../edge/capture/mask/text.ts';
import { decode } from '../../../edge/smpp/decode.ts';
import type { Pdu } from '../../../edge/smpp/pdu.ts';
import { bytesTlv, integerTlv } from '../../../edge/smpp/tlvs.ts';
import { buildUdh } from '../../../edge/smpp/text/udh.ts';
import { parseMessage } from '../../../edge/sip/message/parse.ts';
import type { SipMessage } from '../../../edge/sip/message/message.ts';
import { deliver, sdp, sip, smpp, submit } from '../talk.ts';
import type { SipWords } from '../talk.ts';

function sipOf(words: Partial<SipWords>): SipMessage {
  const parsed = parseMessage(sip({ callId: 'x', method: 'INVITE', ...words }));
  assert.ok(parsed.ok);
  return parsed.value;
}

function pduOf(bytes: Buffer): Pdu {
  const decoded = decode(bytes);
  assert.ok(decoded.ok);
  return decoded.pdu;
}

const shown = (words: Partial<SipWords>, bodies: boolean): string =>
  sipLines(sipOf(words), { bodies }).join('\n');

describe('masked SIP', () => {
  it('never shows credentials or keys', () => {
    const secrets: readonly Partial<SipWords>[] = [
      {
        more: [
          ['Authorization', 'Digest username="u", realm="r", response="SECRET", cnonce="SECRET", nonce="n"'],
        ],
      },
      { more: [['Proxy-Authorization', 'Digest username="u",response=SECRET']] },
      { more: [['Proxy-Authorization', 'Digest response="SECRET']] },
      { more: [['Authorization', 'Basic SECRET']] },
      { more: [['Authentication-Info', 'rspauth="SECRET", nextnonce="n"']] },
      {
        more: [
          ['X-Api-Key', 'SECRET'],
          ['X-Auth-Token', 'SECRET'],
        ],
      },
      {
        more: [
          ['Contact', '<sip:user:SECRET@192.0.2.1>'],
          ['Refer-To', 'sips:a:SECRET@b;x=y'],
        ],
      },
      {
        body: sdp(
          '192.0.2.1',
          4000,
          'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRET|2^20\r\na=ice-pwd:SECRET\r\n',
        ),
      },
      {
        body: sdp(
          '192.0.2.1',
          4000,
          'k=base64:SECRET\r\na=key-mgmt:mikey SECRET\r\nA=CRYPTO:1 X inline:SECRET\r\n',
        ),
      },
      {
        contentType: 'multipart/mixed;boundary=x',
        body: `--x\r\n\r\n${sdp('a', 1, 'a=crypto:1 X inline:SECRET')}`,
      },
    ];
    for (const secret of secrets)
      for (const bodies of [false, true])
        assert.doesNotMatch(shown(secret, bodies), /SECRET/, JSON.stringify(secret));
  });

  it('shows whose credentials they are', () => {
    const text = shown(
      { more: [['Authorization', 'Digest username="u", realm="r", response="s", nonce="n"']] },
      false,
    );
    assert.match(text, /^Authorization: Digest username="u", realm="r", nonce="n", \[masked\]$/m);
  });

  it('shows texts and digits only when asked to', () => {
    for (const [contentType, body] of [
      ['text/plain', 'my words'],
      ['application/dtmf-relay', 'Signal=5\r\nDuration=160'],
      ['multipart/mixed;boundary=x', '--x\r\n\r\nmy words'],
    ] as const) {
      const closed = shown({ method: 'MESSAGE', contentType, body }, false);
      assert.doesNotMatch(closed, /words|Signal/);
      assert.match(closed, /\[\d+ octets of [a-z/-]+ masked\]/);
      assert.match(shown({ method: 'MESSAGE', contentType, body }, true), /my words|Signal=5/);
    }
  });

  it('shows an SDP as it is, but for its keys', () => {
    const text = shown(
      { body: sdp('192.0.2.1', 4000, 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:k\r\n') },
      false,
    );
    assert.match(text, /^m=audio 4000 RTP\/AVP 0 8 101$/m);
    assert.match(text, /^a=crypto:1 AES_CM_128_HMAC_SHA1_80 \[masked\]$/m);
  });
});

describe('masked SMPP', () => {
  const lines = (bytes: Buffer, bodies: boolean): string => pduLines(pduOf(bytes), { bodies }).join('\n');

  it('never shows a password', () => {
    for (const name of ['bind_transceiver', 'bind_receiver', 'bind_transmitter'] as const) {
      const bind = smpp(name, 1, ['system', 'SECRET', '', 0x34, 0, 0, '']);
      for (const bodies of [false, true]) {
        assert.doesNotMatch(lines(bind, bodies), /SECRET/);
        assert.match(lines(bind, bodies), /^system_id: system\npassword: \[masked\]$/m);
      }
    }
    assert.doesNotMatch(lines(smpp('outbind', 1, ['system', 'SECRET']), true), /SECRET/);
  });

  it('shows texts only when asked to, wherever they stand', () => {
    const inPdu = submit(1, { shortMessage: Buffer.from('my words') });
    const besideIt = submit(1, {
      shortMessage: Buffer.alloc(0),
      tlvs: [bytesTlv('message_payload', Buffer.from('my words'))],
    });
    const segment = deliver(1, {
      esmClass: 0x40,
      dataCoding: 8,
      shortMessage: Buffer.concat([
        buildUdh({ concatenation: { bits: 8, reference: 1, total: 2, sequence: 1 } }),
        Buffer.from('my words', 'utf16le').swap16(),
      ]),
    });
    for (const bytes of [inPdu, besideIt, segment]) {
      assert.doesNotMatch(lines(bytes, false), /my words|6d7920776f726473/);
      assert.match(lines(bytes, false), /\[\d+ octets masked\]/);
      assert.match(lines(bytes, true), /^text: "my words"$/m);
    }
  });

  it('names parameters that say something, and hides what it does not know', () => {
    const tlvs = [integerTlv('message_state', 2), bytesTlv(0x1400, Buffer.from('SECRET'))];
    const text = lines(submit(1, { tlvs }), false);
    assert.match(text, /^destination_addr: 14155552671$/m);
    assert.match(text, /^message_state: 2$/m);
    assert.match(text, /^0x1400: \[6 octets masked\]$/m);
  });
});

describe('text off the wire', () => {
  it('cannot steer a terminal or forge a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
    const forged = sipOf({ more: [['X', 'a\u001b[2Jb\u202ec']] });
    assert.match(sipLines(forged, { bodies: true }).join('\n'), /^X: a\ufffd\[2Jb\ufffdc$/m);
  });
});
