import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../control/base/random.ts';
import { defaultOverloadLimits, Overload } from '../../edge/sip/drachtio/overload.ts';
import { Strangers } from '../../edge/sip/transaction/strangers.ts';
import { SipPeer } from '../peers/sip-peer.ts';
import { stand, sdp } from '../sip/server/stand.ts';

const branch = (peer: SipPeer, n: number): Record<string, string> => ({
  Via: `SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK-flood-${n}`,
  'Call-ID': `flood-${n}`,
});

describe('a flood of strangers', () => {
  it('takes no room of a carrier’s, is not remembered beyond its part, and passes', async () => {
    // Room for 40; strangers together have 20, one of them 5.
    const around = await stand({ transactionsMax: 40, carriers: ['127.0.0.2'] });
    const app = await around.app('options');
    const stranger = await around.peer();
    const carrier = await SipPeer.open(around.sipPort, '127.0.0.2');
    const answers: string[] = [];
    for (const [method, n] of [
      ['INVITE', 0],
      ['REGISTER', 1],
      ['OPTIONS', 2],
      ['BYE', 3],
      ['MESSAGE', 4],
    ] as const) {
      for (let i = 0; i < 20; i++)
        stranger.send(
          stranger.request(method, branch(stranger, 100 * n + i), method === 'INVITE' ? sdp : ''),
        );
    }
    for (let i = 0; i < 100; i++) {
      const answer = await stranger.next();
      answers.push(answer.word);
      if (answer.word === '503') assert.match(answer.field('Retry-After'), /^\d+$/);
    }
    assert.ok(answers.filter((word) => word === '503').length >= 90, answers.join(' '));
    assert.ok(around.server.stats().transactions <= 5);
    carrier.send(carrier.request('OPTIONS'));
    app.respond(await app.shown('OPTIONS'), '200 OK');
    await carrier.until('200');
    await around.pass(40_000);
    assert.equal(around.server.stats().transactions, 0);
    stranger.send(stranger.request('BYE', branch(stranger, 999)));
    await stranger.until('481');
    carrier.close();
    await around.close();
  });

  it('is refused before carriers feel any load', () => {
    const signs = { lag: 0, appLag: 0, backlog: 0 };
    const overload = new Overload(
      defaultOverloadLimits,
      { lagMs: () => signs.lag, appLagMs: () => signs.appLag, backlog: () => signs.backlog },
      systemRandom,
    );
    const { lagMaxMs, backlogMax, unansweredMax } = defaultOverloadLimits;
    for (const [unanswered, load] of [
      [0, { lag: lagMaxMs }],
      [0, { appLag: lagMaxMs }],
      [0, { backlog: backlogMax }],
      [unansweredMax - 1, {}],
    ] as const) {
      Object.assign(signs, { lag: 0, appLag: 0, backlog: 0 }, load);
      assert.equal(overload.refusal(unanswered), undefined);
      assert.equal(overload.refusal(unanswered, true)?.status, 503);
    }
  });

  it('is counted to the end of what it began, and leaves nothing behind', () => {
    const host = fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', '198.51.100.7', 'x');
    fc.assert(
      fc.property(fc.array(host, { maxLength: 60 }), (hosts) => {
        const strangers = new Strangers(['198.51.100.0/24'], 16, { share: 1 / 2, shareOfOne: 1 / 2 });
        const begun: string[] = [];
        for (const one of hosts) {
          if (!strangers.hasRoom(one)) continue;
          strangers.began(one);
          begun.push(one);
        }
        const others = begun.filter((one) => one !== '198.51.100.7');
        assert.ok(others.length <= 8);
        assert.ok(others.filter((one) => one === '192.0.2.1').length <= 4);
        assert.ok(others.filter((one) => one.startsWith('2001:')).length <= 4, 'a /64 is one of them');
        assert.equal(strangers.hasRoom('198.51.100.7'), true);
        for (const one of begun) strangers.ended(one);
        for (let i = 0; i < 4; i++) {
          assert.equal(strangers.hasRoom('192.0.2.1'), true);
          strangers.began('192.0.2.1');
        }
        assert.equal(strangers.hasRoom('192.0.2.1'), false);
      }),
    );
  });
});

describe('a stranger with bombs', () => {
  it('sends headers, parameters and SDP by the thousand, and the server goes on', async () => {
    const around = await stand();
    const [app, peer] = [await around.app('invite', 'options'), await around.peer()];
    const bombs = [
      peer.request('OPTIONS', { 'X-A': Array.from({ length: 10_000 }, () => 'b').join('\r\nX-A: ') }),
      peer.request('OPTIONS', { Via: `SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK${';a'.repeat(25_000)}` }),
      peer.request('OPTIONS', { Via: Array.from({ length: 2_000 }, () => 'SIP/2.0/UDP a').join(', ') }),
      peer.request('OPTIONS', { From: `${'"'.repeat(30_001)}<sip:a@b>;tag=1` }),
      peer.request('OPTIONS', { From: '<'.repeat(50_000) }),
      peer.request('OPTIONS', { Route: Array.from({ length: 3_000 }, () => '<sip:a;lr>').join(',') }),
      peer.request('OPTIONS', { 'Content-Length': '99999999999999999999' }),
      peer.request('OPTIONS', { 'Max-Forwards': '-1' }),
      peer.request('INVITE', branch(peer, 1), `v=0\r\n${'m=audio 4000 RTP/AVP 0\r\n'.repeat(2_000)}`),
      `${'OPTIONS '.repeat(8_000)}\r\n\r\n`,
      '\u0000'.repeat(60_000),
    ];
    for (const bomb of bombs) peer.send(bomb);
    peer.send(peer.request('OPTIONS', branch(peer, 2)));
    for (;;) {
      const shown = await app.shown('OPTIONS');
      app.respond(shown, '200 OK');
      if (shown.sip.field('Call-ID') === 'flood-2') break;
    }
    await around.close();
  });

  it('holds a connection with half a message no longer than another with none, and no more of them than his share', async () => {
    const around = await stand({ limits: { connectionsPerAddressMax: 3 } });
    const port = around.server.listening.find(({ transport }) => transport === 'tcp')?.port ?? 0;
    const sockets = await Promise.all(
      ['', 'INVITE sip:a SIP/2.0\r\n', 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 60000\r\n\r\nabc'].map(
        async (words) => {
          const socket = connect(port, '127.0.0.1');
          await once(socket, 'connect');
          socket.on('error', () => undefined);
          socket.resume();
          if (words !== '') socket.write(words);
          return socket;
        },
      ),
    );
    const fourth = connect(port, '127.0.0.1');
    fourth.on('error', () => undefined);
    fourth.resume();
    await once(fourth, 'close');
    const closed = sockets.map((socket) => once(socket, 'close'));
    await around.pass(14_000);
    await Promise.all(closed);
    assert.equal(around.server.stats().connections, 0);
    await around.close();
  });
});
