import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../control/base/clock.ts';
import { Overhearing } from '../../control/base/overheard.ts';
import { systemRandom } from '../../control/base/random.ts';
import { DrachtioServer } from './drachtio/drachtio.ts';
import { machineHosts } from './drachtio/hosts-file.ts';
import { Pulse } from './pulse.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-words.ts';

// The entry of the SIP server's thread.

const port = parentPort;
if (port === null) throw new Error('not a thread');
const tell = (words: FromThread): void => port.postMessage(words);

const pulse = new Pulse(systemClock, (serial) => tell({ kind: 'pulse', serial }));
const start = workerData as ThreadStart;
const hosts = { ...Object.fromEntries(machineHosts()), ...start.hosts };
let taken = (): void => undefined;
const overhearing = new Overhearing(systemClock, (batch, done) => {
  taken = done;
  tell({ kind: 'overheard', batch });
});
const { overhear } = overhearing;
const server = new DrachtioServer(
  { ...start, hosts, ...(start.overheard ? { overhear } : {}) },
  {
    clock: systemClock,
    random: systemRandom,
    appLagMs: () => pulse.lagMs,
  },
);

async function close(): Promise<void> {
  pulse.stop();
  await server.close();
  tell({ kind: 'closed' });
  port?.close();
}

port.on('message', (words: ToThread) => {
  switch (words.kind) {
    case 'pulse':
      pulse.answered(words.serial);
      return;
    case 'stats':
      tell({
        kind: 'stats',
        serial: words.serial,
        stats: { ...server.stats(), heapUsed: getHeapStatistics().used_heap_size },
      });
      return;
    case 'exchange':
      server.exchange(words.tls);
      return;
    case 'taken':
      taken();
      return;
    case 'close':
      void close();
  }
});

try {
  const controlPort = await server.start();
  pulse.start();
  tell({ kind: 'ready', controlPort, listening: server.listening });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  tell({ kind: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  port.close();
}
