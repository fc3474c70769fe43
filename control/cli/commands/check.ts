import type { CoreConfig } from '../../config/core.ts';
import { faultText } from '../../config/fault.ts';
import { done, refused, type Command } from '../command.ts';

export const check: Command<CoreConfig> = {
  name: 'check',
  summary: 'validate the configuration: every fault with its line and path',
  needs: 'nothing',
  run: (call) => {
    const { file, config } = call.load();
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
