import { processEnvironment } from '../control/config/environment.ts';
import type { Log } from '../control/log/log.ts';
import { processLog } from '../control/log/process-log.ts';
import { Store } from '../control/store/store.ts';
import type { Config } from './config.ts';
import { openEdge, type Edge } from './main.ts';
import { Premises } from './node/premises.ts';
import { warnOfRoot } from './node/root-user.ts';
import { serviceManager } from './node/service-manager.ts';
import { Signals } from './node/signals.ts';
import { Predecessor } from './node/succession/predecessor.ts';
import { handOver } from './node/succession/succession.ts';

/** An edge that is lost ends within this time, whatever still holds it. */
const lostEndMs = 15_000;

/**
 * `strowger up`: runs an edge until SIGTERM or SIGINT, printing one line when every listener is bound. Calls that go on
 * may end by themselves for `calls.drainSeconds`; a second signal ends them. An edge that is lost ends, and this rejects
 * with the reason: whoever watches over the process starts it anew, and that start goes on with all that was
 * acknowledged. At SIGHUP the edge hands its work over to a process that is started from what is installed by then, and
 * ends once its last calls have; if that process fails, this one goes on.
 */
export async function runEdge(config: Config, print: (line: string) => void): Promise<void> {
  const log = processLog(config.log);
  warnOfRoot(log);
  const premises = new Premises();
  const predecessor = Predecessor.of(processEnvironment, premises);
  try {
    await run(config, log, premises, predecessor, print);
  } finally {
    predecessor?.leave();
  }
}

async function run(
  config: Config,
  log: Log,
  premises: Premises,
  predecessor: Predecessor | undefined,
  print: (line: string) => void,
): Promise<void> {
  if (predecessor !== undefined) {
    // A store that this build cannot read is none of its business: said before anything changes hands.
    await new Store(config.data).close();
    await predecessor.takeOver();
  }
  let edge = await openEdge(config, log, premises);
  const manager = serviceManager(processEnvironment);
  const signals = new Signals();
  print(`ready ${JSON.stringify(edge.ready)}`);
  await manager.ready(serving(edge));
  predecessor?.serving(edge.innerDoor);
  for (;;) {
    const next = await Promise.race([signals.next(), edge.lost.then((lost) => ({ lost }))]);
    if (next === 'renew' && predecessor?.hasCalls === true) {
      premises.failures.note('refused');
      log.warn(
        {},
        'no successor is started: the process before this one still has calls. ' +
          'Reload again once they have ended; strowger status shows how many there are',
      );
      continue;
    }
    if (next === 'renew') {
      const told = signals.end();
      await manager.reloading('handing over to a successor');
      const end = await handOver({ edge, premises, log, told, succeeded: () => manager.end() });
      if (end === 'succeeded') return;
      if (end === 'lost') {
        await edge.close();
        edge = await openEdge(config, log, premises);
      }
      await manager.ready(serving(edge));
      continue;
    }
    manager.stopping(next === 'end' ? 'ending once calls have ended' : `ending: ${next.lost}`);
    const ended = signals.end();
    if (next === 'end') {
      await Promise.race([predecessor?.end(), ended]);
      await Promise.race([edge.drain(), ended]);
    } else setTimeout(() => process.exit(1), lostEndMs).unref();
    await edge.close();
    manager.end();
    if (next !== 'end') throw new Error(next.lost);
    return;
  }
}

/** What `systemctl status` says of an edge. */
function serving({ ready }: Edge): string {
  const doors = [`REST ${ready.api}`, `metrics ${ready.metrics}`];
  if (ready.smpp !== null) doors.push(`SMPP ${ready.smpp}`);
  if (ready.sip !== null) doors.push(`SIP ${ready.sip}`);
  return `serving ${doors.join(', ')}`;
}
