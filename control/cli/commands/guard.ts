import { readFileSync } from 'node:fs';
import type { Account } from '../../accounts/account.ts';
import { systemClock } from '../../base/clock.ts';
import { decimalText } from '../../billing/micros.ts';
import type { CoreConfig } from '../../config/core.ts';
import {
  blockAddress,
  blocksMax,
  type Block,
  type BlockFault,
  type Directions,
} from '../../guards/blocks.ts';
import { amountOf } from '../../guards/config.ts';
import { isCountry } from '../../guards/countries.ts';
import { Guards } from '../../guards/guards.ts';
import type { Limit } from '../../guards/limit.ts';
import { isDirection, readBlocks, readRiskyPrefixes } from '../../guards/lists.ts';
import { limitsMax, type CallPermission } from '../../guards/rules.ts';
import { refusalOf } from '../../guards/verdict.ts';
import { parseNumber } from '../../inventory/e164.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Call, type Command, type Outcome } from '../command.ts';

const accountArgument = { name: 'AC…', summary: 'SID of the account' };
const accountOption = { flags: '--account <sid>', summary: 'of this account alone; default: of all' };
const addressArgument = { name: 'ADDRESS', summary: '+15125550100, +882*, a short code or a sender' };

type Use = (guards: Guards, accountOf: (sid: string) => Account | undefined) => Promise<Outcome>;

const withGuards = ({ data, vault, guards: config }: CoreConfig, use: Use): Promise<Outcome> =>
  withBooks({ data, vault }, ({ store, accounts }) => {
    const observer = { refused: () => undefined, alert: () => undefined };
    const guards = new Guards({ store, clock: systemClock, config, observer });
    return use(guards, (sid) => accounts.fetch(sid));
  });

const noAccount = (sid: string): Outcome => refused(`${sid}: the account does not exist`);

/** `+US,-KP` by country; the first part that is not so. */
function changesOf(text: string): Readonly<Record<string, boolean>> | string {
  const changes: Record<string, boolean> = {};
  for (const part of text.split(',')) {
    const [, sign, country = ''] = /^([+-])(.+)$/.exec(part.trim()) ?? [];
    if (sign === undefined || !isCountry(country)) return part;
    changes[country] = sign === '+';
  }
  return changes;
}

const geo: Command<CoreConfig> = {
  name: 'account geo',
  summary: 'show or change the countries that an account may text and call',
  arguments: [accountArgument],
  options: [
    {
      flags: '--messages <list>',
      summary: 'countries for messages, such as +US,-KP; 001 are +882 and the like',
    },
    { flags: '--calls <list>', summary: 'countries for calls' },
    { flags: '--high-risk <list>', summary: 'countries for calls to imported prefixes of high risk' },
    { flags: '--inherit', summary: 'a subaccount’s permissions are its parent’s again' },
  ],
  needs: 'config',
  run: (call, config) =>
    withGuards(config, async (guards, accountOf) => {
      const [sid = ''] = call.args;
      const account = accountOf(sid);
      if (account === undefined) return noAccount(sid);
      const lists = ['messages', 'calls', 'highRisk'].map((name) => {
        const text = textOption(call, name);
        return text === undefined ? {} : changesOf(text);
      });
      const wrong = lists.find((list) => typeof list === 'string');
      if (wrong !== undefined) return refused(`${wrong}: expected countries such as +US,-KP`);
      const [messages = {}, calls = {}, highRisk = {}] = lists as Readonly<Record<string, boolean>>[];
      if (call.options['inherit'] === true) {
        await guards.rules.allowMessages(account, null);
        await guards.rules.inheritCalls(sid, true);
      }
      if (Object.keys(messages).length > 0) await guards.rules.allowMessages(account, messages);
      const changed = new Set([...Object.keys(calls), ...Object.keys(highRisk)]);
      if (changed.size > 0) {
        const before = guards.rules.holding(account);
        const permissions: Record<string, CallPermission> = {};
        for (const country of changed) {
          const old = before.callsTo(country);
          const risky = highRisk[country];
          permissions[country] = {
            low: calls[country] ?? old.low,
            special: risky ?? old.special,
            tollFraud: risky ?? old.tollFraud,
          };
        }
        await guards.rules.allowCalls(sid, permissions);
        await guards.rules.inheritCalls(sid, false);
      }
      const own = guards.rules.own(sid);
      const rows = [
        ...Object.entries(own.messages ?? {}).map(([country, may]) => [
          'messages',
          country,
          may ? 'yes' : 'no',
        ]),
        ...Object.entries(own.calls.inherits && account.ownerSid !== sid ? {} : own.calls.countries).map(
          ([country, { low, tollFraud }]) => [
            'calls',
            country,
            low ? (tollFraud ? 'all' : 'low risk') : 'no',
          ],
        ),
      ];
      const text =
        rows.length === 0 ? 'nothing of its own' : columnsText([['FOR', 'COUNTRY', 'ENABLED'], ...rows]);
      return done({ messages: own.messages, calls: own.calls }, text);
    }),
};

