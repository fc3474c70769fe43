import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import Srf from 'drachtio-srf';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { ok } from '../../../control/base/result.ts';
import { Registrations } from '../../../control/sip-access/registrations.ts';
import { ha1, type Algorithm } from '../../../edge/sip/digest/algorithm.ts';
import { DigestServer } from '../../../edge/sip/digest/server.ts';
import { startEmbeddedSip, type EmbeddedSip } from '../../../edge/sip/server.ts';
import type { IncomingCall, OutgoingRequest } from '../../../edge/voice/signalling.ts';
import { Challenges } from '../../../edge/voice/srf/challenges.ts';
import type {
  SrfClient,
  SrfDialog,
  SrfReceived,
  SrfRequest,
  SrfResponse,
  SrfSent,
} from '../../../edge/voice/srf/client.ts';
import { shut } from './shut-door.ts';
import { readHeaders, repeated } from '../../../edge/voice/srf/headers.ts';
import { SrfSignalling } from '../../../edge/voice/srf/srf-signalling.ts';
import { Trunk } from '../../../edge/voice/srf/trunk.ts';
import { TrunkRegistration, type RegistrationState } from '../../../edge/voice/srf/trunk-registration.ts';
import { temporaryStore } from '../../control/store/temporary.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const config = {
  username: 'line-7',
  password: 'a secret',
  registrar: 'sip:192.0.2.20:5061;transport=tcp',
  expiresSeconds: 600,
};

interface Asked {
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
}
type Reply = readonly [status: number, fields?: readonly string[]];

/** Answers each REGISTER with what `replies` gives; undefined for silence. */
function registration(replies: (asked: Asked, index: number) => Reply | undefined) {
  const clock = new FakeClock();
  const asked: Asked[] = [];
  const told: RegistrationState[] = [];
  const srf = {
    request(
      uri: string,
      { headers = {} }: { headers?: Asked['headers'] },
      sent: (e: null, req: SrfSent) => void,
    ) {
      const request = { uri, headers };
      asked.push(request);
      const reply = replies(request, asked.length - 1);
      const contact = headers['Contact']?.replace('localhost', '192.0.2.1:5060');
      sent(null, {
        get: (name: string) => (name === 'Contact' ? contact : undefined),
        cancel: () => undefined,
        on(_event: string, hear: (res: SrfReceived) => void) {
          if (reply === undefined) return;
          const [status, fields = []] = reply;
          const raw = [`SIP/2.0 ${status} -`, ...fields, '', ''].join('\r\n');
          hear({
            status,
            raw,
            protocol: 'tcp',
            source_address: '192.0.2.20',
            source_port: 5061,
          } as SrfReceived);
        },
      });
    },
  } as unknown as SrfClient;
  const own = new TrunkRegistration(config, { srf, clock, random: systemRandom }, (state) =>
    told.push(state),
  );
  const settled = (): Promise<void> => new Promise(setImmediate);
  return { clock, asked, told, own, settled };
}

