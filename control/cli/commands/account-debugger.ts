import type { CoreConfig } from '../../config/core.ts';
import { withBooks } from '../books.ts';
import { done, refused, textOption, type Command } from '../command.ts';

const urlMaxCharacters = 2083;

const isCallable = (text: string): boolean =>
  text.length <= urlMaxCharacters && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

export const accountDebugger: Command<CoreConfig> = {
  name: 'account debugger',
  summary: 'say where an account’s errors are posted; without an option show where',
  arguments: [{ name: 'AC…', summary: 'SID of the account' }],
  options: [
    { flags: '--url <url>', summary: 'post them there, signed' },
    { flags: '--none', summary: 'post them nowhere, or where its parent’s go' },
  ],
  needs: 'config',
  run: (call, config) =>
    withBooks(config, async ({ accounts, debuggers }) => {
      const [sid = ''] = call.args;
      const account = accounts.fetch(sid);
      if (account === undefined) return refused(`${sid}: the account does not exist`);
      const url = textOption(call, 'url');
      if (url !== undefined && call.options['none'] === true)
        return refused('give --url or --none, not both');
      if (url !== undefined && !isCallable(url)) return refused(`${url}: not an absolute http or https URL`);
      if (url !== undefined) await debuggers.set(sid, url);
      if (call.options['none'] === true) await debuggers.set(sid, null);
      const now = debuggers.urlOf(account);
      return done(
        { sid, url: now ?? null },
        now === undefined ? `${sid}: errors are posted nowhere` : `${sid}: errors are posted to ${now}`,
      );
    }),
};
