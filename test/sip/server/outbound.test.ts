import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dialogOf } from '../../peers/control-client.ts';
import type { ControlClient } from '../../peers/control-client.ts';
import { tagIn } from '../../peers/sip-peer.ts';
import type { SipPeer } from '../../peers/sip-peer.ts';
import { sdp, stand } from './stand.ts';
import type { Stand } from './stand.ts';

const invite = (app: ControlClient, uri: string, fields = '', proxy = ''): string =>
  app.say(`sip|||${proxy}\r\nINVITE ${uri} SIP/2.0\r\nfrom: sip:100@localhost\r\n${fields}\r\n${sdp}`);

describe('a call that an application places', () => {
  let around: Stand;
  let app: ControlClient;
  let callee: SipPeer;
  before(async () => {
    around = await stand({ hosts: { 'carrier.test': '127.0.0.1' } });
    app = await around.app('invite');
    callee = await around.peer();
  });
  after(() => around.close());

  it('is placed, answered, acknowledged, and acknowledged again for a repeated answer', async () => {
    const id = invite(app, `sip:bob@carrier.test:${callee.port}`, 'X-Own: 1\r\n');
    const request = await callee.until('INVITE');
    assert.match(request.text, new RegExp(`^INVITE sip:bob@carrier\\.test:${callee.port} SIP/2\\.0\r\n`));
    assert.match(
      request.field('From'),
      new RegExp(`^<sip:100@127\\.0\\.0\\.1:${around.sipPort}>;tag=[0-9a-f]{16}$`),
    );
    assert.equal(request.field('Contact'), `<sip:127.0.0.1:${around.sipPort}>`);
    assert.equal(request.field('X-Own'), '1');
    const sent = await app.answer(id);
    assert.equal(sent.sip?.field('Call-ID'), request.field('Call-ID'));
    callee.send(callee.response(request, 180));
    assert.equal((await app.shown('180')).words[8], sent.words[7]);
    const answer = callee.response(request, 200, {}, sdp);
    callee.send(answer);
    const ok = await app.shown('200');
    const dialogId = `${request.field('Call-ID')};from-tag=${tagIn(request.field('From'))}`;
    assert.equal(dialogOf(ok), dialogId);
    app.say(`sip||${dialogId}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    const ack = await callee.until('ACK');
    assert.equal(ack.field('CSeq'), '1 ACK');
    callee.send(answer);
    assert.equal((await callee.until('ACK')).text, ack.text);
    callee.send(
      callee.request('BYE', {
        uri: `sip:127.0.0.1:${around.sipPort}`,
        From: ok.sip.field('To'),
        To: request.field('From'),
        'Call-ID': request.field('Call-ID'),
      }),
    );
    const bye = await app.shown('BYE');
    assert.equal(dialogOf(bye), dialogId);
    app.respond(bye, '200 OK');
    await callee.until('200');
    assert.equal(around.server.stats().dialogs, 0);
  });

  it('is repeated until something is heard, and fails as 408 if nothing is', async () => {
    const sent = app.answer(invite(app, `sip:bob@127.0.0.1:${callee.port}`));
    const first = await callee.until('INVITE');
    await around.pass(600);
    assert.equal((await callee.until('INVITE')).text, first.text);
    await around.pass(33_000);
    const { words } = await sent;
    assert.equal((await app.shown('408')).words[8], words[7]);
    assert.equal(around.server.stats().dialogs, 0);
    while (callee.unread.length > 0) await callee.next();
  });

  it('is cancelled only once the callee has said something (RFC 3261 §9.1)', async () => {
    const sent = await app.answer(invite(app, `sip:bob@127.0.0.1:${callee.port}`));
    const request = await callee.until('INVITE');
    const cancelled = await app.answer(
      app.say(`sip|${sent.words[7]}|\r\nCANCEL sip:x SIP/2.0\r\nReason: SIP;cause=200\r\n\r\n`),
    );
    assert.equal(cancelled.words[0], 'OK');
    assert.equal(callee.unread.length, 0);
    callee.send(callee.response(request, 180));
    const cancel = await callee.until('CANCEL');
    assert.equal(cancel.field('Via'), request.field('Via'));
    assert.equal(cancel.field('Reason'), 'SIP;cause=200');
    callee.send(callee.response(cancel, 200));
    callee.send(callee.response(request, 487));
    assert.equal((await callee.until('ACK')).field('CSeq'), '1 ACK');
    assert.equal((await app.shown('487')).words[8], sent.words[7]);
  });

  it('is ended at once, where the CANCEL comes too late', async () => {
    const sent = await app.answer(invite(app, `sip:bob@127.0.0.1:${callee.port}`));
    const request = await callee.until('INVITE');
    callee.send(callee.response(request, 180));
    await app.shown('180');
    app.say(`sip|${sent.words[7]}|\r\nCANCEL sip:x SIP/2.0\r\n\r\n`);
    const cancel = await callee.until('CANCEL');
    callee.send(callee.response(request, 200, {}, sdp));
    callee.send(callee.response(cancel, 481));
    const ok = await app.shown('200');
    assert.equal(ok.words[8], sent.words[7]);
    app.say(`sip||${dialogOf(ok)}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await callee.until('ACK');
    const bye = await callee.until('BYE');
    assert.match(bye.field('Reason'), /cancel race/);
    callee.send(callee.response(bye, 200));
    assert.equal(around.server.stats().dialogs, 0);
  });

  it('ends the calls of further callees who answer a forked INVITE', async () => {
    invite(app, `sip:bob@127.0.0.1:${callee.port}`);
    const request = await callee.until('INVITE');
    const as = (tag: string): string =>
      callee.response(request, 200, { To: `${request.field('To')};tag=${tag}` }, sdp);
    callee.send(as('first'));
    const won = await app.shown('200');
    callee.send(as('second'));
    const messages = [await callee.next(), await callee.next()];
    assert.deepEqual(messages.map(({ word }) => word).sort(), ['ACK', 'BYE']);
    for (const message of messages) assert.equal(tagIn(message.field('To')), 'second');
    const bye = messages.find(({ word }) => word === 'BYE');
    assert.ok(bye);
    callee.send(callee.response(bye, 200));
    app.say(`sip||${dialogOf(won)}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    assert.equal(tagIn((await callee.until('ACK')).field('To')), 'first');
    const ended = app.say(`sip||${dialogOf(won)}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    await app.answer(ended);
    callee.send(callee.response(await callee.until('BYE'), 200));
    await app.shown('200');
  });

  it('confirms reliable provisional responses when the application says so', async () => {
    invite(app, `sip:bob@127.0.0.1:${callee.port}`);
    const request = await callee.until('INVITE');
    callee.send(callee.response(request, 183, { Require: '100rel', RSeq: '17' }, sdp));
    const progress = await app.shown('183');
    app.say(`sip||${dialogOf(progress)}\r\nPRACK sip:placeholder SIP/2.0\r\nRAck: 17 1 INVITE\r\n\r\n`);
    const prack = await callee.until('PRACK');
    assert.deepEqual([prack.field('RAck'), prack.field('CSeq')], ['17 1 INVITE', '2 PRACK']);
    assert.equal(prack.text.split(' ')[1], `sip:bob@127.0.0.1:${callee.port}`);
    callee.send(callee.response(prack, 200));
    await app.shown('200');
    callee.send(callee.response(request, 603));
    await app.shown('603');
    assert.equal(around.server.stats().dialogs, 0);
  });

  it('goes where the proxy is, with its own URI', async () => {
    invite(app, 'sip:+15551234@example.invalid', '', `sip:127.0.0.1:${callee.port}`);
    const request = await callee.until('INVITE');
    assert.equal(request.text.split(' ')[1], 'sip:+15551234@example.invalid');
    callee.send(callee.response(request, 404));
    await app.shown('404');
  });

  it('is refused in words where it cannot be written', async () => {
    const refusal = async (id: string): Promise<string> => (await app.answer(id)).words.join('|');
    assert.match(await refusal(invite(app, 'http://example.net')), /^NOK\|invalid request-uri/);
    assert.match(await refusal(app.say('sip||\r\nDANCE sip:a@127.0.0.1 SIP/2.0\r\n\r\n')), /^NOK\|/);
    assert.match(
      await refusal(app.say(`sip||\r\nMESSAGE sip:a@127.0.0.1:${callee.port} SIP/2.0\r\n\r\nhello`)),
      /^NOK\|missing content-type/,
    );
    assert.match(
      await refusal(app.say('sip|nothing|\r\nCANCEL sip:x SIP/2.0\r\n\r\n')),
      /^NOK\|unable to cancel/,
    );
    assert.match(await refusal(app.say('sip|nothing|\r\nSIP/2.0 200 OK\r\n\r\n')), /^NOK\|Response not sent/);
  });
});

describe('session timers (RFC 4028)', () => {
  let around: Stand;
  let app: ControlClient;
  before(async () => {
    around = await stand();
    app = await around.app('invite');
  });
  after(() => around.close());

  it('refuses an interval that is too small', async () => {
    const peer = await around.peer();
    peer.send(peer.request('INVITE', { Supported: 'timer', 'Session-Expires': '30' }, sdp));
    assert.equal((await peer.until('422')).field('Min-SE'), '90');
  });

  it('ends a session that its refresher forgets, and tells the application', async () => {
    const peer = await around.peer();
    peer.send(peer.request('INVITE', { Supported: 'timer', 'Session-Expires': '180;refresher=uac' }, sdp));
    app.respond(await app.shown('INVITE'), '200 OK', '', sdp);
    const ok = await peer.until('200');
    assert.deepEqual([ok.field('Session-Expires'), ok.field('Require')], ['180;refresher=uac', 'timer']);
    peer.send(
      peer.request('ACK', {
        To: ok.field('To'),
        CSeq: '1 ACK',
        Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-a`,
      }),
    );
    await app.shown('ACK');
    await around.pass(149_000);
    assert.match((await peer.until('BYE')).field('Reason'), /Session timer expired/);
    assert.equal((await app.shown('BYE')).words[8], 'unsolicited');
    peer.close();
  });

  it('refreshes a session whose refresher we are: with UPDATE, or by offering once more', async () => {
    for (const allow of ['INVITE, UPDATE', 'INVITE']) {
      const peer = await around.peer();
      peer.send(peer.request('INVITE', { Allow: allow, 'Session-Expires': '180' }, sdp));
      app.respond(await app.shown('INVITE'), '200 OK', '', sdp);
      const ok = await peer.until('200');
      assert.equal(ok.field('Session-Expires'), '180;refresher=uas');
      peer.send(
        peer.request('ACK', {
          To: ok.field('To'),
          CSeq: '1 ACK',
          Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-a`,
        }),
      );
      await app.shown('ACK');
      // Not long enough for the refresh to be repeated.
      await around.pass(90_100);
      const refresh = await peer.next();
      assert.equal(refresh.word, allow.includes('UPDATE') ? 'UPDATE' : 'INVITE');
      assert.equal(refresh.body, allow.includes('UPDATE') ? '' : sdp);
      assert.equal(refresh.field('Session-Expires'), '180;refresher=uac');
      peer.send(peer.response(refresh, 200, { 'Session-Expires': '180;refresher=uac' }, refresh.body));
      if (refresh.word === 'INVITE') await peer.until('ACK');
      await around.pass(91_000);
      const again = await peer.until(refresh.word);
      peer.send(peer.response(again, 481));
      assert.match((await peer.until('BYE')).field('Reason'), /Session timer expired/);
      peer.close();
    }
  });
});
