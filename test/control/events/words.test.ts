import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Alert } from '../../../control/events/alert.ts';
import type { EdgeEvent } from '../../../control/events/event.ts';
import { alertConcerns, concerns, eventText, streamedText } from '../../../control/events/words.ts';

const sid = `SM${'1'.repeat(32)}`;
const accountSid = `AC${'2'.repeat(32)}`;
const atMs = new Date(2026, 0, 1, 12, 0, 1).getTime();

const sent: EdgeEvent = {
  type: 'message.status',
  atMs,
  sid,
  accountSid,
  direction: 'outbound',
  from: '+14155550100',
  to: '+12065550100',
  status: 'sent',
  carrier: 'alpha',
  carrierId: '42',
  errorCode: 0,
};

const alert: Alert = {
  sid: `NO${'3'.repeat(32)}`,
  atMs,
  accountSid,
  code: 11200,
  level: 'ERROR',
  resourceSid: sid,
  detail: 'HTTP retrieval failure',
  request: {
    url: 'https://a.example/sms',
    method: 'POST',
    signedUrl: 'https://a.example/sms?x=1',
    signature: 'c2lnbmF0dXJl',
    responseStatus: 403,
  },
};

describe('events in words', () => {
  it('tell who sent what to whom, and how', () => {
    assert.equal(eventText(sent), `12:00:01 ${sid} +14155550100 → +12065550100 sent via alpha (id 42)`);
    assert.equal(
      eventText({ ...sent, status: 'failed', carrier: '', carrierId: '', errorCode: 30008 }),
      `12:00:01 ${sid} +14155550100 → +12065550100 failed error 30008`,
    );
    assert.equal(
      eventText({ type: 'link.state', atMs, carrier: 'alpha', state: 'down', detail: 'connection refused' }),
      '12:00:01 carrier alpha down connection refused',
    );
    assert.equal(streamedText({ kind: 'dropped', count: 3 }).trim(), '(3 events left out: too many to show)');
  });

  it('show for a webhook what was signed, and hint at proxies where a signature may have been refused', () => {
    const text = eventText({ type: 'alert', atMs, alert });
    assert.match(text, /URL signed +https:\/\/a\.example\/sms\?x=1/);
    assert.match(text, /signature sent +c2lnbmF0dXJl/);
    assert.match(text, /proxy/);
    const other = { ...alert, request: { ...alert.request!, responseStatus: 0 } };
    const unanswered = eventText({ type: 'alert', atMs, alert: other });
    assert.match(unanswered, /no answer/);
    assert.doesNotMatch(unanswered, /proxy/);
  });

  it('send nothing to a terminal but characters', () => {
    const hostile = '\u001b]0;x\u0007\r\u009b2J\u202e';
    const text = eventText({
      type: 'alert',
      atMs,
      alert: { ...alert, detail: hostile, request: { ...alert.request!, url: hostile, signedUrl: hostile } },
    });

    assert.doesNotMatch(text.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('are chosen by SID, number or carrier', () => {
    for (const subject of [sid, accountSid, '+14155550100', '+12065550100'])
      assert.ok(concerns(sent, subject));
    assert.ok(!concerns(sent, '+1415555010'));
    assert.ok(concerns({ type: 'alert', atMs, alert }, sid));
    assert.ok(alertConcerns(alert, alert.sid));
    assert.ok(concerns({ type: 'link.state', atMs, carrier: 'alpha', state: 'up', detail: '' }, 'alpha'));
  });
});
