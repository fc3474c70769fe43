import type { CoreConfig } from '../../config/core.ts';
import { withBooks } from '../books.ts';
import { done, refused, type Command } from '../command.ts';

export const accountValidation: Command<CoreConfig> = {
  name: 'account require-validation',
  summary: 'take an account’s REST requests only with a Twilio-Client-Validation by one of its public keys',
  arguments: [{ name: 'AC…', summary: 'SID of the account' }],
  options: [{ flags: '--off', summary: 'take them without, too' }],
  needs: 'config',
  run: ({ args: [sid = ''], options }, config) =>
    withBooks(config, async ({ accounts, publicKeys }) => {
      if (accounts.fetch(sid) === undefined) return refused(`${sid}: the account does not exist`);
      const required = options['off'] !== true;
      if (required && publicKeys.list(sid, { limit: 1 }).rows.length === 0)
        return refused(`${sid} has no public key yet: it could send nothing any more`);
      await publicKeys.demand(sid, required);
      const words = required ? 'requests must be signed' : 'requests need not be signed';
      return done({ sid, required }, `${sid}: ${words}`);
    }),
};
