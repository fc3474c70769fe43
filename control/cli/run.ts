import { userInfo } from 'node:os';
import { Command as Commander, CommanderError } from 'commander';
import { actingAs } from '../audit/actor.ts';
import { printable } from '../base/printable.ts';
import { fail, type Result } from '../base/result.ts';
import type { CoreConfig } from '../config/core.ts';
import { processEnvironment } from '../config/environment.ts';
import { faultText, type Fault } from '../config/fault.ts';
import { findConfigFile, defaultFiles } from '../config/load.ts';
import { refused, type Call, type Command, type Loaded, type Outcome } from './command.ts';
import type { Io } from './io.ts';

/** What the command line is made of. */
export interface Cli<C extends CoreConfig> {
  readonly version: string;
  readonly commands: readonly Command<C>[];
  /** Reads and checks the whole configuration. */
  readonly load: (file: string) => Result<C, readonly Fault[]>;
  readonly io: Io;
}

/** Exit statuses: 0 done, 1 refused or failed, 2 wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/** Runs one command line (without node and script). Never throws. */
export async function runCli<C extends CoreConfig>(
  { io: own, ...rest }: Cli<C>,
  argv: readonly string[],
): Promise<ExitStatus> {
  // Names and texts of tenants, carriers and callers are shown: none of them speaks to the operator's terminal.
  const cli: Cli<C> = { ...rest, io: { ...own, out: (text) => own.out(printable(text)) } };
  let status: ExitStatus = 0;
  const program = programOf(cli, async (command, call) => {
    status = await perform(command, call);
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    // commander has said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    cli.io.err(`strowger: ${reasonOf(error)}\n`);
    return 1;
  }
}

type Perform<C extends CoreConfig> = (command: Command<C>, call: Call<C>) => Promise<void>;

function programOf<C extends CoreConfig>(cli: Cli<C>, perform: Perform<C>): Commander {
  const { io } = cli;
  const program = configure(new Commander('strowger'), io)
    .description('A carrier-edge appliance: SMPP toward carriers, REST, webhooks and TwiML toward tenants.')
    .version(cli.version)
    .option('--config <file>', `configuration (default: ${defaultFiles.join(', then ')})`)
    .option('--json', 'print one JSON value');
  const groups = new Map<string, Commander>();
  for (const command of cli.commands) {
    const words = command.name.split(' ');
    let parent = program;
    for (let depth = 1; depth < words.length; depth++) {
      const group = words.slice(0, depth).join(' ');
      parent = groups.get(group) ?? configure(parent.command(words[depth - 1] ?? ''), io);
      groups.set(group, parent);
    }
    const own = groups.get(command.name) ?? configure(parent.command(words.at(-1) ?? ''), io);
    // A command may have others below it: `usage`, `usage details`.
    groups.set(command.name, own);
    addCommand(cli, program, own, command, perform);
  }
  const names = new Set(cli.commands.map(({ name }) => name));
  for (const [name, group] of groups) {
    if (!names.has(name)) group.description(summaryOfGroup(name, cli.commands));
  }
  return program;
}

function configure(commander: Commander, io: Io): Commander {
  return commander
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
}

function addCommand<C extends CoreConfig>(
  cli: Cli<C>,
  program: Commander,
  commander: Commander,
  command: Command<C>,
  perform: Perform<C>,
): void {
  commander.description(command.summary);
  for (const { name, summary, optional, variadic } of command.arguments ?? []) {
    const many = variadic === true ? '...' : '';
    commander.argument(optional === true ? `[${name}${many}]` : `<${name}${many}>`, summary);
  }
  for (const { flags, summary, required } of command.options ?? []) {
    if (required === true) commander.requiredOption(flags, summary);
    else commander.option(flags, summary);
  }
  commander.action(async () => {
    const options = program.opts<{ config?: string; json?: boolean }>();
    await perform(command, {
      args: commander.processedArgs.flat().filter((arg) => typeof arg === 'string'),
      // An option that the command above has, too, is taken by that one.
      options: commander.optsWithGlobals(),
      json: options.json === true,
      io: cli.io,
      configFile: options.config,
      load: () => loadFor(cli, options.config),
    });
  });
}

function loadFor<C extends CoreConfig>(cli: Cli<C>, named: string | undefined): Loaded<C> {
  const file = findConfigFile(named);
  if (file !== undefined) return { file, config: cli.load(file) };
  const message = `no configuration: neither ${defaultFiles.join(' nor ')} exists; name one with --config FILE`;
  return { file: '', config: fail([{ path: '', line: null, message }]) };
}

async function perform<C extends CoreConfig>(command: Command<C>, call: Call<C>): Promise<ExitStatus> {
  let outcome: Outcome;
  try {
    outcome =
      command.runsEdge === true
        ? await runWithConfig(command, call)
        : await actingAs({ kind: 'command', user: userName(), command: command.name }, () =>
            runWithConfig(command, call),
          );
  } catch (error) {
    outcome = refused(reasonOf(error));
  }
  const { io, json } = call;
  switch (outcome.kind) {
    case 'written':
      return outcome.status;
    case 'done':
      io.out(`${json ? JSON.stringify(outcome.json) : outcome.text}\n`);
      return 0;
    case 'refused': {
      const { shown } = outcome;
      if (shown !== undefined) io.out(`${json ? JSON.stringify(shown.json) : shown.text}\n`);
      io.err(`strowger: ${oneLine(outcome.reason)}\n`);
      return 1;
    }
  }
}

async function runWithConfig<C extends CoreConfig>(command: Command<C>, call: Call<C>): Promise<Outcome> {
  if (command.needs === 'nothing') return command.run(call);
  const { file, config } = call.load();
  if (config.ok) return command.run(call, config.value);
  const [first, ...others] = config.error;
  const more = others.length === 0 ? '' : ` (and ${others.length} more: see strowger check)`;
  return refused((first === undefined ? 'faulty configuration' : faultText(file, first)) + more);
}

/** Who runs this command; behind sudo, who ran that. */
function userName(): string {
  try {
    return processEnvironment('SUDO_USER') ?? userInfo().username;
  } catch {
    // An id without a name, as in a container.
    return String(process.getuid?.() ?? '');
  }
}

const reasonOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error));
const oneLine = (text: string): string => printable(text.replace(/\s*\n\s*/g, '; '));

const summaryOfGroup = (name: string, commands: readonly { readonly name: string }[]): string =>
  commands
    .filter((command) => command.name.startsWith(`${name} `))
    .map((command) => command.name.slice(name.length + 1))
    .join(', ');
