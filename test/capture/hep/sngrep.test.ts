import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { HepExport } from '../../../edge/capture/hep/export.ts';
import { readPcap } from '../../../edge/capture/packets/pcap-file.ts';
import { freePorts } from '../../peers/ports.ts';
import { sdp, sip } from '../talk.ts';
import { Connection, datagram } from '../wire.ts';

const carrier = { address: '192.0.2.1', port: 5_060 };
const edge = { address: '192.0.2.2', port: 5_060 };
const phone = { address: '198.51.100.7', port: 5_062 };
const at = 1_700_000_000_123_456;

/** A call from a carrier, by UDP, to a phone, by TCP: what was said, when, from where to where. */
const leg = new Connection('ethernet', edge, phone);
const invite = (callId: string): Buffer => sip({ callId, method: 'INVITE', body: sdp('192.0.2.1', 4_000) });
const packets = [
  ...datagram('ethernet', carrier, edge, invite('first'), at),
  ...datagram('ethernet', edge, carrier, sip({ callId: 'first', method: 'INVITE', status: 100 }), at + 1_001),
  leg.say(edge, invite('second'), at + 20_002),
  leg.say(phone, sip({ callId: 'second', method: 'INVITE', status: 486 }), at + 30_003),
  leg.say(edge, sip({ callId: 'second', method: 'ACK' }), at + 31_004),
  ...datagram(
    'ethernet',
    edge,
    carrier,
    sip({ callId: 'first', method: 'INVITE', status: 486 }),
    at + 1_040_005,
  ),
  ...datagram('ethernet', carrier, edge, sip({ callId: 'first', method: 'ACK' }), at + 1_050_006),
];
const story = [
  ['1700000000.123456000', '192.0.2.1', '192.0.2.2', 'INVITE', '', 'first'],
  ['1700000000.124457000', '192.0.2.2', '192.0.2.1', '', '100', 'first'],
  ['1700000000.143458000', '192.0.2.2', '198.51.100.7', 'INVITE', '', 'second'],
  ['1700000000.153459000', '198.51.100.7', '192.0.2.2', '', '486', 'second'],
  ['1700000000.154460000', '192.0.2.2', '198.51.100.7', 'ACK', '', 'second'],
  ['1700000001.163461000', '192.0.2.2', '192.0.2.1', '', '486', 'first'],
  ['1700000001.173462000', '192.0.2.1', '192.0.2.2', 'ACK', '', 'first'],
];

describe('HEP3, as sngrep takes it', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-sngrep-'));
  const file = join(folder, 'taken.pcap');
  let port = 0;
  let sngrep: ChildProcess;
  before(async () => {
    [port = 0] = await freePorts(1);
    const options = ['-F', '-N', '-q', '-L', `udp:127.0.0.1:${port}`, '-O', file];
    sngrep = spawn('sngrep', options, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, TERM: 'dumb' },
    });
    const bound = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
    while (!readFileSync('/proc/net/udp', 'latin1').includes(bound)) {
      assert.equal(sngrep.exitCode, null, 'sngrep listens');
      await wait(20);
    }
  });
  after(() => {
    sngrep.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('is the same SIP: what was said, when to the microsecond, from where to where', async () => {
    const made = new HepExport({ id: 2_001, smppProtocol: 0 });
    const socket = createSocket('udp4');
    for (const datagram of packets.flatMap((packet) => made.push(packet)))
      await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve));
    socket.close();
    while (readPcap(readFileSync(file)).packets.length < story.length) await wait(20);
    const ended = new Promise((resolve) => sngrep.once('exit', resolve));
    sngrep.kill('SIGTERM');
    assert.equal(await ended, 0);
    const read = execFileSync(
      'tshark',
      [
        ...[
          '-n',
          '-r',
          file,
          '-Y',
          'sip',
          '-T',
          'fields',
          '-e',
          'frame.time_epoch',
          '-e',
          'ip.src',
          '-e',
          'ip.dst',
        ],
        ...['-e', 'sip.Method', '-e', 'sip.Status-Code', '-e', 'sip.Call-ID'],
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    assert.deepEqual(
      read
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')),
      story,
    );
  });
});
