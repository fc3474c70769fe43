import { ok } from '../../control/base/result.ts';
import type { LegQuality } from '../../media/quality/leg-quality.ts';
import type { Arrow, Ladder } from '../../edge/capture/ladder/ladder.ts';
import { until, type Edge, type Tenant } from '../api/edge.ts';
import type { TestConsole } from './fixture.ts';

/** The paths of what a tenant has, and who he is. */
export interface LivedIn extends Tenant {
  readonly alert: string;
  readonly message: string;
  readonly call: string;
  readonly number: string;
}

/** A tenant of whom every page has something to show, long words among it. */
export async function livedIn(edge: Edge, web: TestConsole): Promise<LivedIn> {
  const tenant = await edge.tenant();
  const { account, client } = tenant;
  await edge.accounts.update(account.sid, { friendlyName: `Bakery ${'and a long name '.repeat(3)}` });
  const from = `+1415555${String(Math.floor(edge.clock.now() / 1_000) % 10_000).padStart(4, '0')}`;
  await edge.stock({ e164: from });
  const taken = await edge.inventory.assign(account.sid, from);
  if (!taken.ok) throw new Error(taken.error);
  const sid = taken.value.assignment.sid;
  await client.incomingPhoneNumbers(sid).update({
    smsUrl: `https://app.example/sms?${'parameter=value&'.repeat(6)}`,
    voiceUrl: 'https://app.example/voice',
  });
  const sent = await client.messages.create({ from, to: '+15125550142', body: `Hello. ${'x'.repeat(400)}` });
  await until(() => edge.messaging.ledger.get(sent.sid)?.status === 'sent');
  const placed = await client.calls.create({ from, to: '+15125550142', url: 'https://app.example/voice' });
  edge.voice.calls.report(placed.sid, { sound, postDialDelayMs: 200, endedBy: 'peer' });
  const url = 'https://app.example/sms';
  const alert = edge.alerts.record({
    accountSid: account.sid,
    code: 11200,
    resourceSid: sent.sid,
    detail: 'the answer was 500',
    request: {
      ...{
        url,
        method: 'POST',
        signedUrl: url,
        signature: 'c2lnbmF0dXJlIG9mIHR3ZW50eQ==',
        responseStatus: 500,
      },
      attempts: [
        { method: 'POST', url, status: 0, detail: 'connecting took too long', durationMs: 5000 },
        { method: 'POST', url, status: 500, detail: '', durationMs: 143 },
      ],
    },
    exchange: {
      variables: {
        text: `MessageSid=${sent.sid}&From=%2B15125550142&Body=${'long+'.repeat(60)}`,
        cutFrom: null,
      },
      requestHeaders: {
        text: 'x-twilio-signature=c2lnbmF0dXJlIG9mIHR3ZW50eQ%3D%3D&accept=*%2F*',
        cutFrom: null,
      },
      responseHeaders: { text: 'content-type=text%2Fhtml', cutFrom: null },
      responseBody: { text: `<h1>Oops</h1>${'x'.repeat(300)}`, cutFrom: 9_000 },
    },
  });
  for (const [status, errorCode] of [
    [201, 0],
    [400, 21211],
    [500, 11200],
  ] as const)
    web.requests.note(account.sid, {
      kind: errorCode === 11200 ? 'webhook' : 'api',
      method: 'POST',
      target: errorCode === 11200 ? url : `/2010-04-01/Accounts/${account.sid}/Messages.json`,
      ...{ status, errorCode, durationMs: 12.4, requestId: `RQ${'5'.repeat(32)}` },
    });
  web.state.wire = () => Promise.resolve(ok(ladder));
  await edge.durable();
  return {
    ...tenant,
    alert: `/alerts/${alert.sid}`,
    message: `/messages/${sent.sid}`,
    call: `/calls/${placed.sid}`,
    number: `/numbers/${sid}`,
  };
}

const sound: LegQuality = {
  codec: 'PCMU',
  received: {
    ...{ packets: 950, bytes: 152_000, lost: 50, gaps: 50, longestGap: 1, late: 0 },
    ...{ jitterMs: 1.25, jitterMaxMs: 4 },
  },
  sent: { packets: 1_000, bytes: 160_000 },
  reported: null,
  roundTrip: null,
};

const [carrier, edge, phone] = ['192.0.2.20:5060', '192.0.2.1:5060', '198.51.100.7:49152'];

const arrow = (label: string, tone: Arrow['tone'], from: number, to: number, timeUs: number): Arrow => ({
  kind: 'arrow',
  ...{ timeUs, from, to, label, tone },
  protocol: 'sip',
  transport: 'udp',
  source: carrier,
  destination: edge,
  detail: tone === 'request' ? 'sip:+14155550100@edge.example' : '',
  notes: label === 'INVITE' ? ['sent again'] : [],
  lines: [
    `${label} SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK776asdhds',
    'Call-ID: 1@192.0.2.20',
  ],
});

/** A call over three participants, with an arrow of each tone, sound and a remark. */
const ladder: Ladder = {
  title: 'A call',
  participants: [
    { name: 'alpha', endpoints: [carrier] },
    { name: 'edge', endpoints: [edge] },
    { name: 'a phone', endpoints: [phone] },
  ],
  rows: [
    arrow('INVITE', 'request', 0, 1, 1_000_000),
    arrow('100 Trying', 'quiet', 1, 0, 1_002_000),
    arrow('INVITE', 'request', 1, 2, 1_010_000),
    arrow('180 Ringing', 'progress', 2, 1, 1_200_000),
    { kind: 'remark', timeUs: 1_300_000, text: 'The capture misses 12 packets here' },
    arrow('200 OK', 'success', 1, 0, 3_200_000),
    {
      kind: 'sound',
      ...{ timeUs: 3_300_000, from: 0, to: 1, source: carrier, destination: edge, ssrc: 7, codecs: ['PCMU'] },
      ...{ secure: false, packets: 1_000, expected: 1_000, lost: 0, late: 0, jitterMs: 1, jitterMeanMs: 1 },
      ...{ jitterMaxMs: 4, gapMaxMs: 22, durationMs: 20_000, reported: null },
    },
    arrow('OPTIONS', 'quiet', 1, 1, 4_000_000),
    arrow('486 Busy Here', 'failure', 2, 0, 9_000_000),
  ],
  remarks: ['Credentials are masked'],
};
