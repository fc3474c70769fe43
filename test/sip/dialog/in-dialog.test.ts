import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { uacDialog, uasDialog } from '../../../edge/sip/dialog/dialog.ts';
import type { Dialog } from '../../../edge/sip/dialog/dialog.ts';
import { Dialogs } from '../../../edge/sip/dialog/dialogs.ts';
import { nextHop, requestInDialog } from '../../../edge/sip/dialog/in-dialog.ts';
import { quickTag } from '../../../edge/sip/dialog/tags.ts';
import { tagOf } from '../../../edge/sip/message/address.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';
import { noBody } from '../../../edge/sip/message/message.ts';
import type { SipRequest, SipResponse } from '../../../edge/sip/message/message.ts';
import type { Flow } from '../../../edge/sip/transport/flow.ts';

const flow: Flow = {
  endpoint: { transport: 'udp', host: '192.0.2.1', port: 5060, sentBy: () => '192.0.2.1:5060' },
  host: '198.51.100.7',
  port: 5060,
  connection: undefined,
};

const invite = (...more: (readonly [string, string])[]): SipRequest => ({
  kind: 'request',
  method: 'INVITE',
  uri: 'sip:bob@192.0.2.1',
  headers: Headers.of([
    ['From', '<sip:alice@198.51.100.7>;tag=alice'],
    ['To', '<sip:bob@192.0.2.1>'],
    ['Call-ID', 'call-1'],
    ['CSeq', '7 INVITE'],
    ['Contact', '<sip:alice@198.51.100.7:5062>'],
    ...more,
  ]),
  body: noBody,
});

const success = (...more: (readonly [string, string])[]): SipResponse => ({
  kind: 'response',
  status: 200,
  reason: 'OK',
  headers: Headers.of([
    ['From', '<sip:alice@198.51.100.7>;tag=alice'],
    ['To', '<sip:bob@192.0.2.1>;tag=bob'],
    ['Call-ID', 'call-1'],
    ['CSeq', '7 INVITE'],
    ['Contact', '<sip:bob@203.0.113.9>'],
    ...more,
  ]),
  body: noBody,
});

const asCallee = (...more: (readonly [string, string])[]): Dialog =>
  uasDialog(invite(...more), flow, 'bob', '<sip:192.0.2.1:5060>', undefined);
const asCaller = (...more: (readonly [string, string])[]): Dialog =>
  uacDialog(invite(), success(...more), flow, undefined);

const fields = (request: SipRequest, name: string): readonly string[] => request.headers.all(name);

describe('a dialog (RFC 3261 §12)', () => {
  it('turns From and To around for who was called, and counts its own CSeq', () => {
    const dialog = asCallee();
    const bye = requestInDialog(dialog, 'BYE');
    assert.equal(bye.uri, 'sip:alice@198.51.100.7:5062');
    assert.deepEqual(fields(bye, 'from'), ['<sip:bob@192.0.2.1>;tag=bob']);
    assert.deepEqual(fields(bye, 'to'), ['<sip:alice@198.51.100.7>;tag=alice']);
    assert.deepEqual(fields(bye, 'cseq'), ['1 BYE']);
    assert.deepEqual(fields(requestInDialog(dialog, 'INFO'), 'cseq'), ['2 INFO']);
  });

  it('goes on after the CSeq of the INVITE for who called, and acknowledges with that', () => {
    const dialog = asCaller();
    assert.deepEqual(fields(requestInDialog(dialog, 'ACK', undefined, 7), 'cseq'), ['7 ACK']);
    assert.deepEqual(fields(requestInDialog(dialog, 'BYE'), 'cseq'), ['8 BYE']);
  });

  it('keeps Record-Route in order for who was called, and turns it around for who called', () => {
    const routes: readonly [string, string][] = [
      ['Record-Route', '<sip:p2;lr>, <sip:p1;lr>'],
      ['Record-Route', '<sip:p0;lr>'],
    ];
    assert.deepEqual(asCallee(...routes).routes, ['<sip:p2;lr>', '<sip:p1;lr>', '<sip:p0;lr>']);
    const caller = asCaller(...routes);
    assert.deepEqual(caller.routes, ['<sip:p0;lr>', '<sip:p1;lr>', '<sip:p2;lr>']);
    assert.equal(nextHop(caller), 'sip:p0;lr');
    assert.equal(requestInDialog(caller, 'BYE').uri, 'sip:bob@203.0.113.9');
  });

  it('gives a strict router what it wants (§12.2.1.1)', () => {
    const dialog = asCallee(['Record-Route', '<sip:strict>'], ['Record-Route', '<sip:p0;lr>']);
    const bye = requestInDialog(dialog, 'BYE');
    assert.equal(bye.uri, 'sip:strict');
    assert.deepEqual(fields(bye, 'route'), ['<sip:p0;lr>', '<sip:alice@198.51.100.7:5062>']);
    assert.equal(nextHop(dialog), 'sip:strict');
  });

  it('is found by requests of either side, with both tags right', () => {
    const dialogs = new Dialogs<Dialog>();
    const callee = asCallee();
    dialogs.add(callee);
    const from = (fromTag: string, toTag: string): SipRequest => ({
      ...invite(),
      method: 'BYE',
      headers: Headers.of([
        ['From', `<sip:a@b>;tag=${fromTag}`],
        ['To', `<sip:c@d>;tag=${toTag}`],
        ['Call-ID', 'call-1'],
      ]),
    });
    assert.equal(dialogs.of(from('alice', 'bob')), callee);
    assert.equal(dialogs.of(from('alice', 'mallory')), undefined);
    assert.equal(dialogs.of(from('bob', 'alice')), undefined);
    dialogs.remove(callee);
    const caller = asCaller();
    dialogs.add(caller);
    assert.equal(dialogs.of(from('bob', 'alice')), caller);
    assert.equal(dialogs.of(from('alice', 'bob')), undefined);
    const fork = uacDialog(invite(), success(['X', '1']), flow, undefined);
    const other = { ...fork, remoteTag: 'carol' };
    dialogs.add(other);
    assert.equal(dialogs.of(from('carol', 'alice')), other);
    assert.equal(dialogs.size, 1);
  });
});

describe('quickTag', () => {
  it('says what reading the whole field says', () => {
    const values = [
      '<sip:a@b>',
      '<sip:a@b>;tag=x1',
      '<sip:a@b>;tag=',
      'sip:a@b;tag=x',
      '"a>b" <sip:a@b> ; tag=x',
      '<sip:a@b>;x=1;tag=y',
      '<sip:a@b>;tag=y;x=1',
      '<sip:a@b>;tag=y z',
      '<sip:a@b>;x="<>";tag=y',
      '<sip:a@b>;x="a>;tag=z"',
    ];
    for (const value of values) {
      const message = { headers: Headers.of([['From', value]]) };
      assert.equal(quickTag(message, 'from'), tagOf(message, 'from'), value);
    }
  });
});
