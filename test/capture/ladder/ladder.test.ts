import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildLadder } from '../../../edge/capture/ladder/build.ts';
import type { Row } from '../../../edge/capture/ladder/ladder.ts';
import { LadderText, ladderText } from '../../../edge/capture/ladder/text.ts';
import { buildReceipt } from '../../../edge/smpp/receipt.ts';
import { deliver, smpp, submit } from '../talk.ts';
import { traceOf } from '../trace-of.ts';
import { Connection } from '../wire.ts';
import { callLadder } from './call.ts';

const plain = { width: 100, colour: false, lines: false };

/** What a row says, in a line. */
function said(row: Row): string {
  if (row.kind === 'remark') return row.text;
  const way = `${row.from} ${row.to}`;
  return row.kind === 'sound'
    ? `${way} ${row.codecs.join()} ${row.packets}`
    : [way, row.label, row.detail, ...row.notes].join(' | ');
}

describe('the ladder of a call', () => {
  it('has a column for each side and a row for each message, sound summed up', () => {
    const ladder = callLadder();
    assert.deepEqual(ladder.participants, [
      { name: 'alpha <&"', endpoints: ['192.0.2.1:5060'] },
      { name: 'edge', endpoints: ['10.0.0.1:5060'] },
      { name: '198.51.100.7:5062', endpoints: [] },
    ]);
    const uri = 'sip:+14155552671@192.0.2.2';
    assert.deepEqual(ladder.rows.map(said), [
      `0 1 | INVITE | ${uri}, SDP PCMU/PCMA to 192.0.2.1:4000`,
      `0 1 | INVITE | ${uri}, SDP PCMU/PCMA to 192.0.2.1:4000 | sent again`,
      '1 0 | 100 Trying | ',
      `1 2 | INVITE | ${uri}, SDP PCMU/PCMA to 10.0.0.1:6000`,
      '2 1 | 486 Busy Here | ',
      '1 0 | 200 OK | SDP PCMU/PCMA to 10.0.0.1:6002',
      `0 1 | ACK | ${uri}`,
      '0 1 PCMU 49',
      `0 1 | INFO | ${uri}`,
      `0 1 | BYE | ${uri}`,
      '1 0 | 200 OK (BYE) | ',
    ]);
    assert.deepEqual(JSON.parse(JSON.stringify(ladder)), ladder);
  });

  it('is drawn for a terminal', () => {
    assert.equal(
      ladderText(callLadder(), plain),
      `Call CA1
Times are in seconds from 2023-11-14T22:13:20.000Z.

                 alpha <&"                           edge                        198.51.100.7:5062
              192.0.2.1:5060                     10.0.0.1:5060
    0.000            │─ INVITE sip:+14155552671@192… ─>│                                 │
    0.500            │─ INVITE (sent again) ──────────>│                                 │
    0.505            │<─ 100 Trying ───────────────────│                                 │
    0.510            │                                 │─ INVITE sip:+14155552671@192… ─>│
    0.515            │                                 │<─ 486 Busy Here ────────────────│
    0.520            │<─ 200 OK SDP PCMU/PCMA to 10.… ─│                                 │
    0.525            │─ ACK sip:+14155552671@192.0.… ─>│                                 │
    0.530            │═ RTP PCMU, 49 packets ═════════>│                                 │
           RTP PCMU, 49 packets, 1 lost (2.0 %), jitter 0.4 ms, at most 1.3 ms, 1.0 s
    1.510            │─ INFO sip:+14155552671@192.0… ─>│                                 │
    1.515            │─ BYE sip:+14155552671@192.0.… ─>│                                 │
    1.520            │<─ 200 OK (BYE) ─────────────────│                                 │
`,
    );
  });

  it('fits any width, with colours only where they are wanted', () => {
    for (const width of [40, 72, 100, 160]) {
      for (const lines of [false, true]) {
        const text = ladderText(callLadder(), { ...plain, width, lines });
        for (const line of text.split('\n')) assert.ok(line.length <= width, line);
        const coloured = ladderText(callLadder(), { width, colour: true, lines });
        assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), text);
        assert.notEqual(coloured, text);
      }
    }
    assert.match(
      ladderText(callLadder(), { ...plain, width: 60 }),
      /^ {4}0\.515 {2}3 → 2 {5}486 Busy Here$/m,
    );
  });

  it('shows whole messages below, masked unless asked', () => {
    const closed = ladderText(callLadder(), { ...plain, lines: true });
    assert.match(closed, /^ {11}Call-ID: a$/m);
    assert.match(closed, /^ {11}\[10 octets of application\/dtmf-relay masked\]$/m);
    assert.match(ladderText(callLadder(true), { ...plain, lines: true }), /^ {11}Signal=5$/m);
  });

  it('writes the heads anew when somebody joins', () => {
    const { participants, rows } = callLadder();
    const text = new LadderText(plain);
    const first = text.write(participants.slice(0, 2), rows.slice(0, 3));
    const second = text.write(participants.slice(0, 2), rows.slice(2, 3));
    const third = text.write(participants, rows.slice(3, 4));
    assert.match(first, /edge\n/);
    assert.equal(second.split('\n').length, 2);
    assert.match(third, /198\.51\.100\.7:5062\n/);
  });
});

