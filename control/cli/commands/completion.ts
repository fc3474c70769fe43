import type { CoreConfig } from '../../config/core.ts';
import { done, refused, type Command } from '../command.ts';
import { completionScript, shells, type Completable } from '../completion.ts';

/** `strowger completion`, for all `others` and itself. */
export const completionOf = (others: readonly Completable[]): Command<CoreConfig> => {
  const completion: Command<CoreConfig> = {
    name: 'completion',
    summary: 'print what completes commands in a shell: source <(strowger completion bash)',
    arguments: [{ name: 'SHELL', summary: shells.join(' or ') }],
    needs: 'nothing',
    run: ({ args: [wanted] }) => {
      const shell = shells.find((each) => each === wanted);
      if (shell === undefined) return Promise.resolve(refused(`a shell is ${shells.join(' or ')}`));
      const script = completionScript(shell, [...others, completion]);
      return Promise.resolve(done({ shell, script }, script));
    },
  };
  return completion;
};
