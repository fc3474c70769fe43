import manifest from '../package.json' with { type: 'json' };
import { controlCommands } from '../control/cli/commands.ts';
import { completionOf } from '../control/cli/commands/completion.ts';
import { manualOf } from '../control/cli/commands/manual.ts';
import { runCli } from '../control/cli/run.ts';
import { processIo } from '../control/cli/process-io.ts';
import { loadConfig } from '../control/config/load.ts';
import { chargedRooms, edgeCommands } from './commands.ts';
import { configPart, type Config } from './config.ts';

const rows = [...edgeCommands, ...controlCommands(chargedRooms)];
const commands = [...rows, manualOf(manifest.version, rows)];

// The entry point of the `strowger` command; `edge/strowger.mjs` imports it.
process.exitCode = await runCli<Config>(
  {
    version: manifest.version,
    commands: [...commands, completionOf(commands)],
    load: (file) => loadConfig(configPart, file),
    io: processIo(),
  },
  process.argv.slice(2),
);