describe('the ladder of a message', () => {
  it('says which segment, what became of it, and what is missing', () => {
    const esme = { address: '10.0.0.1', port: 40_001 };
    const smsc = { address: '192.0.2.9', port: 2775 };
    const connection = new Connection('raw', esme, smsc);
    const header = Buffer.from('050003070201', 'hex');
    const part = { esmClass: 0x40, shortMessage: Buffer.concat([header, Buffer.from('abc')]) };
    const receipt = buildReceipt({
      messageId: '7a',
      state: 'UNDELIVERABLE',
      submittedMs: 0,
      doneMs: 0,
      errorCode: '012',
      text: 'secret',
    });
    const packets = [
      connection.say(esme, submit(1, part), 1),
      connection.say(smsc, smpp('submit_sm_resp', 1, [], 0x58), 2),
      connection.say(esme, submit(2, part), 3),
      connection.say(smsc, smpp('submit_sm_resp', 2, ['7A']), 4),
      connection.say(
        smsc,
        deliver(3, {
          source: { ton: 1, npi: 1, addr: '14155552671' },
          esmClass: receipt.esmClass,
          shortMessage: Buffer.from(receipt.text),
        }),
        5,
      ),
    ];
    const subject = {
      kind: 'message',
      ids: ['7a'],
      from: '+15005550006',
      to: '+14155552671',
      fromUs: 0,
      untilUs: 9,
    } as const;
    const ladder = buildLadder(traceOf(subject, packets), {
      title: 'Message SM1',
      nameOf: ({ port }) => (port === 2775 ? 'alpha' : 'edge'),
      unmasking: { bodies: false },
    });
    assert.deepEqual(ladder.rows.map(said), [
      '0 1 | submit_sm #1 part 1/2 | 15005550006 to 14155552671, 9 octets',
      '1 0 | submit_sm_resp #1 ESME_RTHROTTLED | ',
      '0 1 | submit_sm #2 part 1/2 | 15005550006 to 14155552671, 9 octets',
      '1 0 | submit_sm_resp #2 | id 7A',
      '1 0 | deliver_sm #3 receipt UNDELIVERABLE | id 7a, error 012',
    ]);
    assert.doesNotMatch(JSON.stringify(ladder), /secret/);
  });

  it('remarks what it cannot show', () => {
    const ladder = buildLadder(
      {
        events: [],
        streams: [],
        left: 3,
        encrypted: Array.from({ length: 6 }, (_, i) => ({
          source: { address: '10.0.0.1', port: i },
          destination: { address: '2001:db8::1', port: 3550 },
        })),
      },
      { title: 't', nameOf: () => undefined, unmasking: { bodies: false } },
    );
    const text = ladderText(ladder, { ...plain, width: 400 });
    assert.match(text, /^3 more events are left out$/m);
    assert.match(
      text,
      /cannot be read from a capture: 10\.0\.0\.1:0 to \[2001:db8::1\]:3550, .* and 2 more$/m,
    );
  });
});
