import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { Overheard } from '../../../control/base/overheard.ts';
import { Dissector } from '../../../edge/capture/events/dissector.ts';
import { exportedPacket, readExported } from '../../../edge/capture/packets/exported-pdu.ts';
import { writePcap } from '../../../edge/capture/trace/pcap-out.ts';
import { rtp, sdp, sip, smpp, submit } from '../talk.ts';
import { datagram } from '../wire.ts';
import { readByTshark } from './tshark.ts';

const phone = { address: '192.0.2.1', port: 40_001 };
const edge = { address: '192.0.2.2', port: 5061 };
const phone6 = { address: '2001:db8::1', port: 40_002 };
const edge6 = { address: '2001:db8::2', port: 3550 };

const invite: Overheard = {
  protocol: 'sip',
  timeUs: 1_700_000_000_000_123,
  source: phone,
  destination: edge,
  bytes: sip({ callId: 'hidden', method: 'INVITE', body: sdp('192.0.2.1', 4000) }),
};
const ringing: Overheard = {
  ...invite,
  timeUs: 1_700_000_000_100_456,
  source: edge,
  destination: phone,
  bytes: sip({ callId: 'hidden', method: 'INVITE', status: 180 }),
};
const sent: Overheard = {
  protocol: 'smpp',
  timeUs: 1_700_000_000_200_789,
  source: edge6,
  destination: phone6,
  bytes: submit(7),
};
const answered: Overheard = {
  ...sent,
  timeUs: 1_700_000_000_300_000,
  source: phone6,
  destination: edge6,
  bytes: smpp('submit_sm_resp', 7, ['id-1']),
};
const all = [invite, ringing, sent, answered];

const fields = [
  'frame.time_epoch',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'sip.Method',
  'sip.Status-Code',
  'sip.Call-ID',
  'smpp.command_id',
  'smpp.sequence_number',
  'smpp.message_id',
  'exported_pdu.src_port',
  'exported_pdu.dst_port',
];

describe('What passed under TLS, as packets', () => {
  it('is read by Wireshark as the SIP and the SMPP that it is', async () => {
    const { frames } = await readByTshark(all.map(exportedPacket), fields);
    const seen = frames.map((frame) => [...frame.values()].flat());
    assert.deepEqual(seen, [
      ['1700000000.000123000', '192.0.2.1', '192.0.2.2', 'INVITE', 'hidden', '40001', '5061'],
      ['1700000000.100456000', '192.0.2.2', '192.0.2.1', '180', 'hidden', '5061', '40001'],
      ['1700000000.200789000', '2001:db8::2', '2001:db8::1', '0x00000004', '7', '3550', '40002'],
      ['1700000000.300000000', '2001:db8::1', '2001:db8::2', '0x80000004', '7', 'id-1', '40002', '3550'],
    ]);
  });

  it('tells the same again, and nothing where it is broken', () => {
    const dissector = new Dissector();
    for (const message of all) {
      const [event, ...more] = dissector.push(exportedPacket(message));
      assert.deepEqual(
        [event?.kind, event?.timeUs, event?.transport, event?.source, event?.destination, more],
        [message.protocol, message.timeUs, 'tls', message.source, message.destination, []],
      );
      const packet = exportedPacket(message);
      assert.deepEqual(readExported(packet)?.payload, Buffer.from(message.bytes));
      const head = packet.bytes.length - message.bytes.length;
      for (let length = 0; length < head; length++)
        assert.deepEqual(dissector.push({ ...packet, bytes: packet.bytes.subarray(0, length) }), []);
    }
    const unreadable = exportedPacket({ ...sent, bytes: submit(7).subarray(0, 20) });
    assert.equal(dissector.push(unreadable)[0]?.kind, 'malformed');
  });

  it('stands beside packets of sound in one file, which Wireshark reads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pcap-out-'));
    try {
      const file = join(folder, 'call.pcap');
      const sound = [0, 1, 2].flatMap((n) =>
        datagram(
          'ethernet',
          { address: '192.0.2.2', port: 6000 },
          { address: '192.0.2.1', port: 4000 },
          rtp(n, n * 160, 7),
          1_700_000_001_000_000 + n * 20_000,
        ),
      );
      const packets = [...all.map(exportedPacket), ...sound];
      // An async iterable, as a ring gives them.
      const each = (async function* () {
        for (const packet of packets) yield await Promise.resolve(packet);
      })();
      assert.equal(await writePcap(file, each, { exported: true }), 7);
      const read = execFileSync(
        'tshark',
        [
          '-n',
          '-r',
          file,
          '-T',
          'fields',
          '-e',
          'frame.time_epoch',
          '-e',
          '_ws.col.Protocol',
          '-e',
          'rtp.seq',
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      );
      assert.deepEqual(
        read
          .trimEnd()
          .split('\n')
          .map((line) => line.trimEnd().split('\t')),
        [
          ['1700000000.000123000', 'SIP/SDP'],
          ['1700000000.100456000', 'SIP'],
          ['1700000000.200789000', 'SMPP'],
          ['1700000000.300000000', 'SMPP'],
          ['1700000001.000000000', 'RTP', '0'],
          ['1700000001.020000000', 'RTP', '1'],
          ['1700000001.040000000', 'RTP', '2'],
        ],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