describe('the registration of a trunk', () => {
  it('is renewed before it expires, under one Call-ID, and taken back at the end', async () => {
    const { clock, asked, told, own, settled } = registration((_asked, index) =>
      index === 0
        ? [
            200,
            [
              'Contact: <sip:line-7@203.0.113.9>;expires=9, <sip:line-7@192.0.2.1:5060;transport=tcp>;expires=300',
            ],
          ]
        : [200],
    );
    own.renew();
    await settled();
    assert.equal(own.state, 'registered');
    const [first] = asked;
    assert.equal(first?.uri, config.registrar);
    assert.match(first.headers['From'] ?? '', /^<sip:line-7@192\.0\.2\.20>;tag=\w+$/);
    assert.equal(first.headers['To'], '<sip:line-7@192.0.2.20>');
    assert.equal(first.headers['Contact'], '<sip:line-7@localhost;transport=tcp>');
    assert.equal(first.headers['Expires'], '600');
    clock.advance(239_999);
    assert.equal(asked.length, 1);
    clock.advance(1);
    await settled();
    assert.equal(asked.length, 2);
    await own.stop();
    assert.deepEqual(
      asked.map(({ headers }) => [headers['CSeq'], headers['Expires']]),
      [
        ['1 REGISTER', '600'],
        ['2 REGISTER', '600'],
        ['3 REGISTER', '0'],
      ],
    );
    assert.equal(new Set(asked.map(({ headers }) => headers['Call-ID'])).size, 1);
    assert.deepEqual(told, ['registered']);
    assert.equal(clock.timers, 0);
  });

  it('asks for longer where that is wanted', async () => {
    const { asked, own, settled } = registration(({ headers }) =>
      headers['Expires'] === '600' ? [423, ['Min-Expires: 1800']] : [200],
    );
    own.renew();
    await settled();
    assert.equal(own.state, 'registered');
    assert.equal(asked[1]?.headers['Expires'], '1800');
    await own.stop();
  });

  it('is tried again after growing waits, or as long as the carrier asks for', async () => {
    const replies: (Reply | undefined)[] = [
      [503],
      [403],
      undefined,
      [503, ['Retry-After: 1000']],
      [200],
      [200],
    ];
    const { clock, asked, told, own, settled } = registration((_asked, index) => replies[index]);
    own.renew();
    await settled();
    assert.equal(own.state, 'failed');
    clock.advance(2_000);
    await settled();
    assert.equal(asked.length, 2);
    clock.advance(1_999);
    await settled();
    assert.equal(asked.length, 2);
    clock.advance(2_001);
    await settled();
    assert.equal(asked.length, 3);
    // The SIP server says nothing at all.
    clock.advance(40_000);
    await settled();
    clock.advance(8_000);
    await settled();
    assert.equal(asked.length, 4);
    clock.advance(999_999);
    assert.equal(asked.length, 4);
    clock.advance(1);
    await settled();
    assert.equal(own.state, 'registered');
    assert.deepEqual(told, ['failed', 'registered']);
    await own.stop();
    assert.equal(clock.timers, 0);
  });

  it('gives up on a secret that is wrong, until the next time', async () => {
    const { asked, own, settled } = registration(() => [
      401,
      ['WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'],
    ]);
    own.renew();
    await settled();
    assert.deepEqual([own.state, asked.length], ['failed', 2]);
    assert.match(asked[1]?.headers['Authorization'] ?? '', /algorithm=SHA-256.*nc=00000001/);
    await own.stop();
    assert.equal(asked.length, 2);
  });

  it('leaves without waiting for a carrier that does not answer', async () => {
    const { clock, own, settled } = registration((_asked, index) => (index === 0 ? [200] : undefined));
    own.renew();
    await settled();
    const stopped = own.stop();
    clock.advance(2_000);
    await stopped;
  });
});

describe('challenges', () => {
  const response = (status: number, ...fields: readonly string[]) => ({
    status,
    raw: [`SIP/2.0 ${status} -`, ...fields, '', ''].join('\r\n'),
  });
  const digest = (nonce: string, more = '') => `Digest realm="r", nonce="${nonce}", qop="auth"${more}`;
  const open = (): Challenges => new Challenges({ username: 'u', password: 'p' }, systemRandom);

  it('are answered, by the strongest algorithm, of a proxy and of an endpoint behind it', () => {
    const challenges = open();
    assert.deepEqual(challenges.headers('INVITE', 'sip:a@b'), {});
    const both = response(
      407,
      `Proxy-Authenticate: ${digest('1')}`,
      `Proxy-Authenticate: ${digest('1', ', algorithm=SHA-256')}`,
    );
    assert.equal(challenges.heed(both, false), true);
    assert.match(challenges.headers('INVITE', 'sip:a@b')['Proxy-Authorization'] ?? '', /algorithm=SHA-256/);
    assert.equal(challenges.heed(response(401, `WWW-Authenticate: ${digest('2')}`), true), true);
    const headers = challenges.headers('BYE', 'sip:a@b');
    assert.match(headers['Proxy-Authorization'] ?? '', /nc=00000002/);
    assert.match(headers['Authorization'] ?? '', /nc=00000001/);
  });

  it('are answered once more where only the nonce was old', () => {
    const challenges = open();
    assert.equal(challenges.heed(response(401, `WWW-Authenticate: ${digest('1')}`), false), true);
    assert.equal(
      challenges.heed(response(401, `WWW-Authenticate: ${digest('2', ', stale=true')}`), true),
      true,
    );
    assert.equal(challenges.heed(response(401, `WWW-Authenticate: ${digest('3')}`), true), false);
  });

  it('are none without a scheme of ours', () => {
    assert.equal(open().heed(response(401, 'WWW-Authenticate: Basic realm="r"'), false), false);
    assert.equal(open().heed(response(401), false), false);
    assert.equal(open().heed(response(403), false), false);
  });
});

