import { systemClock } from '../../control/base/clock.ts';
import { controlCommands } from '../../control/cli/commands.ts';
import { runCli, type ExitStatus } from '../../control/cli/run.ts';
import { loadConfig } from '../../control/config/load.ts';
import { chargedRooms } from '../../edge/commands.ts';
import { configPart } from '../../edge/config.ts';
import { trace } from '../../edge/node/trace.ts';

/** What a command line wrote, and how it ended. */
export interface Ran {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
  /** Standard output read as one JSON value; undefined if it is none. */
  readonly json: unknown;
}

export interface CommandLineOptions {
  readonly errIsTerminal?: boolean;
  /** Stands for SIGINT and SIGTERM. */
  readonly stop?: AbortSignal;
  /** What is typed where a secret is asked for. */
  readonly secret?: string;
  /** Called with all standard output so far, whenever there is more. */
  readonly onOut?: (out: string) => void;
}

/** The `strowger` command of control, and `trace`, run in this process with a configuration. */
export function commandLine(
  configFile: string,
  options: CommandLineOptions = {},
): (...argv: readonly string[]) => Promise<Ran> {
  return async (...argv) => {
    let out = '';
    let err = '';
    const status = await runCli(
      {
        version: '1.2.3',
        commands: [...controlCommands(chargedRooms), trace(systemClock)],
        load: (file) => loadConfig(configPart, file),
        io: {
          out: (text) => {
            out += text;
            options.onOut?.(out);
          },
          err: (text) => {
            err += text;
          },
          errIsTerminal: options.errIsTerminal ?? false,
          readSecret: () => Promise.resolve(options.secret ?? ''),
          outIsTerminal: false,
          untilStopped: () => options.stop ?? new AbortController().signal,
        },
      },
      ['--config', configFile, ...argv],
    );
    return { status, out, err, json: jsonOf(out) };
  };
}

function jsonOf(out: string): unknown {
  try {
    return JSON.parse(out);
  } catch {
    return undefined;
  }
}
