import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Account } from '../../control/accounts/account.ts';
import type { OpenRequest } from '../../edge/api/exchange.ts';
import { rowList } from '../../edge/api/lists.ts';
import { readNewCall } from '../../edge/api/new-call.ts';
import { ParamList } from '../../edge/api/params.ts';
import { readNewParticipant, readParticipantChange } from '../../edge/api/participant-params.ts';
import { readCalledUri } from '../../edge/api/sip-uri.ts';
import { numberedError } from '../../control/errors/errors.ts';

const account = { sid: `AC${'0'.repeat(32)}`, no: 1 } as Account;
const applications = { fetch: () => undefined };

describe('a SIP URI that is called', () => {
  it('gives its headers, without their escapes', () => {
    assert.deepEqual(readCalledUri('sip:jack@example.com;transport=tcp?x-a=1%2B1&X-B='), {
      ok: true,
      value: {
        uri: 'sip:jack@example.com;transport=tcp',
        headers: [
          ['x-a', '1+1'],
          ['X-B', ''],
        ],
      },
    });
    assert.deepEqual(readCalledUri('+14155550100?x'), {
      ok: true,
      value: { uri: '+14155550100?x', headers: [] },
    });
  });

  it('never brings a line break or another kind of header, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) => {
        for (const text of [`${name}=${value}`, `X-A=${value}`, `X-A=${encodeURIComponent(value)}`]) {
          const read = readCalledUri(`sip:a@example.com?${text}`);
          if (!read.ok) continue;
          for (const [header, content] of read.value.headers) {
            assert.match(header, /^(?:x-|user-to-user$|p-|remote-party-id$)/i);
            assert.doesNotMatch(content, /\p{Cc}/u);
          }
        }
      }),
    );
  });
});

describe('the parameters of calls and participants', () => {
  const names = fc.constantFrom(
    ...['To', 'From', 'Url', 'Twiml', 'Method', 'Timeout', 'TimeLimit', 'SendDigits', 'Record', 'Trim'],
    ...['StatusCallback', 'StatusCallbackEvent', 'MachineDetection', 'AsyncAmd', 'CallerId', 'Byoc'],
    ...['Label', 'Beep', 'Muted', 'Hold', 'Coaching', 'CallSidToCoach', 'ConferenceRecord', 'WaitUrl'],
    ...['SipAuthUsername', 'SipAuthPassword', 'ApplicationSid', 'MaxParticipants', 'EmergencyName'],
  );
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('true', 'completed', '+14155550100', 'https://x.example/', 'sip:a@b?X-A=1', '7', ''),
  );
  const form = fc.array(fc.tuple(names, value)).map((pairs) => ParamList.of(pairs));

  it('are read or refused with a number of the table, never with a throw', () => {
    fc.assert(
      fc.property(form, (params) => {
        for (const read of [
          readNewCall(params, account, applications),
          readNewParticipant(params, 'name'),
          readParticipantChange(params),
        ]) {
          if (!read.ok) assert.ok(numberedError(read.error.code).message.length > 0);
        }
      }),
    );
  });

  it('have Twilio’s defaults', () => {
    const params = ParamList.of([
      ['To', '+12065550100'],
      ['From', '+14155550100'],
      ['Twiml', '<Response/>'],
      ['Record', 'true'],
    ]);
    const read = readNewCall(params, account, applications);
    assert.ok(read.ok);
    const { timeoutMs, timeLimitMs, recording, statusCallback, machineDetection, sendDigits } = read.value;
    assert.deepEqual([timeoutMs, timeLimitMs, statusCallback], [60_000, 14_400_000, null]);
    assert.deepEqual([machineDetection, sendDigits], [null, '']);
    assert.deepEqual(recording, {
      channels: 'mono',
      track: 'both',
      trimSilence: true,
      statusCallback: null,
    });
  });
});

describe('a list that is had as a whole', () => {
  const all = Array.from({ length: 7 }, (_, n) => n);
  const page = (query: string): Record<string, unknown> => {
    const request = {
      path: '/2010-04-01/list.json',
      query: ParamList.of(new URLSearchParams(query)),
    } as unknown as OpenRequest;
    const reply = rowList(request, 'rows', all, (row) => row);
    if (reply.kind !== 'json') throw new Error(reply.kind);
    return reply.body as Record<string, unknown>;
  };

  it('is walked in both directions without a gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), (size) => {
        const seen: unknown[] = [];
        let last: Record<string, unknown> | undefined;
        for (let uri: unknown = `/2010-04-01/list.json?PageSize=${size}`; typeof uri === 'string';) {
          last = page(uri.slice(uri.indexOf('?') + 1));
          seen.push(...(last['rows'] as number[]));
          uri = last['next_page_uri'];
        }
        assert.deepEqual(seen, all);
        const back: unknown[] = [...(last!['rows'] as number[])];
        for (let uri = last!['previous_page_uri']; typeof uri === 'string';) {
          const before = page(uri.slice(uri.indexOf('?') + 1));
          back.unshift(...(before['rows'] as number[]));
          uri = before['previous_page_uri'];
        }
        assert.deepEqual(back, all);
      }),
    );
  });
});
