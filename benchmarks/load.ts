/**
 * The load generator: a process that runs one load at a time, told and asked over IPC, so that generating load
 * takes no turn from what a benchmark's own process does. Use `LoadProcess`.
 */
import { assertNever } from '../control/base/result.ts';
import { runHttpLoad } from './support/http-load.ts';
import type { LoadJob, LoadOutcome } from './support/load-process.ts';
import { runSmppLoad } from './support/smpp-load.ts';

async function run(job: LoadJob): Promise<LoadOutcome> {
  switch (job.kind) {
    case 'http':
      return { kind: 'http', result: await runHttpLoad(job.load) };
    case 'smpp':
      return { kind: 'smpp', result: await runSmppLoad(job.load) };
    default:
      return assertNever(job);
  }
}

process.on('message', (message) => {
  run(message as LoadJob).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => process.send?.({ kind: 'failed', reason: String(error) } satisfies LoadOutcome),
  );
});
process.on('disconnect', () => process.exit(0));
