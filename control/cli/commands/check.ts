import type { CoreConfig } from '../../config/core.ts';
import type { VaultPlace } from '../../vault/key-source.ts';
import { auditBooks } from '../../billing/audit/audit.ts';
import type { OpenChargedRoom } from '../../billing/audit/room.ts';
import { numberFaults } from '../../inventory/agreement.ts';
import { faultText } from '../../config/fault.ts';
import { withBooks } from '../books.ts';
import { done, refused, type Command, type Outcome } from '../command.ts';

/** `rooms` are those whose things cost money. */
export const checkCommand = (rooms: readonly OpenChargedRoom[]): Command<CoreConfig> => ({
  name: 'check',
  summary: 'validate the configuration: every fault with its line and path',
  options: [
    {
      flags: '--books',
      summary: 'prove that money, usage, records, messages, calls, triggers and numbers agree',
    },
  ],
  needs: 'nothing',
  run: (call) => {
    const { file, config } = call.load();
    if (config.ok && call.options['books'] === true) return checkBooks(config.value, rooms);
    if (config.ok) return Promise.resolve(done({ ok: true, faults: [] }, `${file} is valid`));
    const faults = config.error;
    const found = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    return Promise.resolve(
      refused(file === '' ? (faults[0]?.message ?? found) : `${file} has ${found}`, {
        json: { ok: false, faults: faults.map(({ path, line, message }) => ({ path, line, message })) },
        text: faults.map((fault) => faultText(file, fault)).join('\n'),
      }),
    );
  },
});

/** Differences of numbers that are told. */
const numberFaultsMax = 100;

const checkBooks = (config: VaultPlace, rooms: readonly OpenChargedRoom[]): Promise<Outcome> =>
  withBooks(config, (books) => {
    const audit = auditBooks({ ...books, rooms: rooms.map((open) => open(books)), nowMs: Date.now() });
    const { details, accounts, things } = audit;
    const differences = [...audit.differences];
    for (const fault of numberFaults(books.store)) if (differences.push(fault) >= numberFaultsMax) break;
    const json = { ok: differences.length === 0, details, accounts, things, differences };
    const counted = Object.entries(things).map(([name, count]) => `${count} ${name}`);
    const found = [`${details} detail records of ${accounts} paying accounts`, ...counted].join(', ');
    return Promise.resolve(
      differences.length === 0
        ? done(json, `the books agree: ${found}`)
        : refused(`the books disagree: ${found}`, { json, text: differences.join('\n') }),
    );
  });
