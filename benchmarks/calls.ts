/**
 * What CPU does a call cost, and how many a second are there without a retransmission? Of the embedded SIP server with
 * the least application there is; of an edge whose application plays a second of sound; of an edge that connects two
 * phones, beside Kamailio as a stateful relay between the same phones. And are memory and ports back after many calls?
 *
 * Everything runs on this machine at once: callers, called phones, applications and what is measured, each in
 * processes of its own. Run it on an idle one.
 */
import { parseArgs } from 'node:util';
import { sampleCalls, type CallContender, type CallSample } from './support/call-sample.ts';
import { bare, edgeCalls, kamailio } from './support/call-contenders.ts';
import { idle, type Residue } from './support/idle.ts';
import { judge, mebibytes, percent, say, table, whole, type Claim } from './support/print.ts';
import { openFilesMax } from './support/proc.ts';
import { inTurn } from './support/turn.ts';

const kinds = ['bare', 'ivr', 'bridged', 'kamailio', 'idle'] as const;
type Kind = (typeof kinds)[number];

const { values: options } = parseArgs({
  options: {
    /** Of `bare,ivr,bridged,kamailio,idle`, any. */
    only: { type: 'string', default: kinds.join(',') },
    seconds: { type: 'string', default: '8' },
    /** Calls a second: of the bare server, of an edge, and of Kamailio. */
    bare: { type: 'string', default: '300,600,1000' },
    edge: { type: 'string', default: '50,100,150' },
    relay: { type: 'string', default: '100,500,1000' },
    /** Calls before those that are measured: code that is used for the first time costs a multiple. */
    warmUp: { type: 'string', default: '3000' },
    /** Calls before and after which an edge is idle, and how fast they come. */
    short: { type: 'string', default: '10000' },
    shortRate: { type: 'string', default: '150' },
    idleSeconds: { type: 'string', default: '40' },
    /** A file whose lock is held while calls go on; for a machine that others use, too. */
    lock: { type: 'string' },
  },
});
const wanted = new Set(options.only.split(','));
const wants = (kind: Kind): boolean => wanted.has(kind);
const seconds = Number(options.seconds);
const rates = (text: string): readonly number[] => text.split(',').map(Number);
const idleMs = Number(options.idleSeconds) * 1000;
const filesNeeded = 4_096;

/** Of CPU time a call, in µs. */
const bars = { bare: 900, ivr: 3_000, bridged: 4_000 };
const bareRate = 1_000;
/** How long a SIP transaction may be asked for again (RFC 3261 section 17: 64 times T1). */
const rememberedSeconds = 32;
/** What may be left over, and be no leak: of memory, a tenth and 16 MiB. */
const growthMax = { share: 0.1, bytes: 16 * 2 ** 20 };

if (openFilesMax() < filesNeeded) throw new Error(`ulimit -n is below ${filesNeeded}`);

const samples: CallSample[] = [];
const residues: Residue[] = [];
const claims: Claim[] = [];

/** Rows of one contender, after calls that warm it up. */
async function rowsOf(contender: CallContender, perSecond: readonly number[]): Promise<CallSample[]> {
  const rows: CallSample[] = [];
  await inTurn(options.lock, async () => {
    const fastest = Math.max(...perSecond);
    await sampleCalls(contender, fastest, Number(options.warmUp) / fastest);
    for (const rate of perSecond) rows.push(await sampleCalls(contender, rate, seconds));
  });
  samples.push(...rows);
  return rows;
}

const flawless = (row: CallSample): boolean => row.failed === 0 && row.retransmissions === 0;

/** The cheapest of the rows without a flaw, for noise only ever makes a call dearer. */
function claimCost(what: string, rows: readonly CallSample[], barUs: number): void {
  const costs = rows.filter(flawless).map(({ us }) => us);
  const best = Math.min(...costs);
  claims.push({
    claim: `${what}: ${costs.length === 0 ? 'no row without a flaw' : `${whole(best)} us of CPU a call`}; under ${whole(barUs)}`,
    holds: best < barUs,
  });
}

function claimResidue(residue: Residue): void {
  const { name, calls, before, after } = residue;
  residues.push(residue);
  const grown = after.anonymous - before.anonymous;
  claims.push(
    {
      claim: `${name}: after ${whole(calls)} calls and rest, memory ${mebibytes(before.anonymous)} -> ${mebibytes(after.anonymous)} MiB`,
      holds: grown <= before.anonymous * growthMax.share + growthMax.bytes,
    },
    {
      claim: `${name}: UDP ports open ${before.udpPorts} -> ${after.udpPorts}`,
      holds: after.udpPorts <= before.udpPorts,
    },
  );
}

