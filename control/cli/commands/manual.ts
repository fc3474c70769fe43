import type { CoreConfig } from '../../config/core.ts';
import type { Command, Outcome } from '../command.ts';
import { manualPage, type Described } from '../manual.ts';

/** `strowger manual`, of all `others` and itself. */
export const manualOf = (version: string, others: readonly Described[]): Command<CoreConfig> => {
  const manual: Command<CoreConfig> = {
    name: 'manual',
    summary: 'print the manual page: strowger manual | man -l -',
    needs: 'nothing',
    run: ({ io, json }) => {
      const page = manualPage(version, [...others, manual]);
      io.out(json ? `${JSON.stringify({ page })}\n` : page);
      return Promise.resolve<Outcome>({ kind: 'written', status: 0 });
    },
  };
  return manual;
};