describe('a trunk that has registered', () => {
  it('takes the number that was dialled from To', () => {
    const common = { name: 'a', proxy: 'sip:192.0.2.20', accept: [], cps: 1, channels: 1, codecs: [] };
    const credentials = { username: 'line-7', password: 'x' };
    const registration = { registrar: 'sip:192.0.2.20', expiresSeconds: 60 };
    const headers = readHeaders('INVITE sip:x SIP/2.0\r\nTo: <sip:+14155550001@carrier.test>\r\n\r\n');
    const own = new Trunk({ ...common, credentials, registration }, new FakeClock());
    assert.equal(own.calledUri('sip:line-7@192.0.2.1', headers), 'sip:+14155550001@carrier.test');
    assert.equal(own.calledUri('sip:+14155550002@192.0.2.1', headers), 'sip:+14155550002@192.0.2.1');
    assert.equal(
      new Trunk({ ...common, credentials }, new FakeClock()).calledUri('sip:line-7@192.0.2.1', headers),
      'sip:line-7@192.0.2.1',
    );
  });
});

const sdp =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** A SIP server with its application: ours, or the carrier's. */
async function open(): Promise<{ server: EmbeddedSip; srf: SrfClient; port: number }> {
  const server = await startEmbeddedSip({ listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }] });
  const srf = new Srf() as unknown as SrfClient;
  srf.on('error', () => undefined);
  const connected = new Promise<void>((resolve) => srf.on('connect', () => resolve()));
  srf.connect(server.control);
  await connected;
  return { server, srf, port: server.listening[0]?.port ?? 0 };
}

