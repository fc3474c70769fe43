import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import Srf from 'drachtio-srf';
import { ok } from '../../../control/base/result.ts';
import { Registrations } from '../../../control/sip-access/registrations.ts';
import { startEmbeddedSip, type EmbeddedSip } from '../../../edge/sip/server.ts';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import type {
  Dialog,
  DialogHandlers,
  IncomingCall,
  OutgoingRequest,
} from '../../../edge/voice/signalling.ts';
import type { SrfClient, SrfDialog, SrfRequest, SrfResponse } from '../../../edge/voice/srf/client.ts';
import type { Door } from '../../../edge/voice/srf/door.ts';
import { SrfSignalling } from '../../../edge/voice/srf/srf-signalling.ts';
import { temporaryStore } from '../../control/store/temporary.ts';

const sdp = (port: number): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    '',
  ].join('\r\n');

/** A SIP server with its application: ours, or the peer's. */
async function open(): Promise<{ server: EmbeddedSip; srf: SrfClient; port: number }> {
  const server = await startEmbeddedSip({ listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }] });
  const srf = new Srf() as unknown as SrfClient;
  srf.on('error', () => undefined);
  const connected = new Promise<void>((resolve) => srf.on('connect', () => resolve()));
  srf.connect(server.control);
  await connected;
  const port = server.listening[0]?.port ?? 0;
  return { server, srf, port };
}

const quiet: DialogHandlers = {
  ended: () => undefined,
  offered: (offer) => Promise.resolve(ok(offer)),
  answered: () => undefined,
  digit: () => undefined,
  referred: () => 603,
};

const accountSid = 'AC00000000000000000000000000000001';
const [pbx, safe] = ['pbx.sip.edge.test', 'safe.sip.edge.test'];

/** One SIP domain, at which a desk may register. */
const door: Door = {
  judge: ({ method }) =>
    method === 'REGISTER'
      ? { kind: 'let-in', source: { kind: 'domain', domainSid: 'SD1', accountSid }, user: 'desk' }
      : { kind: 'refuse', status: 403 },
  domainAt: (host) =>
    host === pbx || host === safe ? { sid: 'SD1', accountSid, secure: host === safe } : undefined,
  mayRegister: (host) => host === pbx,
};

/** Resolves with the first call of what it gives. */
function once<T>(): { readonly heard: Promise<T>; readonly hear: (value: T) => void } {
  let hear: (value: T) => void = () => undefined;
  const heard = new Promise<T>((resolve) => (hear = resolve));
  return { heard, hear };
}

