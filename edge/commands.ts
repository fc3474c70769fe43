import { systemClock } from '../control/base/clock.ts';
import { sealCommands } from '../control/cli/commands/seal.ts';
import { refused, type Call, type Command, type Outcome } from '../control/cli/command.ts';
import { faultText } from '../control/config/fault.ts';
import type { OpenChargedRoom } from '../control/billing/audit/room.ts';
import type { Config } from './config.ts';
import { loopbackOptions } from './loopback/options.ts';
import { messageCharges } from './messaging/audit.ts';
import { voiceCharges } from './voice/audit.ts';
import { sealedTables } from './node/sealed.ts';
import { doctor } from './node/doctor.ts';
import { trace } from './node/trace.ts';

/** Runs an edge until SIGTERM or SIGINT. */
async function runUp({ io }: Call<Config>, config: Config): Promise<Outcome> {
  // Loaded only here: the other commands need neither the native parts nor their memory.
  const { runEdge } = await import('./run.ts');
  await runEdge(config, (line) => io.out(`${line}\n`));
  return { kind: 'written', status: 0 };
}

const up: Command<Config> = {
  name: 'up',
  summary: 'run the edge in the foreground',
  runsEdge: true,
  needs: 'config',
  run: runUp,
};

const loopback: Command<Config> = {
  name: 'loopback',
  summary: 'run the simulated carrier alone, for evaluation and load tests',
  runsEdge: true,
  options: loopbackOptions,
  needs: 'nothing',
  run: async ({ options, io, json }) => {
    const { runLoopback } = await import('./loopback/main.ts');
    await runLoopback(options, io, json);
    return { kind: 'written', status: 0 };
  },
};

/** What `npm start` runs: the demo, or with `--config` a real edge. */
const start: Command<Config> = {
  name: 'start',
  summary: 'run the demo: an edge, a loopback carrier and an application; with --config run a real edge',
  runsEdge: true,
  needs: 'nothing',
  run: async (call) => {
    if (call.configFile === undefined) {
      const { runDemo } = await import('./demo/main.ts');
      await runDemo({}, call.io);
      return { kind: 'written', status: 0 };
    }
    const { file, config } = call.load();
    if (config.ok) return runUp(call, config.value);
    const [fault] = config.error;
    return refused(fault === undefined ? `${file} is faulty` : faultText(file, fault));
  },
};

/** The commands that run an edge in this process, or need to know all that is in one. */
export const edgeCommands: readonly Command<Config>[] = [
  up,
  loopback,
  start,
  doctor(systemClock),
  trace(systemClock),
  ...sealCommands(sealedTables),
];

/** The rooms whose things cost money. */
export const chargedRooms: readonly OpenChargedRoom[] = [messageCharges, ...voiceCharges];
