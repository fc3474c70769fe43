import { processEnvironment } from '../control/config/environment.ts';
import type { Config } from './config.ts';
import { openEdge } from './main.ts';
import { serviceManager } from './node/service-manager.ts';

/** An edge that is lost ends within this time, whatever still holds it. */
const lostEndMs = 15_000;

/** Resolves at the next SIGTERM or SIGINT. */
const signalled = (): Promise<undefined> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve(undefined));
    process.once('SIGINT', () => resolve(undefined));
  });

/**
 * `strowger up`: runs an edge until SIGTERM or SIGINT, printing one line when every listener is bound. Calls that go on
 * may end by themselves for `calls.drainSeconds`; a second signal ends them. An edge that is lost ends, and this rejects
 * with the reason: whoever watches over the process starts it anew, and that start goes on with all that was
 * acknowledged.
 */
export async function runEdge(config: Config, print: (line: string) => void): Promise<void> {
  const edge = await openEdge(config);
  const manager = serviceManager(processEnvironment);
  print(`ready ${JSON.stringify(edge.ready)}`);
  manager.ready();
  const lost = await Promise.race([signalled(), edge.lost]);
  manager.stopping();
  if (lost === undefined) await Promise.race([edge.drain(), signalled()]);
  else setTimeout(() => process.exit(1), lostEndMs).unref();
  await edge.close();
  manager.end();
  if (lost !== undefined) throw new Error(lost);
}
