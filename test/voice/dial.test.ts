import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { appUrl, Harness, noUrls, ownNumber, stranger, twiml, type HarnessOptions } from './harness.ts';
import type { FakeIncoming } from './fake-signalling.ts';

const actionUrl = 'http://app.test/action';
const other = '+12065550111';
const third = '+12065550122';

describe('Dial', () => {
  let harness: Harness;
  const open = (options: HarnessOptions = {}): Harness => (harness = new Harness(options));
  afterEach(() => harness.end());

  /** An inbound call whose application answers with this <Dial>. */
  const dial = async (verb: string, others: Record<string, string> = {}): Promise<FakeIncoming> => {
    open({
      app: ({ url }) =>
        url === appUrl ? twiml(verb, '<Pause length="99"/>') : (others[url] ?? twiml('<Hangup/>')),
    });
    return harness.ring();
  };
  const action = (): Record<string, string> | undefined => harness.sentTo(actionUrl)[0];

  it('rings a number with the caller’s own number, and connects it', async () => {
    const incoming = await dial(`<Dial action="action">${other}</Dial>`);
    const [leg] = harness.media.legs;
    assert.notEqual(incoming.answered, undefined);
    assert.deepEqual(leg?.playing?.items, [{ kind: 'tone', tone: 'ringback', durationMs: 6_000 }]);
    assert.deepEqual(harness.invited.request.destination, { kind: 'trunk', carrier: 'alpha', number: other });
    assert.equal(harness.invited.request.from, stranger);
    assert.equal(harness.invited.request.forwardedBy, ownNumber);
    const child = harness.latest('outbound-dial');
    assert.equal(child.parentSid, harness.latest('inbound').sid);
    harness.invited.ring();
    harness.invited.answer();
    await harness.settle();
    assert.equal(leg.playing, undefined);
    assert.equal(leg.peer, harness.media.legs[1]);
    await harness.advance(42_500);
    harness.invited.dialog.hangUp();
    await harness.settle();
    assert.equal(leg.peer, undefined);
    assert.deepEqual(
      [action()?.['DialCallStatus'], action()?.['DialCallDuration'], action()?.['DialBridged']],
      ['completed', '43', 'true'],
    );
    assert.equal(action()?.['DialCallSid'], child.sid);
    assert.equal(harness.row(child.sid).status, 'completed');
    assert.equal(incoming.dialog.byes, 1);
    assert.equal(harness.media.openLegs, 0);
    assert.equal(harness.clock.timers, 0);
  });

  it('lets both go when the caller hangs up', async () => {
    const incoming = await dial(`<Dial action="action">${other}</Dial>`);
    harness.invited.answer();
    await harness.settle();
    incoming.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.invited.dialog.byes, 1);
    const [told, ...more] = harness.sentTo(actionUrl);
    assert.deepEqual(more, []);
    assert.equal(told?.['CallStatus'], 'completed');
    assert.equal(told['DialCallStatus'], 'completed');
    assert.equal(harness.media.openLegs, 0);
    assert.equal(harness.clock.timers, 0);
  });

  it('takes back its call when the caller hangs up before an answer', async () => {
    const incoming = await dial(`<Dial>${other}</Dial>`);
    harness.invited.ring();
    incoming.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.invited.canceled, true);
    assert.equal(harness.latest('outbound-dial').status, 'canceled');
    assert.equal(harness.clock.timers, 0);
  });

  it('tells what became of a party that was not there', async () => {
    for (const [status, told] of [
      [486, 'busy'],
      [480, 'no-answer'],
      [404, 'failed'],
    ] as const) {
      await dial(`<Dial action="action">${other}</Dial>`);
      harness.invited.refuse(status);
      await harness.settle();
      assert.equal(action()?.['DialCallStatus'], told);
      assert.equal(action()?.['DialBridged'], 'false');
      if (status !== 404) await harness.end();
    }
  });

  it('gives up after its timeout', async () => {
    await dial(`<Dial action="action" timeout="9">${other}</Dial>`);
    await harness.advance(9_000);
    assert.equal(harness.invited.canceled, true);
    assert.equal(action()?.['DialCallStatus'], 'no-answer');
  });

  it('goes on with the document without an action', async () => {
    const incoming = await dial(`<Dial>${other}</Dial>`);
    harness.invited.refuse(486);
    await harness.settle();
    assert.equal(incoming.dialog.byes, 0);
    await harness.advance(99_000);
    assert.equal(incoming.dialog.byes, 1);
  });

  it('rings several at once, connects the first to answer, and lets the others go', async () => {
    await dial(`<Dial action="action"><Number>${other}</Number><Number>${third}</Number></Dial>`);
    const [first, second] = harness.signalling.outgoing;
    first?.ring();
    second?.answer();
    await harness.settle();
    assert.equal(first?.canceled, true);
    assert.equal(harness.media.legs[0]?.peer?.id, 'L3');
    second?.dialog.hangUp();
    await harness.settle();
    assert.equal(action()?.['DialCallStatus'], 'completed');
    const to = harness.row(action()?.['DialCallSid'] ?? '').to;
    assert.equal(to, third);
  });

  it('rings several one after another', async () => {
    await dial(
      `<Dial action="action" sequential="true"><Number>${other}</Number><Number>${third}</Number></Dial>`,
    );
    assert.equal(harness.signalling.outgoing.length, 1);
    harness.invited.refuse(486);
    await harness.settle();
    assert.equal(harness.signalling.outgoing.length, 2);
    harness.invited.refuse(480);
    await harness.settle();
    assert.equal(action()?.['DialCallStatus'], 'busy');
  });

  it('passes a single party’s early sound on', async () => {
    await dial(`<Dial>${other}</Dial>`);
    harness.invited.ring(183, 'early sdp');
    await harness.settle();
    const [leg, child] = harness.media.legs;
    assert.equal(leg?.peer, child);
    assert.equal(leg?.playing, undefined);
    assert.equal(harness.latest('outbound-dial').status, 'ringing');
    harness.invited.answer();
    await harness.settle();
    assert.equal(leg?.peer, child);
  });

  it('answers the caller with the answer of the party, if asked', async () => {
    const incoming = await dial(`<Dial answerOnBridge="true">${other}</Dial>`);
    assert.equal(incoming.answered, undefined);
    harness.invited.answer();
    await harness.settle();
    assert.notEqual(incoming.answered, undefined);
    assert.equal(harness.media.legs[0]?.peer?.id, 'L2');
    assert.equal(harness.latest('inbound').status, 'in-progress');
  });

  it('passes what is heard before the answer to a caller who is not answered yet', async () => {
    const incoming = await dial(`<Dial answerOnBridge="true">${other}</Dial>`);
    harness.invited.ring(183, 'their early sound');
    await harness.settle();
    const [theirs, callers] = harness.media.legs;
    assert.deepEqual(incoming.earlySdps, ['answer L2 to the offer']);
    assert.equal(incoming.answered, undefined);
    assert.equal(callers?.peer, theirs);
    assert.equal(callers?.options.beside, theirs);
    harness.invited.ring(183, 'the same again');
    harness.invited.answer();
    await harness.settle();
    assert.equal(incoming.answered, 'answer L2 to the offer');
    assert.equal(incoming.earlySdps.length, 1);
    assert.equal(callers?.peer, theirs);
    assert.equal(harness.media.legs.length, 2);
    incoming.dialog.hangUp();
    await harness.settle();
    assert.equal(harness.media.openLegs, 0);
  });

  it('lets go of what a caller heard who gives up before the answer', async () => {
    const incoming = await dial(`<Dial answerOnBridge="true">${other}</Dial>`);
    harness.invited.ring(183, 'their early sound');
    await harness.settle();
    assert.equal(harness.media.openLegs, 2);
    incoming.cancel();
    await harness.settle();
    assert.equal(harness.invited.canceled, true);
    assert.equal(harness.media.openLegs, 0);
    assert.equal(harness.latest('inbound').status, 'no-answer');
    assert.equal(harness.clock.timers, 0);
  });

  it('has nothing heard before the answer where many ring, or the caller waits for our offer', async () => {
    const both = `<Number>${other}</Number><Number>${third}</Number>`;
    const many = await dial(`<Dial answerOnBridge="true">${both}</Dial>`);
    harness.invited.ring(183, 'early');
    await harness.settle();
    assert.deepEqual(many.earlySdps, []);
    await harness.end();
    open({ app: () => twiml(`<Dial answerOnBridge="true">${other}</Dial>`) });
    const late = await harness.ring({ offer: '' });
    harness.invited.ring(183, 'early');
    await harness.settle();
    assert.deepEqual(late.earlySdps, []);
    harness.invited.answer();
    await harness.settle();
    assert.equal(late.answered, 'offer L2');
  });

  it('tells what a SIP endpoint said: its names, and its headers in the answer and the BYE', async () => {
    const whisper = 'http://app.test/whisper';
    await dial('<Dial action="action"><Sip url="whisper">sip:desk@pbx.test</Sip></Dial>', {
      [whisper]: twiml(),
    });
    harness.invited.answer('their answer', [
      ['X-Agent', 'seven'],
      ['X-Mood', 'good'],
    ]);
    await harness.settle();
    assert.equal(harness.sentTo(whisper)[0]?.['SipHeader_X-Agent'], 'seven');
    harness.invited.dialog.hangUp([['X-Mood', 'bad']]);
    await harness.settle();
    const { DialSipCallId, DialSipResponseCode, ...told } = action() ?? {};
    assert.deepEqual([DialSipCallId, DialSipResponseCode], ['call-id@callee', '200']);
    assert.deepEqual([told['DialSipHeader_X-Agent'], told['DialSipHeader_X-Mood']], ['seven', 'bad']);
  });

  it('tells why a SIP endpoint refused, and nothing of the kind of numbers', async () => {
    await dial('<Dial action="action"><Sip>sip:desk@pbx.test</Sip></Dial>');
    harness.invited.refuse(486, [['X-Why', 'lunch']]);
    await harness.settle();
    const told = action();
    assert.deepEqual(
      [told?.['DialSipCallId'], told?.['DialSipResponseCode'], told?.['DialSipHeader_X-Why']],
      ['call-id@callee', '486', 'lunch'],
    );
    await harness.end();
    await dial(`<Dial action="action">${other}</Dial>`);
    assert.equal(harness.media.legs[1]?.options.beside, harness.media.legs[0]);
    harness.invited.refuse(486, [['X-Why', 'lunch']]);
    await harness.settle();
    assert.deepEqual(
      Object.keys(action() ?? {}).filter((name) => name.startsWith('DialSip')),
      [],
    );
  });

  it('finds out who has answered while both talk', async () => {
    const amd = 'machineDetection="Enable" amdStatusCallback="http://app.test/amd"';
    await dial(`<Dial><Number ${amd}>${other}</Number></Dial>`);
    harness.invited.answer();
    await harness.settle();
    const [callers, theirs] = harness.media.legs;
    assert.equal(callers?.peer, theirs);
    assert.deepEqual(harness.sentTo('http://app.test/amd'), []);
    await harness.advance(30_000);
    const [told] = harness.sentTo('http://app.test/amd');
    const child = harness.latest('outbound-dial');
    assert.deepEqual(
      [told?.['CallSid'], told?.['AnsweredBy'], told?.['MachineDetectionDuration']],
      [child.sid, 'unknown', '30000'],
    );
    assert.equal(harness.row(child.sid).answeredBy, 'unknown');
    assert.equal(callers?.peer, theirs);
  });

  it('does not say who answered once the party has gone', async () => {
    const amd = 'machineDetection="Enable" amdStatusCallback="http://app.test/amd"';
    await dial(`<Dial><Number ${amd}>${other}</Number></Dial>`);
    harness.invited.answer();
    await harness.settle();
    harness.invited.dialog.hangUp();
    await harness.settle();
    assert.deepEqual(harness.sentTo('http://app.test/amd'), []);
    assert.equal(harness.media.legs[1]?.machines[0]?.closed, true);
  });

  it('believes no number that a SIP endpoint says it is, unless the account may show it', async () => {
    const domainSid = 'SD00000000000000000000000000000001';
    const source = { kind: 'domain', domainSid, accountSid: 'AC' } as const;
    const asDesk = async (verb: string, fromUser: string): Promise<void> => {
      open({ app: ({ url }) => (url === appUrl ? twiml(verb) : twiml('<Hangup/>')) });
      harness.domains.set(domainSid, { ...noUrls, voiceUrl: appUrl });
      await harness.ring({ source, fromUser, toUser: other });
    };
    for (const verb of [`<Dial>${third}</Dial>`, `<Dial callerId="${other}">${third}</Dial>`]) {
      await asDesk(verb, stranger);
      assert.deepEqual(
        harness.alerts.map(({ code }) => code),
        [13214],
      );
      assert.equal(harness.signalling.outgoing.length, 0);
      await harness.end();
    }
    await asDesk(`<Dial>${third}</Dial>`, ownNumber);
    assert.equal(harness.invited.request.from, ownNumber);
    await harness.end();
    await asDesk('<Dial><Sip>sip:colleague@pbx.test</Sip></Dial>', 'desk');
    assert.equal(harness.invited.request.from, 'desk');
  });

  it('lets the party hear its own document first', async () => {
    const whisper = 'http://app.test/whisper';
    await dial(`<Dial action="action"><Number url="whisper" sendDigits="w1">${other}</Number></Dial>`, {
      [whisper]: twiml('<Pause length="4"/>', `<Dial>${third}</Dial>`),
    });
    harness.invited.answer();
    await harness.settle();
    const [leg, child] = harness.media.legs;
    assert.deepEqual(child?.sentDigits, ['w1']);
    assert.equal(leg?.peer, undefined);
    const [asked] = harness.sentTo(whisper);
    assert.equal(asked?.['Direction'], 'outbound-dial');
    assert.equal(asked['ParentCallSid'], harness.latest('inbound').sid);
    await harness.advance(4_000);
    assert.equal(leg?.peer, child);
    assert.equal(harness.signalling.outgoing.length, 1);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [13201],
    );
  });

  it('does not connect a party whose document hangs up', async () => {
    await dial(`<Dial action="action"><Number url="whisper">${other}</Number></Dial>`, {
      'http://app.test/whisper': twiml('<Hangup/>'),
    });
    harness.invited.answer();
    await harness.settle();
    assert.equal(harness.invited.dialog.byes, 1);
    assert.equal(action()?.['DialBridged'], 'false');
  });

  it('ends by the star key and by its time', async () => {
    await dial(`<Dial action="action" hangupOnStar="true">${other}</Dial>`);
    harness.invited.answer();
    await harness.settle();
    harness.media.legs[0]?.press('1*');
    await harness.settle();
    assert.equal(action()?.['DialCallStatus'], 'completed');
    assert.equal(harness.invited.dialog.byes, 1);
    await harness.end();
    await dial(`<Dial action="action" timeLimit="10">${other}</Dial>`);
    harness.invited.answer();
    await harness.settle();
    await harness.advance(10_000);
    assert.equal(action()?.['DialCallDuration'], '10');
  });

  it('shows only numbers that the account may show', async () => {
    await dial(`<Dial action="action" callerId="+14155559999">${other}</Dial>`);
    assert.equal(harness.signalling.outgoing.length, 0);
    assert.equal(action()?.['DialCallStatus'], 'failed');
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [13214],
    );
    await harness.end();
    await dial(`<Dial callerId="${ownNumber}">${other}</Dial>`);
    assert.equal(harness.invited.request.from, ownNumber);
    assert.equal(harness.invited.request.forwardedBy, '');
  });

  it('records from the answer and names the recording', async () => {
    await dial(
      `<Dial action="action" record="record-from-answer-dual" recordingStatusCallback="rec">${other}</Dial>`,
    );
    const [leg] = harness.media.legs;
    assert.ok(leg);
    assert.equal(leg.recorders.length, 0);
    harness.invited.answer();
    await harness.settle();
    assert.equal(leg.recorders[0]?.options.channels, 'dual');
    harness.invited.dialog.hangUp();
    await harness.settle();
    const [told] = harness.sentTo('http://app.test/rec');
    assert.equal(told?.['RecordingSource'], 'DialVerb');
    assert.equal(action()?.['RecordingSid'], told['RecordingSid']);
    assert.match(action()?.['RecordingUrl'] ?? '', /Recordings\/RE/);
  });

  it('tells each party’s own callback', async () => {
    await dial(
      `<Dial><Number statusCallback="/status" statusCallbackEvent="initiated ringing answered completed">${other}</Number></Dial>`,
    );
    harness.invited.ring();
    harness.invited.answer();
    await harness.settle();
    harness.invited.dialog.hangUp();
    await harness.settle();
    assert.deepEqual(
      harness.sentTo('http://app.test/status').map((params) => params['CallStatus']),
      ['initiated', 'ringing', 'in-progress', 'completed'],
    );
  });

  it('reaches SIP addresses with credentials and headers, and reports endpoints that it cannot', async () => {
    await dial(
      '<Dial action="action"><Client>alice</Client><Sip username="u" password="p">sip:desk@pbx.test?X-Key=1</Sip></Dial>',
    );
    assert.deepEqual(harness.invited.request.destination, {
      kind: 'uri',
      uri: 'sip:desk@pbx.test',
      username: 'u',
      password: 'p',
    });
    assert.deepEqual(harness.invited.request.headers, [['X-Key', '1']]);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [13215],
    );
  });

  it('lets a party be sent elsewhere, and goes on', async () => {
    await dial(`<Dial action="action">${other}</Dial>`);
    harness.invited.answer();
    await harness.settle();
    await harness.voice.updateCall(harness.latest('outbound-dial'), {
      kind: 'redirect',
      source: { kind: 'twiml', twiml: twiml('<Pause length="30"/>') },
    });
    await harness.settle();
    assert.equal(action()?.['DialCallStatus'], 'completed');
    assert.equal(harness.invited.dialog.byes, 0);
    assert.equal(harness.latest('inbound').status, 'completed');
    await harness.advance(30_000);
    assert.equal(harness.invited.dialog.byes, 1);
  });

  it('hands the caller on when the party sends REFER', async () => {
    await dial(`<Dial referUrl="refer">${other}</Dial>`, {
      'http://app.test/refer': twiml('<Pause length="5"/>'),
    });
    harness.invited.answer();
    await harness.settle();
    assert.equal(harness.invited.dialog.handlers?.referred('sip:colleague@pbx.test'), 202);
    await harness.settle();
    const [asked] = harness.sentTo('http://app.test/refer');
    assert.equal(asked?.['ReferTransferTarget'], 'sip:colleague@pbx.test');
    assert.equal(harness.invited.dialog.byes, 1);
  });
});

