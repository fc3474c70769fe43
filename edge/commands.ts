import { refused, type Call, type Command, type Outcome } from '../control/cli/command.ts';
import { faultText } from '../control/config/fault.ts';
import type { Config } from './config.ts';

/** Runs an edge until SIGTERM or SIGINT. */
async function runUp({ io }: Call<Config>, config: Config): Promise<Outcome> {
  // Loaded only here: the other commands need neither the native parts nor their memory.
  const { runEdge } = await import('./main.ts');
  await runEdge(config, (line) => io.out(`${line}\n`));
  return { kind: 'written', status: 0 };
}

const up: Command<Config> = {
  name: 'up',
  summary: 'run the edge in the foreground',
  needs: 'config',
  run: runUp,
};

const loopback: Command<Config> = {
  name: 'loopback',
  summary: 'run the simulated carrier alone, for evaluation and load tests',
  options: [
    { flags: '--listen <address>', summary: 'where the SMSC listens (default: 127.0.0.1:2775)' },
    { flags: '--system-id <id>', summary: 'accept this system_id only (default: any)' },
    { flags: '--password <password>', summary: 'accept this password only (default: any)' },
    { flags: '--rate <n>', summary: 'most submit_sm a second; more are throttled (default: no bound)' },
    { flags: '--latency-ms <ms>', summary: 'time from a submit_sm to its response (default: 0)' },
    { flags: '--receipt-ms <ms>', summary: 'time from a response to the receipt (default: 100)' },
    { flags: '--fail <percent>', summary: 'refuse this share of messages (default: 0)' },
    { flags: '--undelivered <percent>', summary: 'report this share as undeliverable (default: 0)' },
  ],
  needs: 'nothing',
  run: async ({ options, io }) => {
    const { runLoopback } = await import('./loopback/main.ts');
    await runLoopback(options, io);
    return { kind: 'written', status: 0 };
  },
};

/** What `npm start` runs: the demo, or with `--config` a real edge. */
const start: Command<Config> = {
  name: 'start',
  summary: 'run the demo: an edge, a loopback carrier and an application; with --config run a real edge',
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

/** The commands that run an edge in this process. */
export const edgeCommands: readonly Command<Config>[] = [up, loopback, start];
