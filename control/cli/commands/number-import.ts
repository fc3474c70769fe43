import { createReadStream, statSync } from 'node:fs';
import { systemClock } from '../../base/clock.ts';
import type { CoreConfig } from '../../config/core.ts';
import { importNumbers, type Imported, type RejectedLine } from '../../inventory/import.ts';
import { refused, type Command, type Shown } from '../command.ts';
import { ImportMeter } from '../import-progress.ts';
import { RejectedFile } from '../rejected-file.ts';
import { withNumbers } from './number-words.ts';

const shownInText = 20;
const chunkBytes = 2 ** 20;

export const importFile: Command<CoreConfig> = {
  name: 'number import',
  summary: 'take the numbers of a carrier’s list into the inventory',
  arguments: [{ name: 'FILE.csv', summary: 'CSV with a header line; at least e164, country and type' }],
  needs: 'config',
  run: async ({ args: [file = ''], io }, config) => {
    const listed = statSync(file);
    // An import that was interrupted goes on in the middle, which a pipe does not let it.
    if (!listed.isFile()) return refused(`${file} is no regular file: write the list into one first`);
    return withNumbers(config, async ({ audit, inventory, store }) => {
      const sizeBytes = listed.size;
      const rejections = new RejectedFile(`${file}.rejected.csv`);
      const meter = new ImportMeter(io, systemClock, sizeBytes);
      const list = {
        sizeBytes,
        read: (start: number) => createReadStream(file, { start, highWaterMark: chunkBytes }),
      };
      const onProgress = meter.show.bind(meter);
      try {
        const done = await importNumbers({ inventory, store }, list, rejections, { onProgress });
        audit.note('number-list', 'imported', {
          sid: file,
          accounts: [],
          shows: { imported: done.imported },
        });
        const shown = shownOf(done, rejections.first, `${file}.rejected.csv`);
        const nothing = done.imported === 0 && done.rejected > 0;
        return nothing ? refused(`${file}: no line was taken`, shown) : { kind: 'done', ...shown };
      } finally {
        meter.end();
        rejections.close();
      }
    });
  },
};

function shownOf({ imported, rejected }: Imported, first: readonly RejectedLine[], file: string): Shown {
  const lines = first.slice(0, shownInText).map(({ line, reason }) => `line ${line}: ${reason}`);
  if (rejected > lines.length) lines.push(`… and ${rejected - lines.length} more lines`);
  if (rejected > 0) lines.push(`all of them: ${file}`);
  return {
    json: {
      imported,
      rejected: first.map(({ line, reason }) => ({ line, reason })),
      ...(rejected > first.length ? { rejected_lines: rejected, rejected_file: file } : {}),
    },
    text: [`${imported} imported, ${rejected} rejected`, ...lines].join('\n'),
  };
}
