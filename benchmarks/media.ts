/**
 * What CPU does a packet of sound cost: bridged between two phones, beside rtpengine in userspace; and made here, for a
 * caller who is played something and listened to? How many bridged calls go without loss, how many callers does a core
 * hold, and do their packets leave on time at half that load?
 *
 * The phones are a process of their own (`support/rtp-load.c`), and so is what is measured. Run it on an idle machine.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Forked } from './support/forked.ts';
import { countCpu } from './support/machine.ts';
import type { MediaQuestion } from './support/media-main.ts';
import { judge, percent, say, table, whole, type Claim } from './support/print.ts';
import { family, openFilesMax } from './support/proc.ts';
import { RtpLoad, type RtpCounts } from './support/rtp-load.ts';
import { Rtpengine } from './support/rtpengine.ts';
import { toneSamples } from './support/tone-wav.ts';
import { inTurn } from './support/turn.ts';

const { values: options } = parseArgs({
  options: {
    /** Of `edge,rtpengine,played`, any. */
    only: { type: 'string', default: 'edge,rtpengine,played' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '2' },
    /** Bridged calls at a time, and callers who are played to. */
    calls: { type: 'string', default: '100,500,1000' },
    legs: { type: 'string', default: '100,200,400' },
    /** A file whose lock is held while packets go; for a machine that others use, too. */
    lock: { type: 'string' },
  },
});
const wanted = new Set(options.only.split(','));
const seconds = Number(options.seconds);
const counts = (text: string): readonly number[] => text.split(',').map(Number);
const packetsPerSecond = 50;
const warmUpSeconds = 2;
const onTimeMin = 0.95;
/** The share of the machine that others may have had in a row that is compared. */
const strangersMax = 0.05;
/** Two sockets for each leg of the most calls, and some more. */
const filesNeeded = Math.max(...counts(options.calls)) * 4 + 500;

if (openFilesMax() < filesNeeded) throw new Error(`ulimit -n is below ${filesNeeded}`);

interface Row {
  readonly name: string;
  /** Calls that are bridged, or callers who are played to. */
  readonly count: number;
  readonly phones: RtpCounts;
  readonly usPerPacket: number;
  readonly usByName: Readonly<Record<string, number>>;
  readonly strangers: number;
}

/** A server with so many calls or callers set up. */
interface Scene {
  readonly what: 'relay' | 'listen';
  readonly ports: readonly number[];
  processes(): Readonly<Record<string, readonly number[]>>;
  stop(): Promise<void>;
}

async function measure(name: string, count: number, make: (phones: RtpLoad) => Promise<Scene>): Promise<Row> {
  const phones = await RtpLoad.start();
  try {
    const scene = await make(phones);
    try {
      await phones.run(scene.what, warmUpSeconds, scene.ports);
      const ended = countCpu({ ...scene.processes(), phones: [phones.pid] });
      const heard = await phones.run(scene.what, seconds, scene.ports);
      const { usByName, strangers } = ended();
      const perPacket = (us = 0): number => us / Math.max(1, heard.received);
      const each = Object.entries(usByName).map(([process, us]) => [process, perPacket(us)] as const);
      return {
        name,
        count,
        phones: heard,
        usPerPacket: each.reduce((sum, [process, us]) => (process === 'phones' ? sum : sum + us), 0),
        usByName: Object.fromEntries(each),
        strangers,
      };
    } finally {
      await scene.stop();
    }
  } finally {
    await phones.stop();
  }
}

/** The media of an edge, asked to set something up. */
async function mediaScene(what: Scene['what'], question: MediaQuestion): Promise<Scene> {
  const media = new Forked<MediaQuestion>('media-main');
  try {
    const ports = await media.ask<readonly number[]>(question);
    return {
      what,
      ports,
      processes: () => {
        const [node = 0, ...workers] = family(media.pid);
        return { node: [node], worker: workers };
      },
      stop: () => media.stop(),
    };
  } catch (error) {
    await media.stop();
    throw error;
  }
}

const ours = (calls: number) => (phones: RtpLoad) =>
  mediaScene('relay', { ask: 'bridge', calls, phonePort: phones.port });

const theirs = (calls: number) => async (phones: RtpLoad) => {
  const engine = await Rtpengine.start();
  const ports: number[] = [];
  for (let call = 0; call < calls; call++) ports.push(...(await engine.bridge(phones.port)));
  const scene: Scene = {
    what: 'relay',
    ports,
    processes: () => ({ rtpengine: engine.pids() }),
    stop: () => engine.stop(),
  };
  return scene;
};

const bridged: Row[] = [];
const played: Row[] = [];
const claims: Claim[] = [];

