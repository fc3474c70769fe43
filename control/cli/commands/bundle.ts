import type { CoreConfig } from '../../config/core.ts';
import { bundleStatuses, type Bundle, type BundleStatus } from '../../regulatory/bundle.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command } from '../command.ts';
import { timeJson } from './number-words.ts';

const listMax = 200;
const reasonMax = 500;
const bundleArgument = { name: 'BU…', summary: 'SID of a regulatory bundle' };

const isStatus = (text: string): text is BundleStatus => (bundleStatuses as readonly string[]).includes(text);

const bundleJson = (bundle: Bundle) => ({
  sid: bundle.sid,
  account_sid: bundle.accountSid,
  status: bundle.status,
  friendly_name: bundle.friendlyName,
  email: bundle.email,
  iso_country: bundle.isoCountry,
  number_type: bundle.numberType,
  end_user_type: bundle.endUserType,
  reason: bundle.failureReason === '' ? null : bundle.failureReason,
  updated: timeJson(bundle.updatedMs),
});

const list: Command<CoreConfig> = {
  name: 'bundle list',
  summary: `regulatory bundles of every account, the newest ${listMax}`,
  options: [{ flags: '--status <status>', summary: bundleStatuses.join(', ') }],
  needs: 'config',
  run: (call, config) =>
    withBooks(config, ({ bundles }) => {
      const status = textOption(call, 'status');
      if (status !== undefined && !isStatus(status))
        return Promise.resolve(refused(`--status is one of ${bundleStatuses.join(', ')}`));
      const { rows } = bundles.listAll(status, { limit: listMax });
      const text =
        rows.length === 0
          ? 'no bundles'
          : columnsText([
              ['BUNDLE', 'ACCOUNT', 'STATUS', 'NAME'],
              ...rows.map((row) => [row.sid, row.accountSid, row.status, row.friendlyName.slice(0, 11)]),
            ]);
      return Promise.resolve(done(rows.map(bundleJson), text));
    }),
};

const show: Command<CoreConfig> = {
  name: 'bundle show',
  summary: 'a regulatory bundle with the end users and documents in it',
  arguments: [bundleArgument],
  needs: 'config',
  run: ({ args: [sid = ''] }, config) =>
    withBooks(config, ({ bundles, papers }) => {
      const bundle = bundles.any(sid);
      if (bundle === undefined) return Promise.resolve(refused(`${sid}: the bundle does not exist`));
      const items = bundle.items.flatMap(({ objectSid }) => {
        const paper =
          papers.endUsers.fetch(bundle.accountSid, objectSid) ??
          papers.documents.fetch(bundle.accountSid, objectSid);
        if (paper === undefined) return [];
        const { friendlyName, type, attributes } = paper;
        return [{ sid: objectSid, friendly_name: friendlyName, type, attributes }];
      });
      const facts = bundleJson(bundle);
      const text = [
        ...Object.entries(facts).map(([name, fact]) => [name.replaceAll('_', ' '), fact ?? '']),
        ...items.map((item) => [
          item.sid.slice(0, 2),
          `${item.type} ${item.friendly_name} ${item.attributes}`,
        ]),
      ];
      return Promise.resolve(done({ ...facts, items }, columnsText(text)));
    }),
};

/** `--reason` makes it a rejection. */
const judgement = (name: 'approve' | 'reject', summary: string): Command<CoreConfig> => ({
  name: `bundle ${name}`,
  summary,
  arguments: [bundleArgument],
  options:
    name === 'reject'
      ? [{ flags: '--reason <text>', summary: 'what the account is told', required: true }]
      : [],
  needs: 'config',
  run: (call, config) =>
    withBooks(config, async ({ accounts, bundles }) => {
      const [sid = ''] = call.args;
      const reason = name === 'reject' ? (textOption(call, 'reason')?.trim() ?? '') : null;
      if (reason !== null && (reason === '' || reason.length > reasonMax))
        return refused(`a reason has 1 to ${reasonMax} characters`);
      const account = accounts.fetch(bundles.any(sid)?.accountSid ?? '');
      if (account === undefined) return refused(`${sid}: the bundle does not exist`);
      const judged = await bundles.judge(sid, reason, account.no);
      if (!judged.ok) return refused(`${sid} has not been handed in: only a pending-review bundle is judged`);
      return done(bundleJson(judged.value), `${sid} is ${judged.value.status}`);
    }),
});

export const bundleCommands: readonly Command<CoreConfig>[] = [
  list,
  show,
  judgement('approve', 'approve a regulatory bundle; numbers may name it then'),
  judgement('reject', 'reject a regulatory bundle'),
];