const limitText = ({ prefix, messagesPerHour, callsPerHour, spendPerDay }: Limit): readonly string[] => [
  prefix,
  messagesPerHour === null ? '' : String(messagesPerHour),
  callsPerHour === null ? '' : String(callsPerHour),
  spendPerDay === null ? '' : decimalText(spendPerDay, 2),
];

const limitJson = ({ prefix, messagesPerHour, callsPerHour, spendPerDay }: Limit) => ({
  prefix,
  messages_per_hour: messagesPerHour,
  calls_per_hour: callsPerHour,
  spend_per_day: spendPerDay === null ? null : decimalText(spendPerDay, 2),
});

/** A whole number or none; undefined for what is neither. */
const countOf = (text: string | undefined): number | null | undefined =>
  text === undefined || text === 'none' ? null : /^\d{1,9}$/.test(text) ? Number(text) : undefined;

const limit: Command<CoreConfig> = {
  name: 'guard limit',
  summary: 'show an account’s limits, or set the one for a prefix',
  arguments: [accountArgument],
  options: [
    { flags: '--prefix <prefix>', summary: 'such as +882; default + for every number' },
    { flags: '--messages-per-hour <count>', summary: 'or none' },
    { flags: '--calls-per-hour <count>', summary: 'or none' },
    { flags: '--spend-per-day <amount>', summary: 'in the account’s currency, or none' },
    { flags: '--remove', summary: 'take back the limit of this prefix: the configuration’s holds' },
  ],
  needs: 'config',
  run: (call, config) =>
    withGuards(config, async (guards, accountOf) => {
      const [sid = ''] = call.args;
      if (accountOf(sid) === undefined) return noAccount(sid);
      const prefix = textOption(call, 'prefix') ?? '+';
      if (!/^\+\d{0,15}$/.test(prefix)) return refused('a prefix is such as +882, or + for every number');
      const messagesPerHour = countOf(textOption(call, 'messagesPerHour'));
      const callsPerHour = countOf(textOption(call, 'callsPerHour'));
      const spend = textOption(call, 'spendPerDay') ?? 'none';
      const spendPerDay = spend === 'none' ? null : amountOf(spend);
      if (messagesPerHour === undefined || callsPerHour === undefined)
        return refused('a count is a whole number, or none');
      if (spendPerDay === undefined) return refused('an amount is such as 5.00, or none');
      const removing = call.options['remove'] === true;
      const asked = ['messagesPerHour', 'callsPerHour', 'spendPerDay'].some(
        (name) => textOption(call, name) !== undefined,
      );
      if (asked || removing) {
        const wanted: Limit = { prefix, messagesPerHour, callsPerHour, spendPerDay };
        const others = guards.rules.own(sid).limits.filter((other) => other.prefix !== prefix);
        if (!removing && others.length >= limitsMax)
          return refused(`an account has at most ${limitsMax} limits`);
        await guards.rules.change(sid, (rules) => ({
          ...rules,
          limits: [...rules.limits.filter((other) => other.prefix !== prefix), ...(removing ? [] : [wanted])],
        }));
      }
      const { limits } = guards.rules.own(sid);
      const header = ['PREFIX', 'MESSAGES/H', 'CALLS/H', 'SPEND/DAY'];
      const text =
        limits.length === 0 ? 'no limits of its own' : columnsText([header, ...limits.map(limitText)]);
      return done(limits.map(limitJson), text);
    }),
};

const blockWords: Readonly<Record<BlockFault, string>> = {
  badAddress: 'an address is +15125550100, +882*, a short code or a sender',
  full: `the block list holds at most ${blocksMax}`,
};

/** The scope that a call names; an outcome if there is no such account. */
function scopeOf(call: Pick<Call<CoreConfig>, 'options'>, accountOf: Parameters<Use>[1]): string | undefined {
  const sid = textOption(call, 'account');
  return sid === undefined ? '' : accountOf(sid)?.sid;
}

/** Adds blocks to the scope that the call names, and shows how many. */
async function add(
  call: Call<CoreConfig>,
  config: CoreConfig,
  blocks: readonly Omit<Block, 'scope' | 'createdMs'>[],
): Promise<Outcome> {
  return withGuards(config, async (guards, accountOf) => {
    const scope = scopeOf(call, accountOf);
    if (scope === undefined) return noAccount(textOption(call, 'account') ?? '');
    const added = await guards.blocks.add(blocks.map((block) => ({ scope, ...block })));
    if (!added.ok) return refused(blockWords[added.error]);
    return done({ blocked: added.value }, `${added.value} blocked`);
  });
}

