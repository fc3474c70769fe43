import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { durationSeconds, isFinal, restStatus, unbilled, type Call } from '../../edge/voice/call.ts';
import { begins, beepsOnEnter, beepsOnExit, endsBy, reasonText } from '../../edge/voice/conferences/rules.ts';
import { dialParams, statusOf } from '../../edge/voice/dial/outcome.ts';
import { isRetryable, outcomeAt, outcomeOf } from '../../edge/voice/outcomes.ts';
import { AccountQueue } from '../../edge/voice/outbound/account-queue.ts';
import { callParams, progressParams } from '../../edge/voice/params.ts';
import { DocumentGuard } from '../../edge/voice/program/guard.ts';
import { resolveUrl } from '../../edge/voice/program/source.ts';
import { advance, type Progress } from '../../edge/voice/progress.ts';
import { Line } from '../../edge/voice/queues/line.ts';

const call: Call = {
  sid: 'CA00000000000000000000000000000001',
  accountNo: 1,
  direction: 'outbound-api',
  from: '+14155550001',
  to: '+12065550100',
  parentSid: '',
  phoneNumberSid: '',
  forwardedFrom: '',
  callerName: '',
  status: 'queued',
  errorCode: 0,
  sipCode: 0,
  createdMs: 1_000,
  updatedMs: 1_000,
  queueTimeMs: 0,
  startedMs: 0,
  answeredMs: 0,
  endedMs: 0,
  answeredBy: '',
  carrier: '',
  stirVerstat: '',
  statusCallback: null,
  bill: unbilled,
  nextSequence: 0,
};

const progress = fc.oneof(
  fc.constant<Progress>({ kind: 'initiated', carrier: 'alpha' }),
  fc.constant<Progress>({ kind: 'ringing' }),
  fc.constant<Progress>({ kind: 'answered' }),
  fc
    .record({
      status: fc.constantFrom('completed', 'busy', 'no-answer', 'canceled', 'failed'),
      cut: fc.boolean(),
    })
    .map(({ status, cut }): Progress => ({ kind: 'ended', status, cut, errorCode: 0, sipCode: 0 })),
);

describe('the statuses of a call', () => {
  const run = (steps: readonly Progress[]): Call[] => {
    const seen = [call];
    let now = call;
    let nowMs = 2_000;
    for (const step of steps) {
      const taken = advance(now, step, (nowMs += 1_000));
      if (taken === undefined) continue;
      now = { ...now, ...taken.change };
      seen.push(now);
    }
    return seen;
  };

  it('only ever go forward, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(progress, { maxLength: 12 }), (steps) => {
        const seen = run(steps).map(({ status }) => status);
        assert.equal(new Set(seen).size, seen.length);
        assert.ok(seen.filter(isFinal).length <= 1);
        assert.ok(!seen.slice(0, -1).some(isFinal));
      }),
    );
  });

  it('are completed after an answer, unless the call was cut', () => {
    fc.assert(
      fc.property(fc.array(progress, { maxLength: 12 }), (steps) => {
        const last = run(steps).at(-1);
        assert.ok(last);
        if (!isFinal(last.status) || last.answeredMs === 0) return;
        const end = steps.find(({ kind }) => kind === 'ended');
        assert.ok(end?.kind === 'ended');
        assert.equal(last.status, end.cut === true ? end.status : 'completed');
      }),
    );
  });

  it('bring times along', () => {
    const end: Progress = { kind: 'ended', status: 'completed', errorCode: 0, sipCode: 0 };
    const last = run([{ kind: 'initiated', carrier: 'alpha' }, { kind: 'answered' }, end]).at(-1);
    assert.ok(last);
    assert.equal(last.queueTimeMs, 2_000);
    assert.equal(last.startedMs, 4_000);
    assert.equal(last.answeredMs, 4_000);
    assert.equal(durationSeconds(last), 1);
    assert.equal(durationSeconds(call), null);
    assert.equal(durationSeconds({ ...call, endedMs: 5_000 }), 0);
  });

  it('are fewer in the REST API than in callbacks', () => {
    assert.equal(restStatus('initiated'), 'queued');
    assert.equal(restStatus('ringing'), 'ringing');
  });
});

describe('SIP statuses', () => {
  it('mean what Twilio calls them', () => {
    for (const [sip, status, code] of [
      [486, 'busy', 0],
      [600, 'busy', 0],
      [603, 'busy', 0],
      [480, 'no-answer', 0],
      [408, 'no-answer', 0],
      [487, 'no-answer', 0],
      [404, 'failed', 0],
      [484, 'failed', 0],
      [403, 'failed', 32200],
      [488, 'failed', 32102],
      [503, 'failed', 0],
    ] as const) {
      assert.deepEqual(outcomeOf(sip), { status, errorCode: code, sipCode: sip });
    }
  });

  it('have an outcome each, and lead on where a carrier failed', () => {
    const response = { callId: '', customHeaders: [] };
    for (let status = 300; status < 700; status++) {
      assert.equal(outcomeOf(status).sipCode, status);
      const refused = { kind: 'refused', status, reason: '', response } as const;
      assert.equal(isRetryable(refused), status >= 500 && status < 600);
    }
    assert.equal(isRetryable({ kind: 'unreachable', why: 'timeout' }), true);
    assert.equal(isRetryable({ kind: 'canceled' }), false);
    assert.equal(outcomeAt({ kind: 'unreachable', why: 'timeout' }).errorCode, 32016);
    assert.equal(outcomeAt({ kind: 'canceled' }).status, 'canceled');
  });
});

