import type { CoreConfig } from '../../config/core.ts';
import type { BuyFault } from '../../inventory/inventory.ts';
import { done, refused, type Command } from '../command.ts';
import { importFile } from './number-import.ts';
import { lifeCommands } from './number-life.ts';
import { listCommands } from './number-list.ts';
import { testCommands } from './number-test.ts';
import { dayText, numberArgument, unavailableWords, unknownWords, withNumbers } from './number-words.ts';

const buyWords: Readonly<Record<BuyFault, string>> = {
  unknown: unknownWords,
  ...unavailableWords,
};

const assign: Command<CoreConfig> = {
  name: 'number assign',
  summary: 'give a number to an account',
  arguments: [numberArgument, { name: 'AC…', summary: 'SID of the account' }],
  needs: 'config',
  run: ({ args: [number = '', accountSid = ''] }, config) =>
    withNumbers(config, async ({ accounts, inventory }) => {
      const account = accounts.fetch(accountSid);
      if (account === undefined) return refused(`${accountSid}: the account does not exist`);
      if (account.status === 'closed') return refused(`${accountSid}: the account is closed`);
      const assigned = await inventory.assign(accountSid, number);
      if (!assigned.ok) return refused(`${number} ${buyWords[assigned.error]}`);
      const { sid } = assigned.value.assignment;
      return done({ e164: number, sid, account_sid: accountSid }, `${number} is ${sid} of ${accountSid}`);
    }),
};

const release: Command<CoreConfig> = {
  name: 'number release',
  summary: 'take a number back from its account; it rests as long as inventory.quarantineDays says',
  arguments: [numberArgument],
  options: [{ flags: '--now', summary: 'without a quarantine; or end that which the number is in' }],
  needs: 'config',
  run: ({ args: [number = ''], options }, config) =>
    withNumbers(config, async ({ inventory, numberLives }) => {
      const released = await (options['now'] === true
        ? numberLives.releaseNow(number)
        : inventory.release(number));
      if (!released.ok)
        return refused(`${number} ${released.error === 'unknown' ? unknownWords : 'belongs to no account'}`);
      const { state, withheld } = released.value;
      return done(
        { e164: number, state },
        withheld === null
          ? `${number} is free`
          : `${number} is free, and for sale again on ${dayText(withheld.restUntilMs)}`,
      );
    }),
};

const pace: Command<CoreConfig> = {
  name: 'number rate',
  summary: 'override how many message segments a second a number sends',
  arguments: [numberArgument, { name: 'RATE', summary: 'segments a second, or default' }],
  needs: 'config',
  run: ({ args: [number = '', text = ''] }, config) =>
    withNumbers(config, async ({ inventory }) => {
      const rate = text === 'default' ? null : Number(text);
      if (rate !== null && !(rate > 0 && rate <= 100_000)) {
        return refused('a rate is above 0 and at most 100000, or default');
      }
      const changed = await inventory.setRate(number, rate);
      if (!changed.ok) return refused(`${number} is not in the inventory`);
      return done(
        { e164: number, rate },
        `${number}: ${rate === null ? 'the rate of its class' : `${rate} a second`}`,
      );
    }),
};

export const numberCommands: readonly Command<CoreConfig>[] = [
  importFile,
  assign,
  release,
  pace,
  ...lifeCommands,
  ...listCommands,
  ...testCommands,
];
