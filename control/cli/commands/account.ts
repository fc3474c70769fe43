import type { Account, AccountStatus } from '../../accounts/account.ts';
import type { AccountChange, Accounts, CreateFault, UpdateFault } from '../../accounts/accounts.ts';
import type { RotationFault } from '../../accounts/token-rotation.ts';
import type { Sid } from '../../base/sid.ts';
import type { CoreConfig } from '../../config/core.ts';
import { closeAccount } from '../../inventory/closing.ts';
import type { Json } from '../../events/protocol.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command, type Outcome } from '../command.ts';
import { accountConnectApp } from './account-connect-app.ts';
import { accountDebugger } from './account-debugger.ts';
import { accountLimits } from './account-limits.ts';
import { accountValidation } from './account-validation.ts';
import { withNumbers } from './number-words.ts';

const createWords: Readonly<Record<CreateFault, string>> = {
  badName: 'a friendly name has 1 to 64 characters',
  noSuchParent: 'the parent account does not exist',
  parentIsSubaccount: 'the parent is a subaccount itself',
  parentNotActive: 'the parent account is not active',
};

const updateWords: Readonly<Record<UpdateFault, string>> = {
  notFound: 'the account does not exist',
  badName: createWords.badName,
  closed: 'the account is closed, which is final',
};

const accountJson = (account: Account): Json => ({
  sid: account.sid,
  friendly_name: account.friendlyName,
  owner_account_sid: account.ownerSid,
  status: account.status,
  type: account.type,
  date_created: new Date(account.createdMs).toISOString(),
});

const sidArgument = { name: 'AC…', summary: 'SID of the account' };

const create: Command<CoreConfig> = {
  name: 'account create',
  summary: 'make an account, or a subaccount of one',
  options: [
    { flags: '--friendly-name <name>', summary: 'what people call it', required: true },
    { flags: '--parent <sid>', summary: 'the account that it is a subaccount of' },
  ],
  needs: 'config',
  run: (call, config) =>
    withBooks(config, async ({ accounts }) => {
      const parentSid = textOption(call, 'parent');
      const made = await accounts.create({
        friendlyName: textOption(call, 'friendlyName') ?? '',
        ...(parentSid === undefined ? {} : { parentSid }),
      });
      if (!made.ok) return refused(createWords[made.error]);
      const { account, secrets } = made.value;
      return done(
        { sid: account.sid, auth_token: secrets.authToken },
        `account     ${account.sid}\nauth token  ${secrets.authToken}`,
      );
    }),
};

const list: Command<CoreConfig> = {
  name: 'account list',
  summary: 'every account of this node, newest first',
  needs: 'config',
  run: (_call, config) =>
    withBooks(config, ({ accounts }) => {
      const all = everyAccount(accounts);
      const rows = all.map((account) => [
        account.sid,
        account.status,
        account.ownerSid === account.sid ? '' : account.ownerSid,
        account.friendlyName,
      ]);
      const text =
        all.length === 0 ? 'no accounts' : columnsText([['SID', 'STATUS', 'PARENT', 'NAME'], ...rows]);
      return Promise.resolve(done(all.map(accountJson), text));
    }),
};

function everyAccount(accounts: Accounts): readonly Account[] {
  const all: Account[] = [];
  let after: Sid | null = null;
  do {
    const page = accounts.listAll({ limit: 1_000, ...(after === null ? {} : { after }) });
    all.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return all;
}

async function change(config: CoreConfig, sid: Sid, wanted: AccountChange): Promise<Outcome> {
  return withNumbers(config, async ({ accounts, inventory }) => {
    const before = accounts.fetch(sid);
    // Asking again for what is so already is no failure.
    const same = wanted.status !== undefined && before?.status === wanted.status;
    const changed =
      wanted.status === 'closed'
        ? await closeAccount({ accounts, inventory }, sid)
        : same
          ? { ok: true as const, value: before }
          : await accounts.update(sid, wanted);
    if (!changed.ok) return refused(updateWords[changed.error]);
    const { friendlyName, status } = changed.value;
    return done(accountJson(changed.value), `${sid} ${friendlyName}: ${status}`);
  });
}

const become = (verb: string, status: AccountStatus, summary: string): Command<CoreConfig> => ({
  name: `account ${verb}`,
  summary,
  arguments: [sidArgument],
  needs: 'config',
  run: ({ args: [sid = ''] }, config) => change(config, sid, { status }),
});

const update: Command<CoreConfig> = {
  name: 'account update',
  summary: 'rename an account',
  arguments: [sidArgument],
  options: [{ flags: '--friendly-name <name>', summary: 'what people call it', required: true }],
  needs: 'config',
  run: (call, config) =>
    change(config, call.args[0] ?? '', { friendlyName: textOption(call, 'friendlyName') ?? '' }),
};

const smpp: Command<CoreConfig> = {
  name: 'account smpp',
  summary: 'make a short system_id and password for SMPP clients that cut longer ones; earlier ones end',
  arguments: [sidArgument],
  needs: 'config',
  run: ({ args: [sid = ''] }, config) =>
    withBooks(config, async ({ smppLogins }) => {
      const made = await smppLogins.issue(sid);
      if (!made.ok) return refused(updateWords[made.error]);
      const { systemId, password } = made.value;
      return done({ sid, system_id: systemId, password }, `system_id  ${systemId}\npassword   ${password}`);
    }),
};

const rotationWords: Readonly<Record<RotationFault, string>> = {
  notFound: updateWords.notFound,
  closed: updateWords.closed,
  exists: 'there is a secondary token already: --promote it, or --revoke it first',
  none: 'there is no secondary token: make one with --rotate',
};

const token: Command<CoreConfig> = {
  name: 'account token',
  summary:
    'exchange an auth token in two steps, both tokens being good between them: --rotate, then --promote',
  arguments: [sidArgument],
  options: [
    { flags: '--rotate', summary: 'make a secondary token' },
    { flags: '--promote', summary: 'make the secondary token the primary one, which ends' },
    { flags: '--revoke', summary: 'end the secondary token' },
  ],
  needs: 'config',
  run: ({ args: [sid = ''], options }, config) =>
    withBooks(config, async ({ rotation }): Promise<Outcome> => {
      const wanted = (['rotate', 'promote', 'revoke'] as const).filter((name) => options[name] === true);
      const [step] = wanted;
      if (step === undefined || wanted.length > 1)
        return refused('give one of --rotate, --promote and --revoke');
      if (step === 'revoke') {
        const removed = await rotation.remove(sid);
        return removed.ok
          ? done({ sid }, `${sid}: the secondary token has ended`)
          : refused(rotationWords[removed.error]);
      }
      const made = step === 'rotate' ? await rotation.create(sid) : await rotation.promote(sid);
      if (!made.ok) return refused(rotationWords[made.error]);
      const name = step === 'rotate' ? 'secondary_auth_token' : 'auth_token';
      return done({ sid, [name]: made.value.token }, `${name.replaceAll('_', ' ')}  ${made.value.token}`);
    }),
};

export const accountCommands: readonly Command<CoreConfig>[] = [
  create,
  list,
  update,
  smpp,
  token,
  accountLimits,
  accountConnectApp,
  accountDebugger,
  accountValidation,
  become('suspend', 'suspended', 'refuse its requests until it is activated again'),
  become('activate', 'active', 'take back a suspension'),
  become('close', 'closed', 'close an account and its subaccounts for good, and give up their numbers'),
];
