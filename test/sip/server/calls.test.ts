import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dialogOf, transactionOf } from '../../peers/control-client.ts';
import type { ControlClient } from '../../peers/control-client.ts';
import { tagIn } from '../../peers/sip-peer.ts';
import type { SipPeer } from '../../peers/sip-peer.ts';
import { sdp, stand } from './stand.ts';
import type { Stand } from './stand.ts';

/** An answered call from a peer: what was said, and what it is known by. */
async function answered(app: ControlClient, peer: SipPeer, fields: Readonly<Record<string, string>> = {}) {
  peer.send(peer.request('INVITE', fields, sdp));
  const invite = await app.shown('INVITE');
  const answer = await app.answer(app.respond(invite, '200 OK', '', sdp));
  const ok = await peer.until('200');
  const to = ok.field('To');
  peer.send(
    peer.request('ACK', {
      To: to,
      CSeq: `${Number.parseInt(fields['CSeq'] ?? '1', 10)} ACK`,
      Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-a`,
    }),
  );
  const ack = await app.shown('ACK');
  return { invite, ok, to, dialogId: dialogOf(ack), answer };
}

describe('a call from the network', () => {
  let around: Stand;
  before(async () => {
    around = await stand();
  });
  after(() => around.close());

  it('is shown, answered, acknowledged and ended', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    const { invite, ok, to, dialogId, answer } = await answered(app, peer);
    assert.deepEqual(
      invite.words.slice(2, 6).map((word, at) => (at === 1 ? Number(word) > 300 : word)),
      ['network', true, 'udp', '127.0.0.1'],
    );
    assert.equal(invite.words[6], String(peer.port));
    assert.deepEqual(invite.words.slice(10, 12), ['127.0.0.1', String(around.sipPort)]);
    assert.equal(dialogId, `call-${peer.port};from-tag=alice`);
    assert.equal(answer.words[8], dialogId);
    assert.equal(ok.field('Contact'), `<sip:127.0.0.1:${around.sipPort}>`);
    assert.equal(ok.field('Content-Type'), 'application/sdp');
    assert.equal(ok.body, sdp);
    peer.send(peer.request('BYE', { To: to, CSeq: '2 BYE' }));
    const bye = await app.shown('BYE');
    assert.equal(dialogOf(bye), dialogId);
    app.respond(bye, '200 OK');
    assert.equal((await peer.until('200')).field('CSeq'), '2 BYE');
    assert.equal(around.server.stats().dialogs, 0);
    app.close();
    peer.close();
  });

  it('is ended by the application', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    const { to, dialogId } = await answered(app, peer);
    const sent = await app.answer(
      app.say(`sip||${dialogId}\r\nBYE sip:placeholder SIP/2.0\r\nX-Why: done\r\n\r\n`),
    );
    assert.equal(sent.words[0], 'OK');
    const bye = await peer.until('BYE');
    assert.equal(bye.text.split(' ')[1], `sip:alice@127.0.0.1:${peer.port}`);
    assert.deepEqual([bye.field('From'), bye.field('X-Why')], [to, 'done']);
    peer.send(peer.response(bye, 200));
    const over = await app.shown('200');
    assert.equal(transactionOf(over), sent.words[7]);
    assert.equal(around.server.stats().dialogs, 0);
    const late = await app.answer(app.say(`sip||${dialogId}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`));
    assert.match(late.words.join('|'), /^NOK\|.*unable to find dialog/);
    app.close();
    peer.close();
  });

  it('is answered once more, without the application, when the request comes once more', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    const request = peer.request('INVITE', {}, sdp);
    peer.send(request);
    const invite = await app.shown('INVITE');
    assert.equal((await peer.next()).word, '100');
    peer.send(request);
    assert.equal((await peer.next()).word, '100');
    app.respond(invite, '486 Busy Here');
    const busy = await peer.next();
    assert.equal(busy.word, '486');
    peer.send(request);
    assert.equal((await peer.next()).text, busy.text);
    await around.pass(600);
    assert.equal((await peer.next()).text, busy.text);
    peer.send(
      peer.request('ACK', {
        Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-INVITE-1`,
        To: busy.field('To'),
      }),
    );
    peer.close();
    app.close();
  });

  it('is cancelled by the caller', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    peer.send(peer.request('INVITE', {}, sdp));
    const invite = await app.shown('INVITE');
    app.respond(invite, '180 Ringing');
    const ringing = await peer.until('180');
    peer.send(peer.request('CANCEL', { Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-INVITE-1` }));
    const replies = [await peer.next(), await peer.next()].map(({ word }) => word).sort();
    assert.deepEqual(replies, ['200', '487']);
    assert.notEqual(tagIn(ringing.field('To')), '');
    assert.equal(transactionOf(await app.shown('CANCEL')), transactionOf(invite));
    const late = await app.answer(app.respond(invite, '200 OK', '', sdp));
    assert.equal(late.words[0], 'NOK');
    assert.equal(around.server.stats().dialogs, 0);
    peer.close();
    app.close();
  });

  it('stands, where the CANCEL crosses its answer', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    const via = `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-INVITE-1`;
    const { to } = await answered(app, peer);
    peer.send(peer.request('CANCEL', { Via: via }));
    const cancelled = await peer.until('200');
    assert.equal(cancelled.field('CSeq'), '1 CANCEL');
    peer.send(peer.request('BYE', { To: to, CSeq: '2 BYE' }));
    app.respond(await app.shown('BYE'), '200 OK');
    assert.equal((await peer.until('200')).field('CSeq'), '2 BYE');
    peer.close();
    app.close();
  });

  it('takes the answer to a late offer with the ACK', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    peer.send(peer.request('INVITE'));
    const invite = await app.shown('INVITE');
    assert.equal(invite.sip.body, '');
    app.respond(invite, '200 OK', '', sdp);
    const ok = await peer.until('200');
    assert.equal(ok.body, sdp);
    const theirs = sdp.replace('4000', '5000');
    const via = `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-a`;
    peer.send(peer.request('ACK', { To: ok.field('To'), CSeq: '1 ACK', Via: via }, theirs));
    assert.equal((await app.shown('ACK')).sip.body, theirs);
    peer.close();
    app.close();
  });

  it('repeats its answer until the ACK, and ends itself without one', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    peer.send(peer.request('INVITE', {}, sdp));
    const invite = await app.shown('INVITE');
    app.respond(invite, '200 OK', '', sdp);
    const ok = await peer.until('200');
    await around.pass(600);
    assert.equal((await peer.next()).text, ok.text);
    await around.pass(34_000);
    const bye = await peer.until('BYE');
    assert.match(bye.field('Reason'), /text="ACK timeout"/);
    const told = await app.shown('BYE');
    assert.deepEqual([told.words[2], transactionOf(told)], ['application', 'unsolicited']);
    peer.close();
    app.close();
  });

  it('sends provisional responses reliably where asked to, and the answer after the PRACK', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    peer.send(peer.request('INVITE', { Supported: '100rel' }, sdp));
    const invite = await app.shown('INVITE');
    app.respond(invite, '183 Session Progress', 'Require: 100rel\r\n', sdp);
    const progress = await peer.until('183');
    assert.deepEqual([progress.field('RSeq'), progress.field('Require')], ['1', '100rel']);
    await around.pass(600);
    assert.equal((await peer.next()).text, progress.text);
    app.respond(invite, '200 OK', '', sdp);
    peer.send(peer.request('PRACK', { To: progress.field('To'), CSeq: '2 PRACK', RAck: '1 1 INVITE' }));
    const prack = await app.shown('PRACK');
    app.respond(prack, '200 OK');
    const finals = [await peer.until('200'), await peer.until('200')].map((ok) => ok.field('CSeq')).sort();
    assert.deepEqual(finals, ['1 INVITE', '2 PRACK']);
    peer.send(
      peer.request('PRACK', {
        To: progress.field('To'),
        CSeq: '3 PRACK',
        RAck: '1 1 INVITE',
        Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-p2`,
      }),
    );
    assert.equal((await peer.until('481')).field('CSeq'), '3 PRACK');
    peer.close();
    app.close();
  });

  it('takes one INVITE of each side at a time (RFC 3261 §14)', async () => {
    const [app, peer] = [await around.app('invite'), await around.peer()];
    const { to, dialogId } = await answered(app, peer);
    const again = (number: number): string =>
      peer.request(
        'INVITE',
        {
          To: to,
          CSeq: `${number} INVITE`,
          Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-r${number}`,
        },
        sdp,
      );
    peer.send(again(2));
    const first = await app.shown('INVITE');
    peer.send(again(3));
    const refused = await peer.until('500');
    assert.equal(refused.field('CSeq'), '3 INVITE');
    app.respond(first, '488 Not Acceptable Here');
    await peer.until('488');
    app.say(`sip||${dialogId}\r\nINVITE sip:placeholder SIP/2.0\r\n\r\n${sdp}`);
    const ours = await peer.until('INVITE');
    peer.send(again(4));
    assert.equal((await peer.until('491')).field('CSeq'), '4 INVITE');
    peer.send(peer.response(ours, 200, {}, sdp));
    await app.shown('200');
    app.say(`sip||${dialogId}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    assert.equal((await peer.until('ACK')).field('CSeq'), ours.field('CSeq').replace('INVITE', 'ACK'));
    peer.close();
    app.close();
  });

  it('refuses what is out of order, and what belongs to no dialog', async () => {
    const [app, peer] = [await around.app('invite', 'info'), await around.peer()];
    const { to } = await answered(app, peer, { CSeq: '9 INVITE' });
    peer.send(peer.request('INFO', { To: to, CSeq: '5 INFO' }));
    assert.equal((await peer.until('500')).field('CSeq'), '5 INFO');
    peer.send(peer.request('BYE', { To: '<sip:bob@127.0.0.1>;tag=nobody', CSeq: '10 BYE' }));
    assert.equal((await peer.until('481')).field('CSeq'), '10 BYE');
    peer.close();
    app.close();
  });
});
