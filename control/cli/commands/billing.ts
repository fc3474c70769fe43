import type { Account } from '../../accounts/account.ts';
import { decimalText, parseMicros, type AmountFault } from '../../billing/micros.ts';
import type { PaymentFault } from '../../billing/payments.ts';
import { standardPlan } from '../../billing/payments.ts';
import type { CoreConfig } from '../../config/core.ts';
import type { Json } from '../../events/protocol.ts';
import { withBooks, type Books } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command, type Outcome } from '../command.ts';

const faultWords: Readonly<Record<AmountFault | PaymentFault, string>> = {
  badAmount: 'an amount is a decimal number with at most six decimals, such as 25.00 or -3.5',
  tooLarge: 'the amount is too large to be counted exactly',
  badReason: 'a reason has at most 200 characters',
};

const sidArgument = { name: 'AC…', summary: 'SID of the account; a subaccount stands for its owner' };

/** Runs on the account that a SID names. */
const onAccount = (
  { data, vault, prices: { currency } }: CoreConfig,
  sid: string,
  run: (account: Account, books: Money) => Promise<Outcome>,
): Promise<Outcome> =>
  withBooks({ data, vault }, async (books) => {
    const account = books.accounts.fetch(sid);
    return account === undefined
      ? refused(`there is no account ${sid}`)
      : run(account, { ...books, currency });
  });

type Money = Books & { readonly currency: string };

function fundsOf(
  account: Account,
  { payments, wallet, currency }: Money,
): { readonly json: Json; readonly text: string } {
  const { ownerSid } = account;
  const { floorMicros, plan, creditMicros } = payments.termsOf(ownerSid);
  const { balanceMicros, heldMicros } = wallet.of(account);
  const amount = (micros: number): string => decimalText(micros, 2);
  const json = {
    account_sid: ownerSid,
    currency,
    balance: amount(balanceMicros),
    held: amount(heldMicros),
    available: amount(balanceMicros - heldMicros),
    paid: amount(creditMicros),
    mode: floorMicros === null ? 'postpaid' : 'prepaid',
    floor: floorMicros === null ? null : amount(floorMicros),
    plan,
  };
  const text = columnsText([
    ['account', ownerSid],
    ['balance', `${json.balance} ${currency}, of which ${json.held} is held for what is under way`],
    ['paid in', json.paid],
    ['terms', json.floor === null ? 'postpaid' : `prepaid, refused below ${json.floor}`],
    ['plan', plan],
  ]);
  return { json, text };
}

async function shown(account: Account, books: Money): Promise<Outcome> {
  const { json, text } = fundsOf(account, books);
  return Promise.resolve(done(json, text));
}

const balance: Command<CoreConfig> = {
  name: 'account balance',
  summary: 'what an account has left, and on which terms',
  arguments: [sidArgument],
  needs: 'config',
  run: ({ args: [sid = ''] }, config) => onAccount(config, sid, shown),
};

const credit: Command<CoreConfig> = {
  name: 'account credit',
  summary: 'enter a payment; a correction is negative (after --)',
  arguments: [sidArgument, { name: 'AMOUNT', summary: 'a decimal number, such as 25.00' }],
  options: [{ flags: '--reason <text>', summary: 'kept with the payment' }],
  needs: 'config',
  run: (call, config) => {
    const [sid = '', amount = ''] = call.args;
    const micros = parseMicros(amount);
    if (!micros.ok) return Promise.resolve(refused(faultWords[micros.error]));
    return onAccount(config, sid, async (account, books) => {
      const reason = textOption(call, 'reason') ?? '';
      const entered = await books.payments.credit(account.ownerSid, micros.value, reason);
      return entered.ok ? shown(account, books) : refused(faultWords[entered.error]);
    });
  },
};

const payments: Command<CoreConfig> = {
  name: 'account payments',
  summary: 'every payment and correction of an account, oldest first',
  arguments: [sidArgument],
  needs: 'config',
  run: ({ args: [sid = ''] }, config) =>
    onAccount(config, sid, ({ ownerSid }, books) => {
      const rows = Array.from(books.payments.paid(ownerSid), ({ atMs, micros, reason }) => ({
        date: new Date(atMs).toISOString(),
        amount: decimalText(micros, 2),
        reason,
      }));
      const lines = rows.map((row) => [row.date, row.amount, row.reason]);
      const text = rows.length === 0 ? 'no payments' : columnsText([['DATE', 'AMOUNT', 'REASON'], ...lines]);
      return Promise.resolve(done(rows, text));
    }),
};

const billing: Command<CoreConfig> = {
  name: 'account billing',
  summary: 'set how an account pays, and by which price plan',
  arguments: [sidArgument],
  options: [
    { flags: '--prepaid', summary: 'refuse what it cannot pay for' },
    { flags: '--postpaid', summary: 'refuse nothing' },
    { flags: '--floor <amount>', summary: 'how far prepaid money may fall (default 0; may be negative)' },
    { flags: '--plan <name>', summary: `the price plan (default ${standardPlan})` },
  ],
  needs: 'config',
  run: (call, config) => {
    const { prepaid, postpaid } = call.options;
    const floor = parseMicros(textOption(call, 'floor') ?? '0');
    if (!floor.ok) return Promise.resolve(refused(faultWords[floor.error]));
    if (prepaid === true && postpaid === true) {
      return Promise.resolve(refused('an account is either prepaid or postpaid'));
    }
    if (prepaid !== true && textOption(call, 'floor') !== undefined) {
      return Promise.resolve(refused('a floor is of prepaid accounts: say --prepaid, too'));
    }
    const plan = textOption(call, 'plan');
    return onAccount(config, call.args[0] ?? '', async (account, books) => {
      await books.payments.change(account.ownerSid, {
        ...(prepaid === true ? { floorMicros: floor.value } : postpaid === true ? { floorMicros: null } : {}),
        ...(plan === undefined ? {} : { plan }),
      });
      return shown(account, books);
    });
  },
};

export const billingCommands: readonly Command<CoreConfig>[] = [balance, credit, payments, billing];
