/**
 * What do a million queued messages cost an edge in memory, and how soon after its start does the first of them
 * leave? They are queued by REST while the carrier is down; then the edge is stopped and started again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePorts } from '../test/peers/ports.ts';
import { SmscProcess } from '../test/peers/smsc-process.ts';
import { Edge } from './support/edge.ts';
import { LoadProcess } from './support/load-process.ts';
import { judge, mebibytes, say, table, whole } from './support/print.ts';
import { memoryOf, type Memory } from './support/proc.ts';
import { createMessage } from './support/requests.ts';
import { settle } from './support/settle.ts';

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    senders: { type: 'string', default: '1000' },
    /** Let every message leave in the end, and count them. Takes as long as queuing them. */
    drain: { type: 'boolean', default: false },
  },
});
const messages = Number(options.messages);
const senders = Number(options.senders);
const rssLimitBytes = 600 * 2 ** 20;
const firstSubmitLimitMs = 5_000;
const settleMs = 10_000;
const firstSubmitWithinMs = 120_000;

/** The sum over the edge's processes, and the greatest VmRSS seen in `forMs` of looking. */
async function watchMemory(edge: Edge, forMs: number): Promise<{ now: Memory; peak: number }> {
  const look = (): Memory =>
    edge
      .pids()
      .map(memoryOf)
      .reduce((sum, each) => ({
        rss: sum.rss + each.rss,
        anonymous: sum.anonymous + each.anonymous,
        file: sum.file + each.file,
      }));
  let now = look();
  let peak = now.rss;
  for (let passedMs = 0; passedMs < forMs; passedMs += 200) {
    await sleep(200);
    now = look();
    peak = Math.max(peak, now.rss);
  }
  return { now, peak };
}

async function firstSubmit(smsc: SmscProcess): Promise<number> {
  for (let waitedMs = 0; waitedMs < firstSubmitWithinMs; waitedMs += 20) {
    const { firstSubmitMs } = await smsc.counts();
    if (firstSubmitMs > 0) return firstSubmitMs;
    await sleep(20);
  }
  return Infinity;
}

// Nobody listens there yet: the carrier comes up at the end.
const [carrierPort = 0] = await freePorts(1);
const perSender = Math.ceil(messages / senders) + 1;
const edge = await Edge.create({ carrierPort, senders, queueSegmentsMax: Math.max(36_000, perSender) });
const load = new LoadProcess();
let smsc: SmscProcess | undefined;
try {
  const empty = await watchMemory(edge, 1_000);
  say(`queuing ${whole(messages)} messages of ${whole(senders)} senders, the carrier being down …`);
  const queued = await load.http({
    port: edge.apiPort,
    template: createMessage(`127.0.0.1:${edge.apiPort}`, edge.sid, edge.token, { senders }),
    connections: 64,
    firstNumber: 0,
    requests: messages,
    durationMs: 3_600_000,
    pace: 'closed',
  });
  say(
    `${whole(queued.accepted)} accepted, ${whole((queued.accepted * 1000) / queued.elapsedMs)} a second` +
      (queued.accepted === messages ? '' : `; others by status: ${JSON.stringify(queued.others)}`),
  );
  const after = await watchMemory(edge, settleMs);
  await edge.stop();
  const storeBytes = statSync(join(edge.folder, 'data', 'store.lmdb')).size;

  const downMs = await edge.start();
  const readyMs = Date.now() - downMs;
  const waiting = await watchMemory(edge, settleMs);
  await edge.stop();

  smsc = await SmscProcess.start({ keep: true }, carrierPort);
  const startedMs = await edge.start();
  const firstMs = (await firstSubmit(smsc)) - startedMs;
  const sending = await watchMemory(edge, settleMs);

  const row = (name: string, { now, peak }: { now: Memory; peak: number }): string[] => [
    name,
    mebibytes(now.rss),
    mebibytes(now.anonymous),
    mebibytes(now.file),
    mebibytes(peak),
  ];
  say();
  say(
    table(
      ['edge', 'VmRSS MiB', 'of it anonymous', 'of it file', 'peak'],
      [
        row('empty', empty),
        row('after queuing', after),
        row('started again, carrier down', waiting),
        row('started again, sending', sending),
      ],
    ),
  );
  say();
  say(`store ${mebibytes(storeBytes)} MiB; ready ${whole(readyMs)} ms after its start`);
  const peak = Math.max(waiting.peak, sending.peak);
  const claims = [
    { claim: `${whole(messages)} messages accepted`, holds: queued.accepted === messages },
    {
      claim: `resident memory with them queued, after a restart, ${mebibytes(peak)} MiB at most; under 600`,
      holds: peak < rssLimitBytes,
    },
    {
      claim: `start to first submit_sm ${whole(firstMs)} ms; under ${whole(firstSubmitLimitMs)}`,
      holds: firstMs < firstSubmitLimitMs,
    },
  ];
  if (options.drain) {
    const counts = await settle(smsc, messages, 10_000);
    const census = await smsc.census(messages);
    const tookMs = counts.lastSubmitMs - counts.firstSubmitMs;
    say(`left at ${whole((counts.accepted * 1000) / tookMs)} a second`);
    claims.push({
      claim: `every one left once, in order of its sender (missing ${census.missing}, twice ${census.duplicates}, out of order ${census.outOfOrder})`,
      holds: census.missing === 0 && census.duplicates === 0 && census.outOfOrder === 0,
    });
  }
  judge(claims);
} finally {
  load.stop();
  await edge.remove();
  await smsc?.stop();
}