for (const algorithm of ['SHA-256', 'MD5'] as const satisfies readonly Algorithm[]) {
  describe(`a carrier that asks who we are, by ${algorithm}`, () => {
    const realm = 'carrier.test';
    const digest = new DigestServer({ clock: systemClock, random: systemRandom, algorithms: [algorithm] });
    let ours: Awaited<ReturnType<typeof open>>;
    let carrier: Awaited<ReturnType<typeof open>>;
    let signalling: SrfSignalling;
    let seen: string[];
    let registered: (contact: string) => void;
    let came: (call: IncomingCall) => void;
    let stands: (dialog: SrfDialog) => void;
    let settled: (state: RegistrationState) => void;

    /** Lets a request pass, or asks. */
    const admits = (req: SrfRequest, res: SrfResponse): boolean => {
      const proxy = req.method !== 'REGISTER';
      const credentials = readHeaders(req.msg.raw).all(proxy ? 'proxy-authorization' : 'authorization');
      const judged = digest.judge({ method: req.method, credentials }, realm, (user) =>
        user === 'line-7' ? ha1(algorithm, user, realm, 'a secret') : undefined,
      );
      seen.push(`${req.method} ${judged.kind}`);
      if (judged.kind === 'accepted') return true;
      if (judged.kind === 'wrong') res.send(403);
      else {
        const values = digest.challenge(realm, judged.stale);
        const name = proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate';
        res.send(proxy ? 407 : 401, { headers: repeated(name, values) });
      }
      return false;
    };

    before(async () => {
      [ours, carrier] = await Promise.all([open(), open()]);
      carrier.srf.options((_req, res) => res.send(200));
      carrier.srf.register((req, res) => {
        if (!admits(req, res)) return;
        res.send(200, { headers: { Contact: req.get('Contact'), Expires: '600' } });
        registered(`${req.get('Expires')} ${req.get('Contact')}`);
      });
      carrier.srf.invite((req, res) => {
        if (!admits(req, res)) return;
        carrier.srf.createUAS(req, res, { localSdp: sdp }, (_error, dialog) => {
          if (dialog !== undefined) stands(dialog);
        });
      });
    });
    beforeEach(() => {
      seen = [];
      registered = () => undefined;
      came = (call) => call.reject(480);
      stands = () => undefined;
      settled = () => undefined;
      const credentials = { username: 'line-7', password: 'a secret' };
      const proxy = `sip:127.0.0.1:${carrier.port}`;
      signalling = new SrfSignalling({
        srf: ours.srf,
        clock: systemClock,
        random: systemRandom,
        trunks: [
          {
            name: 'alpha',
            proxy,
            accept: ['127.0.0.1'],
            cps: 100,
            channels: 10,
            codecs: [],
            credentials,
            registration: { registrar: proxy, expiresSeconds: 600 },
          },
        ],
        door: shut,
        endpoints: new Registrations(temporaryStore()),
        reach: () => Promise.resolve(ok(undefined)),
        domain: 'edge.test',
        observer: { trunk: () => undefined, registration: (_name, state) => settled(state) },
      });
    });
    afterEach(() => signalling.stop());
    after(async () => {
      for (const side of [ours, carrier]) {
        side.srf.disconnect();
        await side.server.close();
      }
    });

    it('lets us register, finds us where we said, and hears that we go', async () => {
      const contact = new Promise<string>((resolve) => (registered = resolve));
      const call = new Promise<IncomingCall>((resolve) => (came = resolve));
      const state = new Promise<RegistrationState>((resolve) => (settled = resolve));
      signalling.serve((incoming) => came(incoming));
      const [, uri = ''] = /^600 <(sip:line-7@127\.0\.0\.1:\d+)>$/.exec(await contact) ?? [];
      assert.equal(uri, `sip:line-7@127.0.0.1:${ours.port}`);
      assert.equal(signalling.trunkStates()[0]?.registration === null, false);
      carrier.srf.createUAC(
        uri,
        { localSdp: sdp, headers: { To: '<sip:+14155550001@carrier.test>' } },
        { cbRequest: () => undefined, cbProvisional: () => undefined },
        () => undefined,
      );
      const incoming = await call;
      assert.deepEqual([incoming.toUser, incoming.source.kind], ['+14155550001', 'trunk']);
      incoming.reject(486);
      const gone = new Promise<string>((resolve) => (registered = resolve));
      assert.equal(await state, 'registered');
      assert.equal(signalling.trunkStates()[0]?.registration, 'registered');
      await signalling.stop();
      assert.match(await gone, /^0 /);
    });

    it('takes our calls, and lets us hang up', async () => {
      const theirs = new Promise<SrfDialog>((resolve) => (stands = resolve));
      const request: OutgoingRequest = {
        accountSid: 'AC1',
        destination: { kind: 'trunk', carrier: 'alpha', number: '+12065550100' },
        from: '+14155550001',
        callerName: '',
        forwardedBy: '',
        passport: '',
        headers: [],
        sdp,
      };
      const end = await signalling.originate(request).end;
      assert.ok(end.kind === 'answered');
      end.dialog.handle({
        ended: () => undefined,
        offered: (offer) => Promise.resolve(ok(offer)),
        answered: () => undefined,
        digit: () => undefined,
        referred: () => 603,
      });
      assert.deepEqual(seen, ['INVITE challenge', 'INVITE accepted']);
      const dialog = await theirs;
      const asked: string[] = [];
      dialog.on('info', (req, res) => {
        asked.push(...readHeaders(req.msg.raw).all('proxy-authorization'));
        res.send(200);
      });
      assert.equal((await end.dialog.info('text/plain', 'x')).ok, true);
      assert.match(asked[0] ?? '', /nc=00000002/);
      const gone = new Promise<void>((resolve) => dialog.on('destroy', () => resolve()));
      end.dialog.bye();
      await gone;
      assert.equal(signalling.trunkStates()[0]?.calls, 0);
    });
  });
}