for (let round = 0; round < Number(options.rounds); round++) {
  await inTurn(options.lock, async () => {
    for (const count of counts(options.calls)) {
      if (wanted.has('edge')) bridged.push(await measure('Strowger, bridged', count, ours(count)));
      if (wanted.has('rtpengine')) bridged.push(await measure('rtpengine, userspace', count, theirs(count)));
    }
  });
}

const folder = await mkdtemp(join(tmpdir(), 'strowger-media-'));
try {
  const file = join(folder, 'tone.raw');
  await writeFile(file, toneSamples(10_000));
  const ivr = (legs: number, speech: boolean) => (phones: RtpLoad) =>
    mediaScene('listen', { ask: 'play', legs, phonePort: phones.port, file, speech });
  for (const speech of wanted.has('played') ? [false, true] : []) {
    const name = speech ? 'played, gathering speech' : 'played, gathering digits';
    const rows: Row[] = [];
    await inTurn(options.lock, async () => {
      for (const count of counts(options.legs)) rows.push(await measure(name, count, ivr(count, speech)));
    });
    const best = rows.reduce((a, b) => (b.usPerPacket < a.usPerPacket ? b : a));
    const aCore = Math.floor(1e6 / (packetsPerSecond * best.usPerPacket));
    const callers = Math.floor(aCore / 2);
    const half = await inTurn(options.lock, () => measure(name, callers, ivr(callers, speech)));
    played.push(...rows, half);
    say(`${name}: ${best.usPerPacket.toFixed(1)} us of CPU a packet; a core holds ${aCore} callers`);
    claims.push({
      claim:
        `${name}: with ${half.count} callers, ${(half.phones.within5Ms * 100).toFixed(1)} % of packets ` +
        `within 5 ms of their time (p95 ${half.phones.p95Ms.toFixed(1)} ms); at least ${percent(onTimeMin)}`,
      holds: half.phones.within5Ms >= onTimeMin && half.phones.skipped === 0,
    });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const lost = ({ phones }: Row): number => phones.sent - phones.received;
const late = ({ phones }: Row): string[] => [
  phones.p50Ms.toFixed(2),
  phones.p95Ms.toFixed(2),
  phones.p99Ms.toFixed(2),
  phones.maxMs.toFixed(1),
];
const costs = (row: Row): string =>
  Object.entries(row.usByName)
    .map(([name, us]) => `${name} ${us.toFixed(1)}`)
    .join(', ');
if (bridged.length > 0) {
  say('\nBridged calls, both phones speaking; delays from sending to hearing:');
  const head =
    'relay,calls,packets/s,lost,CPU us/packet,p50 ms,p95 ms,p99 ms,max ms,strangers,of it; and peers';
  const row = (each: Row): string[] => [
    each.name,
    whole(each.count),
    whole(each.phones.sent / seconds),
    String(lost(each)),
    each.usPerPacket.toFixed(1),
    ...late(each),
    percent(each.strangers),
    costs(each),
  ];
  say(table(head.split(','), bridged.map(row)));
}
if (played.length > 0) {
  say('\nCallers who speak and are played to; lateness beside the earliest packet of each:');
  const head =
    'what,callers,heard/s,gaps,CPU us/packet,p50 ms,p95 ms,p99 ms,max ms,strangers,of it; and peers';
  const row = (each: Row): string[] => [
    each.name,
    whole(each.count),
    whole(each.phones.received / seconds),
    String(each.phones.skipped),
    each.usPerPacket.toFixed(1),
    ...late(each),
    percent(each.strangers),
    costs(each),
  ];
  say(table(head.split(','), played.map(row)));
}
say();

const of = (name: string): Row[] => bridged.filter((row) => row.name.startsWith(name));
/**
 * Of the rows without loss, for a packet that is dropped costs less than one that is sent; and of those that had the
 * machine to themselves, for packets that wait are sent in larger and so cheaper groups.
 */
const cheapest = (rows: readonly Row[]): number =>
  Math.min(
    ...rows
      .filter((row) => lost(row) === 0 && row.strangers <= strangersMax)
      .map(({ usPerPacket }) => usPerPacket),
  );
if (of('Strowger').length > 0) {
  const most = Math.max(...counts(options.calls));
  const best = Math.min(
    ...of('Strowger')
      .filter(({ count }) => count === most)
      .map(lost),
  );
  claims.push({ claim: `${whole(most)} bridged calls without loss (lost ${best})`, holds: best === 0 });
}
if (of('Strowger').length > 0 && of('rtpengine').length > 0) {
  const [us, them] = [cheapest(of('Strowger')), cheapest(of('rtpengine'))];
  claims.push({
    claim: `Strowger ${us.toFixed(1)} us of CPU a packet, rtpengine ${them.toFixed(1)}: ${(us / them).toFixed(2)} times; at most 1`,
    holds: us <= them,
  });
}
judge(claims);
