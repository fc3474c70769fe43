import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pcapFileHeader, pcapRecord } from '../../../edge/capture/packets/pcap-file.ts';
import type { CapturedPacket } from '../../../edge/capture/packets/packet.ts';

const run = promisify(execFile);

/** A stream as `-z rtp,streams` prints it. */
export interface StreamLine {
  readonly source: string;
  readonly destination: string;
  readonly ssrc: number;
  readonly packets: number;
  readonly lost: number;
  readonly deltaMaxMs: number;
  readonly jitterMeanMs: number;
  readonly jitterMaxMs: number;
}

/** What Wireshark's own reader says of packets: fields by frame, with all their values, and the streams of sound. */
export interface Reading {
  readonly frames: readonly ReadonlyMap<string, readonly string[]>[];
  readonly streams: readonly StreamLine[];
}

/** Has packets of one link layer read by tshark. RTP is known by its looks, SMPP by port 2775. */
export async function readByTshark(
  packets: readonly CapturedPacket[],
  fields: readonly string[],
): Promise<Reading> {
  const folder = await mkdtemp(join(tmpdir(), 'tshark-'));
  try {
    const file = join(folder, 'packets.pcap');
    await writeFile(
      file,
      Buffer.concat([pcapFileHeader(packets[0]?.linkType ?? 1), ...packets.map(pcapRecord)]),
    );
    const options = ['-n', '-r', file, '-d', 'tcp.port==2775,smpp', '-o', 'tcp.reassemble_out_of_order:TRUE'];
    const heuristics = ['--enable-heuristic', 'rtp_udp', '--enable-heuristic', 'rtcp_udp'];
    const output = ['-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|', '-z', 'rtp,streams'];
    const { stdout } = await run(
      'tshark',
      [...options, ...heuristics, ...output, ...fields.flatMap((field) => ['-e', field])],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return parse(stdout, packets.length, fields);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function parse(stdout: string, count: number, fields: readonly string[]): Reading {
  const lines = stdout.split('\n');
  const frames = lines.slice(0, count).map((line) => {
    const values = line.split('\t');
    return new Map(
      fields.map((field, i) => [field, (values[i] ?? '').split('|').filter((value) => value !== '')]),
    );
  });
  const streams = lines.slice(count).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    if (!/^[\d.]+$/.test(words[0] ?? '') || words.length < 16) return [];
    const [, , source = '', sourcePort, destination = '', destinationPort, ssrc, , packets, lost] = words;
    const [, deltaMaxMs, , jitterMeanMs, jitterMaxMs] = words.slice(12).map(Number) as [number, ...number[]];
    return [
      {
        source: `${source} ${sourcePort}`,
        destination: `${destination} ${destinationPort}`,
        ssrc: Number(ssrc),
        packets: Number(packets),
        lost: Number(lost),
        deltaMaxMs: deltaMaxMs ?? NaN,
        jitterMeanMs: jitterMeanMs ?? NaN,
        jitterMaxMs: jitterMaxMs ?? NaN,
      },
    ];
  });
  return { frames, streams };
}