describe('Refer', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  it('asks a SIP endpoint to go elsewhere, and only one', async () => {
    const refer = '<Refer action="/done"><Sip>sip:colleague@pbx.test</Sip></Refer>';
    harness = new Harness({ app: ({ url }) => (url === appUrl ? twiml(refer) : twiml()) });
    harness.domains.set('SD00000000000000000000000000000001', {
      voiceUrl: appUrl,
      voiceMethod: 'POST',
      voiceFallbackUrl: '',
      voiceFallbackMethod: 'POST',
      statusCallback: '',
      statusCallbackMethod: 'POST',
    });
    const source = {
      kind: 'domain',
      domainSid: 'SD00000000000000000000000000000001',
      accountSid: 'AC',
    } as const;
    const incoming = await harness.ring({ source, username: 'alice', fromUser: 'desk', toUser: 'anything' });
    assert.equal(incoming.dialog.referred[0]?.target, 'sip:colleague@pbx.test');
    const [done] = harness.sentTo('http://app.test/done');
    assert.equal(done?.['ReferCallStatus'], 'completed');
    assert.equal(done['NotifySipResponseCode'], '200');
    const { SipDomainSid, SipDomain, SipUsername, SipCallId, SipSourceIp } = harness.params(0);
    assert.deepEqual(
      { SipDomainSid, SipDomain, SipUsername, SipCallId, SipSourceIp },
      {
        SipDomainSid: source.domainSid,
        SipDomain: 'edge.test',
        SipUsername: 'alice',
        SipCallId: 'call-id@peer',
        SipSourceIp: '192.0.2.7',
      },
    );
    const phone = await harness.ring();
    assert.deepEqual(phone.dialog.referred, []);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [13801],
    );
  });
});
