import {
  limitBounds,
  limitNames,
  type LimitFault,
  type LimitName,
  type Limits,
} from '../../accounts/limits.ts';
import type { CoreConfig } from '../../config/core.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command } from '../command.ts';

const summaries: Readonly<Record<LimitName, string>> = {
  requestsPerSecond: 'REST requests; 0: no limit',
  messagesPerSecond: 'messages taken by REST and SMPP; 0: no limit',
  callsPerSecond: 'outbound calls that begin; the rest waits',
  concurrentRequests: 'REST requests in progress at once',
};

const words: Readonly<Record<LimitFault, string>> = {
  notFound: 'there is no such account or key',
  badValue: `a limit is a whole number or default: ${limitNames.map(boundsText).join(', ')}`,
  notOfKeys: 'keys have limits of requests and messages a second alone: set the others for their account',
};

function boundsText(name: LimitName): string {
  const { min, max } = limitBounds[name];
  return `${flagOf(name)} ${min} to ${max}`;
}

function flagOf(name: LimitName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const jsonOf = (sid: string, limits: Partial<Limits>) => ({
  sid,
  ...Object.fromEntries(limitNames.map((name) => [flagOf(name).replaceAll('-', '_'), limits[name] ?? null])),
});

export const accountLimits: Command<CoreConfig> = {
  name: 'account limits',
  summary: 'show or set how fast an account, or one of its API keys, may go',
  arguments: [{ name: 'SID', summary: 'AC… of the account, or SK… of the key' }],
  options: limitNames.map((name) => ({
    flags: `--${flagOf(name)} <number>`,
    summary: `${summaries[name]}; default: as the configuration says`,
  })),
  needs: 'config',
  run: (call, config) =>
    withBooks(config, async ({ limits }) => {
      const [sid = ''] = call.args;
      const wanted: Partial<Record<LimitName, number | null>> = {};
      for (const name of limitNames) {
        const text = textOption(call, name);
        if (text !== undefined)
          wanted[name] = text === 'default' ? null : /^\d{1,6}$/.test(text) ? Number(text) : NaN;
      }
      const set = await limits.set(sid, wanted);
      if (!set.ok) return refused(words[set.error]);
      const rows = limitNames.map((name) => [
        flagOf(name).replaceAll('-', ' '),
        String(set.value[name] ?? 'default'),
      ]);
      return done(jsonOf(sid, set.value), columnsText(rows));
    }),
};
