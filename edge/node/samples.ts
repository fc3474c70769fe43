import { statfsSync } from 'node:fs';
import type { SenderClass } from '../../control/inventory/senders.ts';
import type { JobLoad } from '../../control/jobs/job-runner.ts';
import type { JournalMiss } from '../../control/log/journal-writer.ts';
import { journalMisses } from '../../control/log/process-log.ts';
import type { Instruments, Metrics } from '../../control/metrics/metrics.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { Rooms } from './state.ts';

const senderClasses: readonly SenderClass[] = ['local', 'mobile', 'tollfree', 'shortcode', 'alphanumeric'];

/** Sets the gauges before each scrape, from what rooms hold in memory. `data`: the folder whose disk is told of. */
export function sampleEdge(metrics: Metrics, rooms: Rooms, data: string): void {
  const { instruments } = metrics;
  instruments.build(manifest.version).set(1);
  const { clock } = rooms;
  // There from the start at 0, so that a carrier that never sends a receipt is seen.
  for (const name of rooms.links.keys()) {
    instruments.receiptsAwaited(name);
    instruments.receiptsMatched(name);
  }
  const begunMs = clock.now() - clock.monotonic();
  // Each by itself: a disk that is gone is no reason to tell nothing of queues.
  metrics.onScrape('clock', () => {
    // Both are slewed alike by whatever keeps time; only setting the clock moves one against the other.
    instruments.clockSet().set((clock.now() - clock.monotonic() - begunMs) / 1000);
  });
  metrics.onScrape('store', () => sampleStore(instruments, rooms));
  metrics.onScrape('disk', () => sampleDisk(instruments, data));
  metrics.onScrape('queues', () => sampleQueues(instruments, rooms));
  metrics.onScrape('jobs', () => sampleJobs(instruments, rooms));
  metrics.onScrape('carriers', () => sampleCarriers(instruments, rooms));
  metrics.onScrape('journal', journalSampler(instruments));
}

function sampleStore(instruments: Instruments, { store }: Rooms): void {
  const { used, mapped } = store.bytes;
  instruments.storeBytes().set(used);
  instruments.storeMapBytes().set(mapped);
  for (const [table, rows] of store.rowCounts()) instruments.storeRows(table).set(rows);
}

function sampleDisk(instruments: Instruments, data: string): void {
  const { bavail, blocks, bsize } = statfsSync(data);
  instruments.diskFree().set(bavail * bsize);
  instruments.diskSize().set(blocks * bsize);
}

function sampleQueues(instruments: Instruments, { messaging, clock }: Rooms): void {
  const depths = messaging.depths();
  for (const senderClass of senderClasses) {
    const depth = depths.get(senderClass);
    const waits = depth !== undefined && Number.isFinite(depth.oldestMs);
    instruments.queueSegments(senderClass).set(depth?.segments ?? 0);
    instruments.queueAge(senderClass).set(waits ? (clock.now() - depth.oldestMs) / 1000 : 0);
    instruments.queueLate(senderClass).set((depth?.lateMs ?? 0) / 1000);
  }
}

function sampleJobs(instruments: Instruments, { messaging, calls, webhooks }: Rooms): void {
  const kinds: Record<string, JobLoad> = { ...messaging.jobs };
  const voice = calls()?.voice;
  if (voice !== undefined) kinds['call-callbacks'] = voice.load.callbacks;
  for (const [kind, { running, waiting, pausing, latestMs }] of Object.entries(kinds)) {
    instruments.jobs(kind, 'running').set(running);
    instruments.jobs(kind, 'waiting').set(waiting);
    instruments.jobs(kind, 'pausing').set(pausing);
    instruments.jobsLate(kind).set(latestMs / 1000);
  }
  instruments.webhooksOpen('active').set(webhooks.load.active);
  instruments.webhooksOpen('waiting').set(webhooks.load.waiting);
}

function sampleCarriers(instruments: Instruments, { links, calls: callsOf, predecessor }: Rooms): void {
  const calls = callsOf();
  instruments.callsInProgress().set((calls?.voice.load.live ?? 0) + (predecessor()?.calls ?? 0));
  for (const { name, link, up } of links.values()) {
    const stats = link.stats();
    instruments.linkUp(name).set(up ? 1 : 0);
    instruments.linkWindowUsed(name).set(stats.windowUsed);
    instruments.linkWindow(name).set(stats.windowSize);
  }
  if (calls === null) return;
  instruments.callsQueued().set(calls.voice.load.queued);
  for (const trunk of calls.sip.signalling.trunkStates()) {
    instruments.trunkCalls(trunk.name).set(trunk.calls);
  }
}

/** What the log counts before there are metrics, and goes on to. */
function journalSampler(instruments: Instruments): () => void {
  const counters = Object.keys(journalMisses).map((why) => ({
    why: why as JournalMiss,
    counter: instruments.journalMissed(why),
    told: 0,
  }));
  return () => {
    for (const one of counters) {
      one.counter.inc(journalMisses[one.why] - one.told);
      one.told = journalMisses[one.why];
    }
  };
}
