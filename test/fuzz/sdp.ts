import assert from 'node:assert/strict';
import { Negotiation } from '../../media/rtp/negotiation.ts';
import { readSdp } from '../../media/rtp/sdp-read.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const offer = [
  'v=0',
  'o=- 3 5 IN IP4 192.0.2.5',
  's=-',
  'c=IN IP4 192.0.2.5',
  't=0 0',
  'a=sendrecv',
  'm=audio 49170 RTP/SAVP 0 8 96 13',
  'a=rtpmap:96 telephone-event/8000',
  'a=fmtp:96 0-16',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20',
  'a=rtcp:49171 IN IP4 192.0.2.6',
  'a=mid:audio',
  'a=ptime:20',
  'm=video 51372 RTP/AVP 99',
  'a=candidate:1 1 UDP 2113667327 203.0.113.1 54400 typ host',
];
const strange = [
  '0',
  '-1',
  '65536',
  '1e9',
  '',
  ' ',
  '__proto__',
  'constructor',
  '255',
  '\u0000',
  'IP6',
  '::',
  '*',
  '|1:4',
];

/** A body made of true lines, some of them bent, repeated, out of order or cut. */
function body(dice: Dice): string {
  if (dice.int(50) === 0) return dice.bytes(dice.int(400)).toString('latin1');
  const lines = offer.flatMap((line) => {
    const fate = dice.int(14);
    if (fate === 0) return [];
    if (fate === 1) return [line, line];
    if (fate === 2) return [dice.pick(offer)];
    if (fate > 5) return [line];
    const words = line.split(/(?<=[ :=/])/);
    words[dice.int(words.length)] = dice.pick(strange);
    return [words.join('')];
  });
  return lines
    .join(dice.pick(['\r\n', '\r\n', '\n', '\r']))
    .slice(0, dice.int(8) === 0 ? dice.int(400) : undefined);
}

/** SDP from peers: it is taken or refused by name, and what is answered can be read by ourselves. */
export const fuzzer: Fuzzer = {
  name: 'sdp',
  attack(dice) {
    const srtp = dice.pick(['never', 'accept', 'offer'] as const);
    const addresses = dice.pick([['203.0.113.1'], ['203.0.113.1', '2001:db8::1']]);
    const end = { sessionId: 1, addresses, port: 20_000 };
    const session = new Negotiation({ codecs: ['PCMU', 'PCMA'], srtp }, end);
    for (let round = 0; round < 3; round++) {
      const text = body(dice);
      if (round === 2) {
        session.offer('sendrecv', undefined);
        session.accept(text);
        return;
      }
      const judged = session.answer(text);
      if (!judged.ok) continue;
      const { agreed, write } = judged.value;
      const answer = write(agreed.srtp && { ...agreed.srtp, keyBase64: 'A'.repeat(40) });
      const read = readSdp(answer);
      assert.ok(read.ok, 'our answer cannot be read');
      const lines = read.value.filter(({ kind }) => kind === 'audio');
      assert.equal(lines.length, 1, 'one line is taken');
    }
  },
};
