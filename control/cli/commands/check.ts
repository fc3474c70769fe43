import type { CoreConfig } from '../../config/core.ts';
import { auditBooks } from '../../billing/audit.ts';
import { Details } from '../../billing/details.ts';
import { Usage } from '../../billing/usage.ts';
import { faultText } from '../../config/fault.ts';
import { withBooks } from '../books.ts';
import { done, refused, type Command, type Outcome } from '../command.ts';

export const check: Command<CoreConfig> = {
  name: 'check',
  summary: 'validate the configuration: every fault with its line and path',
  options: [{ flags: '--books', summary: 'prove that usage, spending and detail records agree' }],
  needs: 'nothing',
  run: (call) => {
    const { file, config } = call.load();
    if (config.ok && call.options['books'] === true) return checkBooks(config.value.data);
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
};

const checkBooks = (data: string): Promise<Outcome> =>
  withBooks(data, ({ store, wallet }) => {
    const { details, accounts, differences } = auditBooks({
      details: new Details(store),
      usage: new Usage(store),
      wallet,
    });
    const json = { ok: differences.length === 0, details, accounts, differences };
    const found = `${details} detail records of ${accounts} paying accounts`;
    return Promise.resolve(
      differences.length === 0
        ? done(json, `the books agree: ${found}`)
        : refused(`the books disagree: ${found}`, { json, text: differences.join('\n') }),
    );
  });
