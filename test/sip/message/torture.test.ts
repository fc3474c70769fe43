import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { address, addresses, parseNameAddr } from '../../../edge/sip/message/address.ts';
import { contentType, cseq, maxForwards, retryAfter } from '../../../edge/sip/message/fields.ts';
import type { SipFault } from '../../../edge/sip/message/fault.ts';
import { SipFramer } from '../../../edge/sip/message/framer.ts';
import type { SipMessage } from '../../../edge/sip/message/message.ts';
import { parseMessage } from '../../../edge/sip/message/parse.ts';
import { responseToFault } from '../../../edge/sip/message/respond.ts';
import { parseUri, unescapeUri } from '../../../edge/sip/message/uri.ts';
import { unsupported, validate } from '../../../edge/sip/message/validate.ts';
import { branchCookie, parseVia, topVia } from '../../../edge/sip/message/via.ts';
import { writeMessage } from '../../../edge/sip/message/write.ts';
import { invalid } from './torture/invalid.ts';
import { layers } from './torture/layers.ts';
import { valid } from './torture/valid.ts';

const all = [...valid, ...invalid, ...layers];

function judge(bytes: Buffer): SipFault | undefined {
  const parsed = parseMessage(bytes);
  return parsed.ok ? validate(parsed.value) : parsed.error;
}

function read(name: string): SipMessage {
  const torture = all.find((entry) => entry.name === name);
  assert.ok(torture !== undefined);
  const parsed = parseMessage(torture.bytes);
  assert.ok(parsed.ok);
  return parsed.value;
}