if (wants('bare')) {
  const server = await bare();
  try {
    const rows = await rowsOf(server, rates(options.bare));
    claimCost('The embedded server and a bare application', rows, bars.bare);
    const fast = rows.filter(({ callsPerSecond }) => callsPerSecond >= bareRate);
    claims.push({
      claim: `The embedded server and a bare application: ${whole(bareRate)} calls a second without a retransmission`,
      holds: fast.some(flawless),
    });
    const fastest = Math.max(...rates(options.bare));
    const place = (): Promise<unknown> => inTurn(options.lock, () => sampleCalls(server, fastest, seconds));
    const pids = (): number[] => [server.pid];
    claimResidue(
      await idle({ name: server.name, calls: fastest * seconds, pids, warmUp: place, place, idleMs }),
    );
    const { appHeap, serverHeap, dialogs, transactions } = await server.state();
    say(
      `Heaps of the bare application ${mebibytes(appHeap)} MiB and of the server ${mebibytes(serverHeap)} MiB, ` +
        `${dialogs} dialogs and ${transactions} transactions after rest`,
    );
  } finally {
    await server.stop();
  }
}

if (wants('kamailio')) {
  const relay = await kamailio();
  try {
    await rowsOf(relay, rates(options.relay));
  } finally {
    await relay.stop();
  }
}

if (wants('ivr') || wants('bridged') || wants('idle')) {
  const { ivr, bridged, short, edge, stop } = await edgeCalls();
  try {
    if (wants('ivr')) claimCost('An IVR call', await rowsOf(ivr, rates(options.edge)), bars.ivr);
    if (wants('bridged')) {
      claimCost('A bridged call', await rowsOf(bridged, rates(options.edge)), bars.bridged);
    }
    if (wants('idle')) {
      const calls = Number(options.short);
      const rate = Number(options.shortRate);
      const placed = (count: number): Promise<CallSample> =>
        inTurn(options.lock, () => sampleCalls(short, rate, count / rate));
      const warmUp = (): Promise<CallSample> => placed(Math.min(calls, rate * rememberedSeconds));
      const place = async (): Promise<void> => void samples.push(await placed(calls));
      const pids = (): number[] => edge.pids();
      claimResidue(await idle({ name: 'An edge', calls, pids, warmUp, place, idleMs }));
    }
  } finally {
    await stop();
  }
}

for (const { name, failed, complaint } of samples) {
  if (failed > 0) say(`${name}, of ${failed} calls that went wrong the first:\n${complaint}\n`);
}
const listed = (named: Readonly<Record<string, number>>): string =>
  Object.entries(named)
    .map(([name, us]) => `${name} ${us.toFixed(0)}`)
    .join(', ');
say();
say(
  table(
    'server,calls/s,calls,failed,retrans,CPU us/call,heard/call,strangers,of it; and peers'.split(','),
    samples.map((row) => [
      row.name,
      whole(row.callsPerSecond),
      whole(row.calls),
      String(row.failed),
      String(row.retransmissions),
      row.us.toFixed(0),
      row.heardPerCall.toFixed(1),
      percent(row.strangers),
      `${listed(row.usByName)}; ${listed(row.peersByName)}`,
    ]),
  ),
);
say();
if (residues.length > 0) {
  say(
    table(
      'server,calls,MiB before,just after,after rest,UDP ports before,after rest'.split(','),
      residues.map(({ name, calls, before, busy, after }) => [
        name,
        whole(calls),
        mebibytes(before.rss),
        mebibytes(busy.rss),
        mebibytes(after.rss),
        String(before.udpPorts),
        String(after.udpPorts),
      ]),
    ),
  );
  say();
}
const of = (name: string): CallSample[] =>
  samples.filter((row) => row.name.startsWith(name) && flawless(row));
const [theirs, ours] = [of('Kamailio'), of('Strowger, bridged')];
if (theirs.length > 0 && ours.length > 0) {
  const least = (rows: readonly CallSample[]): number => Math.min(...rows.map(({ us }) => us));
  say(
    `CPU a call between two phones: Strowger ${whole(least(ours))} us, with its application and its sound; ` +
      `Kamailio ${whole(least(theirs))} us, relaying signalling alone (${(least(ours) / least(theirs)).toFixed(1)} times)`,
  );
}
judge(claims);
