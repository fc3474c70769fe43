import type { CoreConfig } from '../../config/core.ts';
import { withBooks } from '../books.ts';
import { done, refused, textOption, type Command } from '../command.ts';

const nameMaxCharacters = 64;

export const accountConnectApp: Command<CoreConfig> = {
  name: 'account connect-app',
  summary: 'make a Connect App, which its account then describes by REST',
  arguments: [{ name: 'AC…', summary: 'SID of the account' }],
  options: [{ flags: '--friendly-name <name>', summary: 'what people call it', required: true }],
  needs: 'config',
  run: (call, config) =>
    withBooks(config, async ({ accounts, connectApps }) => {
      const [sid = ''] = call.args;
      const name = textOption(call, 'friendlyName') ?? '';
      if (accounts.fetch(sid) === undefined) return refused(`${sid}: the account does not exist`);
      if (name === '' || name.length > nameMaxCharacters)
        return refused(`a friendly name has 1 to ${nameMaxCharacters} characters`);
      const made = await connectApps.create(sid, name);
      if (!made.ok) return refused(`${sid} has as many Connect Apps as it may`);
      return done({ sid: made.value.sid, account_sid: sid }, `${made.value.sid} ${name}`);
    }),
};