describe('the pace of an account', () => {
  it('is never exceeded, nor are calls lost or reordered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.record({ gapMs: fc.nat(700), push: fc.boolean() }), { maxLength: 100 }),
        (cps, steps) => {
          const queue = new AccountQueue(cps);
          const taken: { at: number; sid: string }[] = [];
          let nowMs = 1_000_000;
          let pushed = 0;
          for (const { gapMs, push } of steps) {
            nowMs += gapMs;
            if (push) queue.push(`CA${pushed++}`);
            for (let sid = queue.take(nowMs); sid !== undefined; sid = queue.take(nowMs))
              taken.push({ at: nowMs, sid });
          }
          assert.deepEqual(
            taken.map(({ sid }) => sid),
            taken.map((_, index) => `CA${index}`),
          );
          assert.equal(queue.length, pushed - taken.length);
          // Over any stretch: the rate, one call at its beginning, and one that a late timer had kept back.
          for (const [index, { at }] of taken.entries()) {
            const earlier = taken[0]?.at ?? 0;
            assert.ok(index + 1 <= ((at - earlier) / 1000) * cps + 2);
          }
        },
      ),
    );
  });
});

describe('a guard of documents', () => {
  it('lets a loop over input run for ever, and stops a circle', () => {
    const slow = new DocumentGuard(0);
    for (let i = 0; i < 5_000; i++) assert.equal(slow.admit(i * 1_000), true);
    const fast = new DocumentGuard(0);
    let admitted = 0;
    while (fast.admit(admitted * 10)) admitted++;
    assert.ok(admitted >= 100 && admitted <= 102);
  });
});

describe('a conference’s rules', () => {
  const may = { startConferenceOnEnter: true };
  const mayNot = { startConferenceOnEnter: false };

  it('say when it begins', () => {
    assert.equal(begins([may]), false);
    assert.equal(begins([mayNot, mayNot, mayNot]), false);
    assert.equal(begins([mayNot, may]), true);
  });

  it('say when and why it ends', () => {
    assert.equal(endsBy({ endConferenceOnExit: false }, false, 1), undefined);
    const reasons = [true, false].flatMap((endConferenceOnExit) =>
      [true, false].map((kicked) => endsBy({ endConferenceOnExit }, kicked, 0)),
    );
    assert.deepEqual(reasons, [
      'participant-with-end-conference-on-exit-kicked',
      'participant-with-end-conference-on-exit-left',
      'last-participant-kicked',
      'last-participant-left',
    ]);
    assert.match(reasonText('last-participant-left', 'CA1'), /CA1/);
    assert.match(reasonText('conference-ended-via-api', ''), /API/);
  });

  it('say when it beeps', () => {
    assert.deepEqual(
      (['true', 'false', 'onEnter', 'onExit'] as const).map((beep) => [
        beepsOnEnter(beep),
        beepsOnExit(beep),
      ]),
      [
        [true, true],
        [false, false],
        [true, false],
        [false, true],
      ],
    );
  });
});

describe('a line', () => {
  it('keeps its order and its positions', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ join: fc.boolean(), who: fc.nat(9) }), { maxLength: 60 }), (steps) => {
        const line = new Line();
        let model: string[] = [];
        for (const { join, who } of steps) {
          const callSid = `CA${who}`;
          if (!join) {
            line.leave(callSid);
            model = model.filter((each) => each !== callSid);
          } else if (!model.includes(callSid)) {
            line.join({ callSid, sinceMs: 0 });
            model.push(callSid);
          }
          assert.deepEqual(
            line.all.map((member) => member.callSid),
            model,
          );
          assert.equal(line.position(callSid), model.indexOf(callSid) + 1);
          assert.equal(line.first()?.callSid, model[0]);
        }
      }),
    );
  });

  it('knows how long its members wait', () => {
    const line = new Line();
    assert.equal(line.averageWaitSeconds(10_000), 0);
    line.join({ callSid: 'a', sinceMs: 0 });
    line.join({ callSid: 'b', sinceMs: 6_000 });
    assert.equal(line.averageWaitSeconds(10_000), 7);
  });
});

describe('parameters', () => {
  it('name a call once each', () => {
    const params = callParams(
      {
        ...call,
        parentSid: 'CA2',
        callerName: 'N',
        forwardedFrom: '+1',
        stirVerstat: 'V',
        answeredBy: 'human',
      },
      'AC1',
      () => undefined,
    );
    const names = params.map(([name]) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of ['ParentCallSid', 'CallerName', 'ForwardedFrom', 'StirVerstat', 'AnsweredBy'])
      assert.ok(names.includes(name), name);
  });

  it('tell durations only of calls that have ended', () => {
    const names = (row: Call): string[] => progressParams(row, 3, 0).map(([name]) => name);
    assert.deepEqual(names(call), ['Timestamp', 'CallbackSource', 'SequenceNumber']);
    assert.ok(names({ ...call, endedMs: 9, sipCode: 486 }).includes('SipResponseCode'));
  });

  it('of a Dial say what became of the parties', () => {
    assert.equal(statusOf(['failed', 'no-answer', 'busy']), 'busy');
    assert.equal(statusOf(['canceled', 'no-answer']), 'no-answer');
    assert.equal(statusOf([]), 'failed');
    assert.deepEqual(
      dialParams({ status: 'busy', callSid: 'CA1', durationMs: 0, bridged: false, extra: [['A', 'b']] }),
      [
        ['DialCallStatus', 'busy'],
        ['DialCallSid', 'CA1'],
        ['DialBridged', 'false'],
        ['A', 'b'],
      ],
    );
  });

  it('leave URLs that cannot be read as they are', () => {
    assert.equal(resolveUrl('next', 'http://a.test/b/c'), 'http://a.test/b/next');
    assert.equal(resolveUrl('next', ''), 'next');
    assert.equal(resolveUrl('http://[', 'http://a.test'), 'http://[');
  });
});