describe('calls over drachtio-srf', () => {
  let ours: Awaited<ReturnType<typeof open>>;
  let peer: Awaited<ReturnType<typeof open>>;
  let signalling: SrfSignalling;
  /** What our side does with calls that come in, and the peer with those that go out. */
  let take: (call: IncomingCall) => void;
  let peerTake: (req: SrfRequest, res: SrfResponse) => void;
  const channels = (): number | undefined => signalling.trunkStates()[0]?.calls;
  const peerUri = (user: string): string => `sip:${user}@127.0.0.1:${ours.port}`;

  before(async () => {
    ours = await open();
    peer = await open();
    peer.srf.invite((req, res) => peerTake(req, res));
    peer.srf.options((_req, res) => res.send(200));
    signalling = new SrfSignalling({
      srf: ours.srf,
      clock: systemClock,
      random: systemRandom,
      trunks: [
        {
          name: 'alpha',
          proxy: `sip:127.0.0.1:${peer.port}`,
          accept: ['127.0.0.1'],
          cps: 1_000,
          channels: 2,
          codecs: ['PCMU'],
        },
        {
          name: 'beta',
          proxy: `sip:127.0.0.1:${peer.port}`,
          accept: [],
          cps: 1,
          channels: 1,
          codecs: ['PCMU'],
          srtp: 'require',
        },
      ],
      door,
      endpoints: new Registrations(temporaryStore()),
      reach: () => Promise.resolve(ok(undefined)),
      domain: 'edge.test',
      observer: { trunk: () => undefined, registration: () => undefined },
      stir: {
        verify: ({ identities, from }) =>
          Promise.resolve(
            identities[0] === 'a proof' ? { verstat: `passed for ${from}`, token: 'a passport' } : undefined,
          ),
        sign: ({ from, to, passport }) => Promise.resolve([`proof of ${from} to ${to}`, passport]),
      },
    });
    signalling.serve((call) => take(call));
  });
  after(async () => {
    await signalling.stop();
    for (const side of [ours, peer]) {
      side.srf.disconnect();
      await side.server.close();
    }
  });
  beforeEach(() => {
    take = (call) => call.reject(480);
    peerTake = (_req, res) => void res.send(480);
  });

  const request = (change: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
    accountSid,
    destination: { kind: 'trunk', carrier: 'alpha', number: '+12065550100' },
    from: '+14155550001',
    callerName: '',
    forwardedBy: '+14155550009',
    passport: 'the proof of the caller',
    headers: [['X-Key', 'a value']],
    sdp: sdp(4_000),
    ...change,
  });

  /** The peer calls us; its dialog, or the status that it got. */
  const dial = (headers: Record<string, string> = {}, offer = sdp(5_000)): Promise<SrfDialog | number> =>
    new Promise((resolve) => {
      const progress = { cbRequest: () => undefined, cbProvisional: () => undefined };
      const from = `<sip:+12065550100@carrier.test>`;
      peer.srf.createUAC(
        peerUri('+14155550001'),
        { localSdp: offer, headers: { From: from, ...headers } },
        progress,
        (error, dialog) => resolve(dialog ?? error?.status ?? 0),
      );
    });

  it('brings a call in, with who calls and what he says, and hangs up', async () => {
    const came = once<IncomingCall>();
    take = came.hear;
    const dialling = dial({
      'P-Asserted-Identity': '"A Caller" <sip:+12065550177@carrier.test>',
      Diversion: '<sip:+12065550188@carrier.test>;reason=no-answer',
      'X-Trace': '7',
      Identity: 'a proof',
    });
    const call = await came.heard;
    assert.deepEqual(call.source, { kind: 'trunk', carrier: 'alpha' });
    assert.equal(call.toUser, '+14155550001');
    assert.equal(call.fromUser, '+12065550177');
    assert.equal(call.callerName, 'A Caller');
    assert.deepEqual([call.stirVerstat, call.stirToken], ['passed for +12065550177', 'a passport']);
    assert.equal(call.forwardedFrom, '+12065550188');
    assert.deepEqual(call.customHeaders, [['X-Trace', '7']]);
    assert.equal(call.offer, sdp(5_000));
    call.ring();
    const answered = await call.answer(sdp(4_000));
    assert.ok(answered.ok);
    const theirs = await dialling;
    assert.ok(typeof theirs === 'object');
    assert.equal(theirs.remote.sdp, sdp(4_000));
    answered.value.dialog.handle(quiet);
    assert.equal(channels(), 1);
    const gone = once<undefined>();
    theirs.on('destroy', () => gone.hear(undefined));
    answered.value.dialog.bye();
    await gone.heard;
    assert.equal(channels(), 0);
  });

  it('hears the caller hang up, press keys by INFO, and offer anew', async () => {
    const came = once<IncomingCall>();
    take = came.hear;
    const dialling = dial();
    const answered = await (await came.heard).answer(sdp(4_000));
    assert.ok(answered.ok);
    const theirs = await dialling;
    assert.ok(typeof theirs === 'object');
    const ended = once<undefined>();
    const pressed = once<string>();
    const offered = once<string>();
    answered.value.dialog.handle({
      ...quiet,
      ended: () => ended.hear(undefined),
      digit: pressed.hear,
      offered: (offer) => {
        offered.hear(offer);
        return Promise.resolve(ok(sdp(4_002)));
      },
    });
    theirs.request(
      {
        method: 'INFO',
        headers: { 'Content-Type': 'application/dtmf-relay' },
        body: 'Signal=9\r\nDuration=100\r\n',
      },
      () => undefined,
    );
    assert.equal(await pressed.heard, '9');
    const answer = once<string | undefined>();
    theirs.modify(sdp(5_002), {}, (_error, modified) => answer.hear(modified));
    assert.equal(await offered.heard, sdp(5_002));
    assert.equal(await answer.heard, sdp(4_002));
    theirs.destroy({}, () => undefined);
    await ended.heard;
    assert.equal(channels(), 0);
  });

  it('lets a caller take the place of another, whose dialog ends while the call goes on', async () => {
    const came = once<IncomingCall>();
    take = came.hear;
    const dialling = dial();
    const answered = await (await came.heard).answer(sdp(4_000));
    assert.ok(answered.ok);
    const first = await dialling;
    assert.ok(typeof first === 'object');
    const { callId, localTag, remoteTag } = first.sip;
    const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag}`;
    const ended = once<undefined>();
    const pressed = once<string>();
    const offers: string[] = [];
    answered.value.dialog.handle({
      ...quiet,
      ended: () => ended.hear(undefined),
      digit: pressed.hear,
      offered: (offer) => {
        offers.push(offer);
        return Promise.resolve(ok(sdp(4_000)));
      },
    });
    assert.equal(await dial({ Replaces: `${callId};to-tag=other;from-tag=${localTag}` }), 481);
    assert.equal(await dial({ Replaces: `${replaces};early-only` }), 486);
    assert.equal(await dial({ Replaces: callId }), 400);
    assert.deepEqual(offers, []);
    const gone = once<undefined>();
    first.on('destroy', () => gone.hear(undefined));
    const second = await dial({ Replaces: replaces, Require: 'replaces' }, sdp(5_004));
    assert.ok(typeof second === 'object');
    assert.equal(second.remote.sdp, sdp(4_000));
    await gone.heard;
    assert.deepEqual(offers, [sdp(5_004)]);
    assert.equal(channels(), 1);
    assert.equal(await dial({ Replaces: replaces }), 481);
    const info = { method: 'INFO', headers: { 'Content-Type': 'application/dtmf-relay' }, body: 'Signal=5' };
    second.request(info, () => undefined);
    assert.equal(await pressed.heard, '5');
    second.destroy({}, () => undefined);
    await ended.heard;
    assert.equal(channels(), 0);
  });

  it('refuses, and hears a caller give up', async () => {
    assert.equal(await dial(), 480);
    const came = once<IncomingCall>();
    take = came.hear;
    const sent = once<{ cancel(done: () => void): void }>();
    const status = new Promise((resolve) => {
      peer.srf.createUAC(
        peerUri('+14155550001'),
        { localSdp: sdp(5_000), headers: {} },
        { cbRequest: (_error, req) => req !== undefined && sent.hear(req), cbProvisional: () => undefined },
        (error) => resolve(error?.status),
      );
    });
    const call = await came.heard;
    call.ring();
    const canceled = once<undefined>();
    call.onCancel(() => canceled.hear(undefined));
    (await sent.heard).cancel(() => undefined);
    await canceled.heard;
    assert.equal(await status, 487);
    const late = await call.answer(sdp(4_000));
    assert.deepEqual(late, { ok: false, error: 'canceled' });
    assert.equal(channels(), 0);
  });

  it('sends callers away beyond the channels of their trunk', async () => {
    const dialogs: Dialog[] = [];
    take = (call) =>
      void call.answer(sdp(4_000)).then((answered) => {
        if (!answered.ok) return;
        answered.value.dialog.handle(quiet);
        dialogs.push(answered.value.dialog);
      });
    await dial();
    await dial();
    assert.equal(await dial(), 503);
    const over = signalling.originate(request());
    assert.deepEqual(await over.end, { kind: 'unreachable', why: 'over-limit' });
    for (const dialog of dialogs) dialog.bye();
    assert.equal(channels(), 0);
  });

  it('places a call: headers, progress, answer, and the other’s end', async () => {
    const invited = once<{ req: SrfRequest; res: SrfResponse }>();
    peerTake = (req, res) => invited.hear({ req, res });
    const left: string[] = [];
    const sent = (callId: string): void => void left.push(callId);
    const call = signalling.originate(request({ callerName: 'The "Edge"', sent }));
    const rung = once<[number, string]>();
    call.onProgress((status, early) => rung.hear([status, early]));
    const { req, res } = await invited.heard;
    assert.match(req.uri, /^sip:\+12065550100@127\.0\.0\.1:\d+;user=phone$/);
    assert.match(req.get('From'), /^"The \\"Edge\\"" <sip:\+14155550001@edge\.test>/);
    assert.match(req.get('P-Asserted-Identity'), /<sip:\+14155550001@edge\.test;user=phone>/);
    assert.equal(req.get('X-Key'), 'a value');
    assert.equal(req.get('Diversion'), '<sip:+14155550009@edge.test>;reason=unconditional');
    assert.match(
      req.msg.raw,
      /Identity: proof of \+14155550001 to \+12065550100\r\nIdentity: the proof of the caller\r\n/,
    );
    assert.equal(req.body, sdp(4_000));
    res.send(183, { body: sdp(5_000), headers: { 'Content-Type': 'application/sdp' } });
    assert.deepEqual(await rung.heard, [183, sdp(5_000)]);
    const theirs = once<SrfDialog | undefined>();
    peer.srf.createUAS(req, res, { localSdp: sdp(5_000) }, (_error, dialog) => theirs.hear(dialog));
    const end = await call.end;
    assert.ok(end.kind === 'answered');
    assert.equal(end.sdp, sdp(5_000));
    assert.deepEqual(left, [req.get('Call-ID')]);
    const gone = once<undefined>();
    end.dialog.handle({ ...quiet, ended: () => gone.hear(undefined) });
    (await theirs.heard)?.destroy({}, () => undefined);
    await gone.heard;
    assert.equal(signalling.trunkStates()[0]?.state, 'up');
    assert.equal(channels(), 0);
  });

  it('tells a refusal by its status, and takes a call back', async () => {
    peerTake = (_req, res) => void res.send(486);
    const refused = await signalling.originate(request()).end;
    assert.ok(refused.kind === 'refused');
    assert.equal(refused.status, 486);
    const invited = once<SrfResponse>();
    peerTake = (_req, res) => {
      res.send(180);
      invited.hear(res);
    };
    const call = signalling.originate(request());
    await invited.heard;
    call.cancel();
    assert.deepEqual(await call.end, { kind: 'canceled' });
    assert.equal(channels(), 0);
  });

  it('knows whose sound has to be encrypted, and over which IP it goes', () => {
    const uri = (text: string): unknown =>
      signalling.soundTo({ kind: 'uri', uri: text, username: '', password: '' });
    assert.deepEqual(uri(`sip:desk@${pbx}`), { srtp: 'accept', family: undefined });
    assert.deepEqual(uri(`sip:desk@${safe}`), { srtp: 'offer', family: undefined });
    assert.deepEqual(uri('sip:a@192.0.2.1;secure=true'), { srtp: 'offer', family: 4 });
    assert.deepEqual(uri('sip:a@[2001:db8::1]:5080'), { srtp: 'accept', family: 6 });
    assert.deepEqual(uri('tel:911'), { srtp: 'accept' });
    const trunk = (carrier: string): unknown =>
      signalling.soundTo({ kind: 'trunk', carrier, number: '+12065550100' });
    assert.deepEqual(trunk('alpha'), { srtp: 'accept', family: 4 });
    assert.deepEqual(trunk('beta'), { srtp: 'offer', family: 4 });
  });

  it('cannot reach who is not there', async () => {
    const end = await signalling.originate(
      request({ destination: { kind: 'uri', uri: 'sip:x@nowhere.invalid', username: '', password: '' } }),
    ).end;
    assert.ok(end.kind === 'refused');
    assert.deepEqual([end.status, end.reason], [503, 'DNS Error']);
  });

  it('reaches an endpoint that has registered, for its own account only', async () => {
    const destination = { kind: 'uri', uri: `sip:desk@${pbx}`, username: '', password: '' } as const;
    const missing = await signalling.originate(request({ destination })).end;
    assert.deepEqual(missing, { kind: 'unreachable', why: 'not-registered' });
    const registered = once<number>();
    peer.srf.request(
      `sip:127.0.0.1:${ours.port}`,
      {
        method: 'REGISTER',
        headers: {
          To: `<sip:desk@${pbx}>`,
          From: `<sip:desk@${pbx}>`,
          Contact: '<sip:desk@10.255.255.1:5060>',
        },
      },
      (_error, sent) => sent?.on('response', ({ status }) => registered.hear(status)),
    );
    assert.equal(await registered.heard, 200);
    const invited = once<SrfRequest>();
    peerTake = (req, res) => {
      res.send(486);
      invited.hear(req);
    };
    const left: string[] = [];
    const wish = request({ destination, sent: (callId) => void left.push(callId) });
    const end = await signalling.originate(wish).end;
    assert.equal(end.kind === 'refused' ? end.status : 0, 486);
    const rung = await invited.heard;
    assert.match(rung.uri, /^sip:desk@10\.255\.255\.1/);
    assert.deepEqual(left, [rung.get('Call-ID')]);
    const other = request({ destination, accountSid: 'AC00000000000000000000000000000002' });
    assert.deepEqual(await signalling.originate(other).end, { kind: 'unreachable', why: 'not-registered' });
  });

  it('refers a party and learns what became of it; is referred and says what it will do', async () => {
    const invited = once<{ req: SrfRequest; res: SrfResponse }>();
    peerTake = (req, res) => invited.hear({ req, res });
    const call = signalling.originate(request());
    const { req, res } = await invited.heard;
    const theirs = once<SrfDialog>();
    peer.srf.createUAS(req, res, { localSdp: sdp(5_000) }, (_error, dialog) => {
      if (dialog !== undefined) theirs.hear(dialog);
    });
    const end = await call.end;
    assert.ok(end.kind === 'answered');
    const dialog = await theirs.heard;
    const asked = once<string>();
    end.dialog.handle({
      ...quiet,
      referred: (target) => {
        asked.hear(target);
        return 202;
      },
    });
    dialog.on('refer', (refer, answer) => {
      answer.send(202);
      assert.equal(refer.get('Refer-To'), '<sip:other@pbx.test>');
      dialog.request(
        {
          method: 'NOTIFY',
          headers: {
            Event: 'refer',
            'Subscription-State': 'terminated',
            'Content-Type': 'message/sipfrag',
          },
          body: 'SIP/2.0 200 OK\r\n',
        },
        () => undefined,
      );
    });
    assert.deepEqual(await end.dialog.refer('sip:other@pbx.test', []), { ok: true, value: 200 });
    const notified = once<string>();
    dialog.on('notify', (notify, answer) => {
      answer.send(200);
      notified.hear(notify.body);
    });
    dialog.request({ method: 'REFER', headers: { 'Refer-To': '<sip:we@there.test>' } }, () => undefined);
    assert.equal(await asked.heard, 'sip:we@there.test');
    assert.match(await notified.heard, /^SIP\/2\.0 200 OK/);
    const answer = await end.dialog.reinvite(sdp(4_004));
    assert.equal(answer.ok, true);
    end.dialog.bye();
  });
});
