import { createReadStream } from 'node:fs';
import type { CoreConfig } from '../../config/core.ts';
import { isE164Form } from '../../inventory/e164.ts';
import { readPorted } from '../../routing/ported/ported-import.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, type Command } from '../command.ts';
import { refusedSheet } from '../sheet-faults.ts';

const numberArgument = { name: '+E164', summary: 'a number in E.164' };
const noNumber = (number: string) => refused(`${number} is no number in E.164, such as +14155552671`);

const importFile: Command<CoreConfig> = {
  name: 'route port import',
  summary: 'put a table of ported numbers in place of all that is known of them',
  arguments: [{ name: 'FILE.csv', summary: 'CSV with a header line: e164,carrier' }],
  needs: 'config',
  run: async ({ args: [file = ''] }, { data, vault, carriers }) => {
    const rows = await readPorted(
      createReadStream(file),
      carriers.map(({ name }) => name),
    );
    if (!rows.ok) return refusedSheet(file, rows.error);
    return withBooks({ data, vault }, async ({ ported }) => {
      await ported.replace(rows.value);
      const { count } = rows.value;
      return done({ imported: count }, `${count} numbers are known to be ported`);
    });
  },
};

const set: Command<CoreConfig> = {
  name: 'route port set',
  summary: 'say which carrier has a number now; a running edge heeds it within a second',
  arguments: [numberArgument, { name: 'CARRIER', summary: 'its name in strowger.yaml' }],
  needs: 'config',
  run: async ({ args: [number = '', carrier = ''] }, { data, vault, carriers }) => {
    if (!isE164Form(number)) return noNumber(number);
    if (!carriers.some(({ name }) => name === carrier))
      return refused(`${carrier} is none of the carriers in strowger.yaml`);
    return withBooks({ data, vault }, async ({ ported }) => {
      await ported.set(number, carrier);
      return done({ e164: number, carrier }, `${number} is with ${carrier}`);
    });
  },
};

const remove: Command<CoreConfig> = {
  name: 'route port remove',
  summary: 'say that a number is not ported any more: its prefixes decide',
  arguments: [numberArgument],
  needs: 'config',
  run: async ({ args: [number = ''] }, config) => {
    if (!isE164Form(number)) return noNumber(number);
    return withBooks(config, async ({ ported }) => {
      if ((await ported.read()).carrierOf(number) === undefined)
        return refused(`${number} is not known to be ported`);
      await ported.set(number, '');
      return done({ e164: number }, `${number} is not ported`);
    });
  },
};

const show: Command<CoreConfig> = {
  name: 'route port show',
  summary: 'which carrier has a ported number, or how many each carrier has',
  arguments: [{ ...numberArgument, optional: true }],
  needs: 'config',
  run: ({ args: [number] }, config) =>
    withBooks(config, async ({ ported }) => {
      const known = await ported.read();
      if (number !== undefined) {
        if (!isE164Form(number)) return noNumber(number);
        const carrier = known.carrierOf(number) ?? null;
        return done(
          { e164: number, carrier },
          carrier === null ? `${number} is not known to be ported` : `${number} is with ${carrier}`,
        );
      }
      const counts = [...known.counts()].map(([carrier, numbers]) => ({ carrier, numbers }));
      const total = counts.reduce((sum, { numbers }) => sum + numbers, 0);
      const head = ported.head;
      const imported = head === undefined ? null : new Date(head.writtenMs).toISOString();
      return done(
        { numbers: total, imported, carriers: counts },
        total === 0
          ? 'no number is known to be ported'
          : columnsText([
              ['CARRIER', 'NUMBERS'],
              ...counts.map(({ carrier, numbers }) => [carrier, String(numbers)]),
            ]),
      );
    }),
};

export const portCommands: readonly Command<CoreConfig>[] = [importFile, set, remove, show];