describe('the torture messages of RFC 4475', () => {
  it('are all here', () => {
    assert.equal(all.length, 49);
    assert.equal(new Set(all.map(({ name }) => name)).size, 49);
  });

  for (const { name, section, bytes, fault, answer } of all) {
    it(`§${section} ${name}: ${fault ?? 'accepted'}${answer === undefined ? '' : `, answered ${answer}`}`, () => {
      const found = judge(bytes);
      assert.equal(found?.code, fault);
      const response = found === undefined ? undefined : responseToFault(found, 'tag1');
      assert.equal(response?.status, answer);
      if (response === undefined) return;
      // The answer itself is a message, and goes where the request came from.
      const answered = parseMessage(writeMessage(response));
      assert.ok(answered.ok);
      assert.equal(answered.value.headers.has('via'), true);
    });
  }

  it('survive being written and read again', () => {
    for (const { name } of all.filter(({ fault }) => fault === undefined)) {
      const message = read(name);
      const again = parseMessage(writeMessage(message));
      assert.ok(again.ok, name);
      assert.equal(validate(again.value), undefined, name);
      const fields = [...message.headers].filter(({ key }) => key !== 'content-length');
      assert.deepEqual(
        [...again.value.headers].filter(({ key }) => key !== 'content-length'),
        fields,
        name,
      );
      assert.deepEqual(again.value.body, message.body, name);
    }
  });

  it('wsinv: blanks, folding and compact forms', () => {
    const message = read('wsinv');
    assert.equal(address(message, 'from')?.display, 'J Rosenberg \\"');
    assert.equal(address(message, 'from')?.params.get('tag'), '98asjd8');
    assert.equal(address(message, 'to')?.params.get('tag'), '1918181833n');
    assert.equal(maxForwards(message), 68);
    assert.deepEqual(cseq(message), { number: 9, method: 'INVITE' });
    assert.deepEqual(
      message.headers.list('via')?.map((item) => {
        const via = parseVia(item);
        return [via?.transport, via?.host, via?.params.get('branch')];
      }),
      [
        ['UDP', '192.0.2.2', '390skdjuw'],
        ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
        ['UDP', '192.168.255.111', 'z9hG4bK30239'],
      ],
    );
    assert.equal(message.headers.get('subject'), '');
    assert.equal(message.headers.get('newfangledheader'), 'newfangled value continued newfangled value');
    const [contact] = addresses(message, 'contact') ?? [];
    assert.equal(contact?.display, 'Quoted string ""');
    assert.deepEqual(
      [...contact.params],
      [
        ['newparam', 'newvalue'],
        ['secondparam', ''],
        ['q', '0.33'],
      ],
    );
    assert.equal(message.body.length, 150);
  });

  it('intmeth: unusual characters', () => {
    const message = read('intmeth');
    assert.ok(message.kind === 'request');
    const uri = parseUri(message.uri);
    assert.ok(uri?.kind === 'sip');
    assert.equal(uri.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    assert.equal(uri.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
    assert.equal(address(message, 'to')?.display, 'BEL:\x07 NUL:\x00 DEL:\x7f');
    assert.equal(address(message, 'from')?.params.get('tag'), "_token~1'+`*%!-.");
  });

  it('esc01, escnull and esc02: what % escapes and what it does not', () => {
    const escaped = read('esc01');
    assert.ok(escaped.kind === 'request');
    const uri = parseUri(escaped.uri);
    assert.ok(uri?.kind === 'sip');
    assert.equal(unescapeUri(uri.user ?? ''), 'sips:user@example.com');
    assert.equal(uri.host, 'example.net');
    const [first, second] = addresses(read('escnull'), 'contact') ?? [];
    assert.notEqual(first?.uri, second?.uri);
    const unknown = read('esc02');
    assert.ok(unknown.kind === 'request');
    assert.equal(unknown.method, 'RE%47IST%45R');
    assert.equal(addresses(unknown, 'contact')?.length, 2);
  });

  it('longreq: long names and values', () => {
    const message = read('longreq');
    assert.equal(message.headers.count('via'), 34);
    assert.equal(topVia(message)?.host, 'sip33.example.com');
    assert.equal(message.body.length, 150);
  });

  it('dblreq: a datagram holds one message, a stream holds two', () => {
    const bytes = all.find(({ name }) => name === 'dblreq')!.bytes;
    const message = read('dblreq');
    assert.ok(message.kind === 'request');
    assert.equal(message.method, 'REGISTER');
    assert.equal(message.body.length, 0);
    const framed = new SipFramer().push(bytes).map((found) => {
      if (found.kind !== 'message') return found.kind;
      return found.message.kind === 'request' ? found.message.method : found.message.status;
    });
    // The second body is three octets longer than its Content-Length: on a stream they begin a third message.
    assert.deepEqual(framed, ['REGISTER', 'INVITE', 'fault']);
  });

  it('semiuri: a semicolon before the @ belongs to the user', () => {
    const message = read('semiuri');
    assert.ok(message.kind === 'request');
    const uri = parseUri(message.uri);
    assert.ok(uri?.kind === 'sip');
    assert.equal(uri.user, 'user;par=u%40example.net');
    assert.equal(uri.params.size, 0);
    assert.equal(message.headers.list('accept')?.length, 6);
  });

  it('mpart01: the body is octets', () => {
    const message = read('mpart01');
    assert.equal(message.body.length, 553);
    assert.equal(contentType(message), 'multipart/mixed');
  });

  it('unreason and noreason: any reason phrase', () => {
    const [spoken, silent] = [read('unreason'), read('noreason')];
    assert.ok(spoken.kind === 'response' && silent.kind === 'response');
    assert.equal(spoken.reason, '= 2**3 * 5**2 но сто девяносто девять - простое');
    assert.equal(silent.status, 100);
    assert.equal(silent.reason, '');
  });

  it('regbadct: a URI with headers needs angle brackets, regescrt has them', () => {
    assert.equal(addresses(read('regbadct'), 'contact'), undefined);
    assert.equal(
      addresses(read('regescrt'), 'contact')?.[0]?.uri,
      'sip:user@example.com?Route=%3Csip:sip.example.com%3E',
    );
  });

  it('cparam01 and cparam02: parameters of the header field and of the URI', () => {
    const [bare] = addresses(read('cparam01'), 'contact') ?? [];
    const [bracketed] = addresses(read('cparam02'), 'contact') ?? [];
    assert.equal(bare?.uri, 'sip:+19725552222@gw1.example.net');
    assert.equal(bare.params.has('unknownparam'), true);
    assert.equal(bracketed?.uri, 'sip:+19725552222@gw1.example.net;unknownparam');
    assert.equal(bracketed.params.size, 0);
  });

  it('badbranch and inv2543: branches that are not of RFC 3261', () => {
    const branchOf = (name: string): string => topVia(read(name))?.params.get('branch') ?? '';
    const ofRfc3261 = new RegExp(`^${branchCookie}.`);
    for (const name of ['badbranch', 'inv2543', 'wsinv'])
      assert.doesNotMatch(branchOf(name), ofRfc3261, name);
    assert.match(branchOf('bcast'), ofRfc3261);
  });

  it('bext01: extensions that nobody has', () => {
    const message = read('bext01');
    assert.ok(message.kind === 'request');
    assert.deepEqual(unsupported(message, new Set(['100rel'])), [
      'nothingSupportsThis',
      'nothingSupportsThisEither',
    ]);
  });

  it('badaspec and baddn: what is forgiven', () => {
    assert.equal(address(read('badaspec'), 'to')?.uri, 'sip:t.watson@example.org');
    assert.equal(address(read('baddn'), 'from')?.display, 'Bell, Alexander');
  });

  it('scalarlg: a number beyond every bound is no number', () => {
    const bytes = all.find(({ name }) => name === 'scalarlg')!.bytes;
    const parsed = parseMessage(bytes);
    assert.ok(parsed.ok);
    assert.equal(cseq(parsed.value), undefined);
    assert.equal(retryAfter(parsed.value), undefined);
  });

  it('quotbal: an open quote swallows nothing', () => {
    assert.equal(parseNameAddr('"Mr. J. User <sip:j.user@example.com>'), undefined);
  });
});
