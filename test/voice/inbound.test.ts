import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { CallBook } from '../../edge/voice/store/call-book.ts';
import {
  account,
  appUrl,
  failure,
  Harness,
  ownNumber,
  stranger,
  twiml,
  type HarnessOptions,
} from './harness.ts';

describe('an inbound call', () => {
  let harness: Harness;
  const open = (options: HarnessOptions = {}): Harness => (harness = new Harness(options));
  afterEach(() => harness.end());

  it('asks its application with what Twilio tells, and rings meanwhile', async () => {
    open({ app: () => twiml('<Pause length="5"/>') });
    const incoming = await harness.ring({ forwardedFrom: '+12065550177', customHeaders: [['X-Trace', '7']] });
    assert.equal(incoming.rings, 1);
    assert.equal(incoming.answered, undefined);
    const [request] = harness.requests;
    assert.equal(request?.url, appUrl);
    const params = harness.params(0);
    assert.equal(params['AccountSid'], account.sid);
    assert.equal(params['CallStatus'], 'ringing');
    assert.equal(params['Direction'], 'inbound');
    assert.equal(params['From'], stranger);
    assert.equal(params['Caller'], stranger);
    assert.equal(params['To'], ownNumber);
    assert.equal(params['ToCity'], 'OAKLAND');
    assert.equal(params['FromCountry'], 'US');
    assert.equal(params['ForwardedFrom'], '+12065550177');
    assert.equal(params['StirVerstat'], 'TN-Validation-Passed-A');
    assert.equal(params['StirPassportToken'], 'a passport');
    assert.equal(params['SipHeader_X-Trace'], '7');
    assert.notEqual(params['CallToken'], undefined);
    assert.match(params['CallSid'] ?? '', /^CA[0-9a-f]{32}$/);
  });

  it('is answered and ended by the end of its document', async () => {
    open({ app: () => twiml() });
    const incoming = await harness.ring();
    assert.equal(incoming.answered, 'answer L1 to the offer');
    assert.equal(incoming.dialog.byes, 1);
    const call = harness.latest('inbound');
    assert.equal(call.status, 'completed');
    assert.equal(call.sipCode, 200);
    assert.equal(harness.media.openLegs, 0);
  });

  it('keeps the Call-IDs of all its INVITEs, each once, until it is deleted', async () => {
    open({ app: () => twiml('<Dial>+12065550123</Dial>') });
    await harness.ring();
    const book = new CallBook(harness.store, harness.clock);
    const caller = harness.latest('inbound');
    assert.deepEqual(book.dialogsOf(caller.sid), ['call-id@peer']);
    const called = harness.latest('outbound-dial');
    assert.deepEqual(book.dialogsOf(called.sid), []);
    for (const id of ['first@edge', 'second@edge', 'first@edge']) harness.invited.request.sent?.(id);
    for (let more = 0; more < 100; more++) harness.invited.request.sent?.(`${'x'.repeat(1_000)}${more}`);
    const kept = book.dialogsOf(called.sid);
    assert.deepEqual(kept, ['first@edge', 'second@edge', 'x'.repeat(256)]);
    harness.invited.refuse(486);
    await harness.settle();
    book.remove(called);
    assert.deepEqual(book.dialogsOf(called.sid), []);
    assert.deepEqual(book.dialogsOf('not a SID'), []);
  });

  it('that must be encrypted gets a leg that takes nothing else', async () => {
    open({ app: () => twiml('<Pause length="5"/>', '<Echo/>') });
    await harness.ring({ encrypted: true });
    await harness.advance(5_000);
    assert.equal(harness.media.legs[0]?.options.srtp, 'offer');
  });

  it('is refused by Reject without being answered', async () => {
    for (const [reason, sip, status] of [
      ['busy', 486, 'busy'],
      ['rejected', 603, 'no-answer'],
    ] as const) {
      open({ app: () => twiml(`<Reject reason="${reason}"/>`) });
      const incoming = await harness.ring();
      assert.equal(incoming.rejected?.status, sip);
      assert.equal(incoming.answered, undefined);
      assert.equal(harness.latest('inbound').status, status);
      if (reason === 'busy') await harness.end();
    }
  });

  it('goes from document to document, relative to each', async () => {
    const documents: Record<string, string> = {
      [appUrl]: twiml('<Redirect>next?step=2</Redirect>'),
      'http://app.test/next?step=2': twiml('<Redirect method="GET">/last</Redirect>'),
      'http://app.test/last': twiml('<Hangup/>'),
    };
    open({ app: ({ url }) => documents[url] ?? '' });
    await harness.ring();
    assert.deepEqual(
      harness.requests.map(({ url, method }) => `${method} ${url}`),
      [`POST ${appUrl}`, 'POST http://app.test/next?step=2', 'GET http://app.test/last'],
    );
    assert.equal(harness.latest('inbound').status, 'completed');
  });

  it('takes the fallback, which hears why', async () => {
    open({
      config: { voiceFallbackUrl: 'http://app.test/fallback' },
      app: ({ url }) => (url === appUrl ? failure(url, 11205) : twiml('<Hangup/>')),
    });
    await harness.ring();
    const params = harness.params(1);
    assert.equal(params['ErrorCode'], '11205');
    assert.equal(params['ErrorUrl'], appUrl);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [11205],
    );
  });

  it('takes the fallback for a document that cannot be read', async () => {
    open({
      config: { voiceFallbackUrl: 'http://app.test/fallback' },
      app: ({ url }) => (url === appUrl ? '<Response><Say>' : twiml('<Hangup/>')),
    });
    await harness.ring();
    assert.equal(harness.params(1)['ErrorCode'], '12100');
  });

  it('hears an apology when nothing can be had, and ends', async () => {
    open({ app: ({ url }) => failure(url) });
    const incoming = await harness.ring();
    assert.equal(harness.said.length, 1);
    const [leg] = harness.media.legs;
    leg?.playing?.end();
    await harness.settle();
    assert.equal(incoming.dialog.byes, 1);
    assert.equal(harness.latest('inbound').status, 'completed');
  });

  it('is let go by an application that leads it in a circle', async () => {
    open({ app: () => twiml('<Redirect/>') });
    await harness.ring();
    harness.media.legs[0]?.playing?.end();
    await harness.settle();
    assert.ok(harness.requests.length <= 101);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [14106],
    );
    assert.equal(harness.latest('inbound').status, 'completed');
  });

  it('ends at once when the caller hangs up', async () => {
    open({
      config: { statusCallback: 'http://app.test/status' },
      app: () => twiml('<Pause length="60"/>', '<Hangup/>'),
    });
    const early = await harness.ring();
    early.cancel();
    await harness.settle();
    assert.equal(harness.latest('inbound').status, 'no-answer');
    assert.equal(early.rejected, undefined);
    const [told] = harness.sentTo('http://app.test/status');
    assert.equal(told?.['CallStatus'], 'no-answer');
    assert.equal(told['SequenceNumber'], '0');
    assert.equal(told['CallDuration'], '0');
    assert.equal(harness.clock.timers, 0);
  });

  it('tells its end with its duration', async () => {
    open({
      config: { statusCallback: 'http://app.test/status', statusCallbackMethod: 'GET' },
      app: () => twiml('<Dial><Conference waitUrl="">room</Conference></Dial>'),
    });
    const incoming = await harness.ring();
    await harness.advance(61_000);
    incoming.dialog.hangUp();
    await harness.settle();
    const told = harness.requests.at(-1);
    assert.equal(told?.method, 'GET');
    const params = harness.params(-1);
    assert.equal(params['CallStatus'], 'completed');
    assert.equal(params['CallDuration'], '61');
    assert.equal(params['Duration'], '2');
    assert.equal(params['SipResponseCode'], '200');
    assert.equal(params['CallbackSource'], 'call-progress-events');
    assert.equal(params['Timestamp'], 'Thu, 01 Jan 2026 12:01:01 +0000');
    assert.equal(incoming.dialog.byes, 0);
  });

  it('is refused for a number that nobody has, an account that is closed, and beyond the limit', async () => {
    open();
    assert.equal((await harness.ring({ toUser: '+14155559999' })).rejected?.status, 404);
    await harness.end();
    open({ account: { ...account, status: 'suspended' } });
    assert.equal((await harness.ring()).rejected?.status, 603);
    await harness.end();
    open({ callsMax: 1, app: () => twiml('<Pause length="60"/>') });
    await harness.ring();
    const refused = await harness.ring();
    assert.deepEqual(refused.rejected, { status: 503, headers: [['Retry-After', '5']] });
    assert.deepEqual(harness.refusals, ['overload']);
  });

  it('is busy where no URL is set', async () => {
    open({ config: { voiceUrl: '' } });
    const incoming = await harness.ring();
    assert.equal(incoming.rejected?.status, 486);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [11100],
    );
    assert.equal(harness.latest('inbound').status, 'busy');
  });

  it('is refused when its sound cannot be agreed on', async () => {
    open({ app: () => twiml('<Hangup/>') });
    harness.media.full = true;
    const incoming = await harness.ring();
    assert.equal(incoming.rejected?.status, 503);
    assert.equal(harness.latest('inbound').status, 'failed');
  });

  it('fails alone when sound has broken down', async () => {
    open({ app: () => twiml('<Hangup/>') });
    harness.media.broken = true;
    const incoming = await harness.ring();
    assert.equal(incoming.rejected?.status, 500);
    assert.equal(harness.latest('inbound').status, 'failed');
    assert.equal(harness.latest('inbound').errorCode, 12400);
    harness.media.broken = false;
    const next = await harness.ring();
    assert.equal(next.dialog.byes, 1);
  });

  it('is answered with our offer when the caller has none', async () => {
    open({ app: () => twiml('<Hangup/>') });
    const incoming = await harness.ring({ offer: '' });
    assert.equal(incoming.answered, 'offer L1');
    assert.equal(harness.latest('inbound').status, 'completed');
  });

  it('ends as failed, with its callback, when the edge died under it', async () => {
    open({ config: { statusCallback: 'http://app.test/status' }, app: () => twiml('<Pause length="60"/>') });
    await harness.ring();
    const { sid } = harness.latest('inbound');
    open(await harness.crash());
    await harness.settle();
    assert.equal(harness.row(sid).status, 'failed');
    assert.equal(harness.sentTo('http://app.test/status')[0]?.['CallStatus'], 'failed');
  });

  it('goes on while the edge drains, which takes no other and ends with it', async () => {
    open({ app: () => twiml('<Pause length="20"/>') });
    const incoming = await harness.ring();
    let drained = false;
    const draining = harness.voice.drain(60_000).then(() => (drained = true));
    const late = await harness.ring();
    assert.equal(late.rejected?.status, 503);
    const waiting = await harness.call();
    await harness.advance(19_000);
    assert.equal(drained, false);
    assert.equal(incoming.dialog.byes, 0);
    await harness.advance(1_000);
    await draining;
    assert.equal(harness.latest('inbound').status, 'completed');
    assert.equal(harness.row(waiting.sid).status, 'queued');
  });

  it('is no longer waited for than the edge may take to drain', async () => {
    open({ app: () => twiml('<Echo/>') });
    const incoming = await harness.ring();
    const draining = harness.voice.drain(60_000);
    await harness.advance(60_000);
    await draining;
    assert.equal(incoming.dialog.byes, 0);
    await harness.voice.stop();
    assert.equal(incoming.dialog.byes, 1);
  });
});