const blockAdd: Command<CoreConfig> = {
  name: 'guard block add',
  summary: 'block traffic from and to an address',
  arguments: [addressArgument],
  options: [
    accountOption,
    { flags: '--direction <direction>', summary: 'both (default), inbound or outbound' },
    { flags: '--note <text>', summary: 'why' },
  ],
  needs: 'config',
  run: async (call, config) => {
    const direction: string = textOption(call, 'direction') ?? 'both';
    if (!isDirection(direction)) return refused('a direction is both, inbound or outbound');
    const address = blockAddress(call.args[0] ?? '');
    if (address === undefined) return refused(blockWords.badAddress);
    return add(call, config, [{ address, direction, note: textOption(call, 'note') ?? '' }]);
  },
};

const blockImport: Command<CoreConfig> = {
  name: 'guard block import',
  summary: 'block every address of a list',
  arguments: [{ name: 'FILE.csv', summary: 'CSV with a header line: address,direction,note' }],
  options: [accountOption],
  needs: 'config',
  run: async (call, config) => {
    const read = readBlocks(readFileSync(call.args[0] ?? '', 'utf8'));
    return read.ok ? add(call, config, read.value) : refused(`nothing was taken: ${read.error}`);
  },
};

const blockRemove: Command<CoreConfig> = {
  name: 'guard block remove',
  summary: 'lift a block',
  arguments: [addressArgument],
  options: [accountOption],
  needs: 'config',
  run: (call, config) =>
    withGuards(config, async (guards, accountOf) => {
      const scope = scopeOf(call, accountOf);
      if (scope === undefined) return noAccount(textOption(call, 'account') ?? '');
      const [address = ''] = call.args;
      if (!(await guards.blocks.remove(scope, address))) return refused(`${address} is not blocked there`);
      return done({ address }, `${address} is no longer blocked`);
    }),
};

const blockList: Command<CoreConfig> = {
  name: 'guard block list',
  summary: 'every block, or those of an account',
  options: [accountOption],
  needs: 'config',
  run: (call, config) =>
    withGuards(config, (guards) => {
      const blocks = guards.blocks.list(textOption(call, 'account'));
      const row = (block: Block): readonly [string, string, Directions, string] => [
        block.address,
        block.scope === '' ? 'all' : block.scope,
        block.direction,
        block.note,
      ];
      const header = ['ADDRESS', 'ACCOUNT', 'DIRECTION', 'NOTE'];
      const text = blocks.length === 0 ? 'nothing is blocked' : columnsText([header, ...blocks.map(row)]);
      const json = blocks.map(({ address, scope, direction, note }) => ({
        address,
        account_sid: scope === '' ? null : scope,
        direction,
        note,
      }));
      return Promise.resolve(done(json, text));
    }),
};

const prefixImport: Command<CoreConfig> = {
  name: 'guard prefixes import',
  summary: 'take a list of prefixes of high risk for calls, in place of the one before',
  arguments: [
    { name: 'FILE.csv', summary: 'CSV with a header line: prefix,risk,country; special or tollfraud' },
  ],
  needs: 'config',
  run: async (call, config) => {
    const read = readRiskyPrefixes(readFileSync(call.args[0] ?? '', 'utf8'));
    if (!read.ok) return refused(`nothing was taken: ${read.error}`);
    return withGuards(config, async (guards) => {
      await guards.riskyPrefixes.replace(read.value);
      return done({ imported: read.value.length }, `${read.value.length} prefixes`);
    });
  },
};

const test: Command<CoreConfig> = {
  name: 'guard test',
  summary: 'say what each guard thinks of a message or call to a number',
  arguments: [{ name: '+E164', summary: 'whom it goes to' }],
  options: [
    { flags: '--account <sid>', summary: 'who sends it', required: true },
    { flags: '--from <sender>', summary: 'the number or sender that it shows' },
    { flags: '--call', summary: 'a call instead of a message' },
  ],
  needs: 'config',
  run: (call, config) =>
    withGuards(config, (guards, accountOf) => {
      const sid = textOption(call, 'account') ?? '';
      const account = accountOf(sid);
      if (account === undefined) return Promise.resolve(noAccount(sid));
      const to = parseNumber(call.args[0] ?? '');
      if (!to.ok) return Promise.resolve(refused('a number is such as +14155552671'));
      const traffic = call.options['call'] === true ? 'call' : 'message';
      const from = textOption(call, 'from') ?? '';
      const answers = guards.explain({ traffic, account, from, to: to.value.e164 });
      const rows = answers.map(({ guard, verdict }) => {
        const refusal = verdict === undefined ? undefined : refusalOf(verdict, traffic);
        return { guard, code: refusal?.code ?? null, detail: refusal?.detail ?? null };
      });
      const lines = rows.map(({ guard, code, detail }) =>
        code === null ? `${guard}: allowed` : `${guard}: refused with ${code}\n    ${detail ?? ''}`,
      );
      return Promise.resolve(done({ to: to.value.e164, traffic, answers: rows }, lines.join('\n')));
    }),
};

export const guardCommands: readonly Command<CoreConfig>[] = [
  geo,
  limit,
  blockAdd,
  blockRemove,
  blockList,
  blockImport,
  prefixImport,
  test,
];
