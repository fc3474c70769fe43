import { strict as assert } from 'node:assert';
import { addresses } from '../../edge/sip/message/address.ts';
import {
  contentType,
  rack,
  reasons,
  replaces,
  routes,
  sessionExpires,
} from '../../edge/sip/message/fields.ts';
import { faultStatus } from '../../edge/sip/message/fault.ts';
import { SipFramer } from '../../edge/sip/message/framer.ts';
import { bodyMax, headMax } from '../../edge/sip/message/message.ts';
import { parseMessage } from '../../edge/sip/message/parse.ts';
import { responseToFault } from '../../edge/sip/message/respond.ts';
import { parseUri, sameUri, writeUri } from '../../edge/sip/message/uri.ts';
import { validate } from '../../edge/sip/message/validate.ts';
import { writeMessage } from '../../edge/sip/message/write.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const pieces = [
  'INVITE sip:a@example.com;x=1?h=%20 SIP/2.0\r\n',
  'SIP/2.0 200 OK\r\n',
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport, SIP / 2.0 / TCP [::1]\r\n',
  'v:SIP/2.0/TLS a\r\n ;received=1\r\n',
  'From: "A, \\" B" <sip:b@example.com;x>;tag=1\r\n',
  'To: sip:c@example.com;tag=2\r\n',
  't: <tel:+1-555>\r\n',
  'Call-ID: x\r\n',
  'CSeq: 1 INVITE\r\n',
  'Contact: *, <sip:a@b?Replaces=c%3Bto-tag%3D1>;expires=1;q="x"\r\n',
  'Session-Expires: 90;refresher=uas\r\nRAck: 1 2 INVITE\r\nReplaces: a;to-tag=1;from-tag=2\r\n',
  'Reason: Q.850;cause=16;text="x"\r\nRoute: <sip:a;lr>,<sip:b>\r\n',
  'Content-Type: a/b;c=d\r\n',
  'Content-Length: 3\r\n',
  'l: 70000\r\n',
  '\r\n',
  '\r\n\r\n',
  'abc',
  ' ',
  '\t',
  ';',
  ',',
  '"',
  '\\',
  '<',
  '%',
  '\n',
  '\0',
  '\xff',
];

const whole =
  'Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n';

function hostile(dice: Dice): Buffer {
  const parts: Buffer[] = [Buffer.from(dice.pick(pieces.slice(0, 2)))];
  // Half of them have all that a message needs, so that the readers behind are reached.
  if (dice.int(2) === 0) parts.push(Buffer.from(whole));
  for (let count = dice.int(14); count > 0; count--)
    parts.push(dice.int(20) === 0 ? dice.bytes(dice.int(30)) : Buffer.from(dice.pick(pieces), 'latin1'));
  if (dice.int(3) > 0) parts.push(Buffer.from('\r\n\r\n'));
  const bytes = Buffer.concat(parts);
  for (let count = dice.int(3); count > 0; count--) bytes[dice.int(bytes.length)] = dice.int(256);
  return bytes;
}

function read(bytes: Buffer): void {
  const parsed = parseMessage(bytes);
  const fault = parsed.ok ? validate(parsed.value) : parsed.error;
  if (fault !== undefined) {
    const answer = responseToFault(fault, 't');
    if (answer === undefined) return;
    assert.equal(answer.status, faultStatus[fault.code]);
    assert.ok(parseMessage(writeMessage(answer)).ok);
  }
  if (!parsed.ok) return;
  const message = parsed.value;
  for (const name of ['contact', 'from', 'to', 'route', 'p-asserted-identity']) addresses(message, name);
  routes(message, 'route');
  reasons(message);
  for (const reader of [rack, replaces, sessionExpires, contentType]) reader(message);
  const again = parseMessage(writeMessage(message));
  assert.ok(again.ok);
  if (message.headers.count('content-length') === 1)
    assert.deepEqual(writeMessage(again.value), writeMessage(message));
  if (message.kind === 'request') {
    const uri = parseUri(message.uri);
    if (uri !== undefined) assert.deepEqual(parseUri(writeUri(uri)), uri);
    if (uri?.kind === 'sip') assert.ok(sameUri(uri, uri));
  }
}

/** The stream gives the same whole and in pieces, and keeps no more than it may. */
function frame(bytes: Buffer, dice: Dice): void {
  const uncut = new SipFramer();
  const wanted = uncut.push(bytes);
  const framer = new SipFramer();
  const got: unknown[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + dice.int(40);
    got.push(...framer.push(bytes.subarray(at, at + size)));
    assert.ok(framer.buffered <= headMax + bodyMax + 40);
    at += size;
  }
  assert.deepEqual(got, wanted);
  assert.equal(framer.broken, uncut.broken);
}

export const fuzzer: Fuzzer = {
  name: 'sip message',
  attack(dice) {
    const bytes = hostile(dice);
    read(bytes);
    frame(dice.int(2) === 0 ? bytes : Buffer.concat([bytes, hostile(dice)]), dice);
  },
};
