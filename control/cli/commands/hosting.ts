import type { CoreConfig } from '../../config/core.ts';
import { hostedOrderStatuses, type HostedOrder, type HostedOrderStatus } from '../../hosting/order.ts';
import { countryOf } from '../../inventory/e164.ts';
import type { BuyFault } from '../../inventory/inventory.ts';
import { parseListing, type Listing } from '../../inventory/listing.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Call, type Command } from '../command.ts';
import { timeJson, unavailableWords, withNumbers } from './number-words.ts';

const listMax = 200;
const reasonMax = 500;
const orderArgument = { name: 'HR…', summary: 'SID of an order to host a number' };

const isStatus = (text: string): text is HostedOrderStatus =>
  (hostedOrderStatuses as readonly string[]).includes(text);

const orderJson = (order: HostedOrder) => ({
  sid: order.sid,
  account_sid: order.accountSid,
  e164: order.e164,
  status: order.status,
  friendly_name: order.friendlyName,
  email: order.email,
  contact_number: order.contactPhoneNumber,
  contact_title: order.contactTitle,
  address_sid: order.addressSid,
  number_sid: order.numberSid === '' ? null : order.numberSid,
  reason: order.failureReason === '' ? null : order.failureReason,
  updated: timeJson(order.updatedMs),
});

const list: Command<CoreConfig> = {
  name: 'hosting list',
  summary: `orders of every account to host numbers, the newest ${listMax}`,
  options: [{ flags: '--status <status>', summary: hostedOrderStatuses.join(', ') }],
  needs: 'config',
  run: (call, config) =>
    withNumbers(config, ({ hostedOrders }) => {
      const status = textOption(call, 'status');
      if (status !== undefined && !isStatus(status))
        return Promise.resolve(refused(`--status is one of ${hostedOrderStatuses.join(', ')}`));
      const { rows } = hostedOrders.listAll(status, { limit: listMax });
      const text =
        rows.length === 0
          ? 'no orders'
          : columnsText([
              ['ORDER', 'ACCOUNT', 'NUMBER', 'STATUS'],
              ...rows.map((row) => [row.sid, row.accountSid, row.e164, row.status]),
            ]);
      return Promise.resolve(done(rows.map(orderJson), text));
    }),
};

const show: Command<CoreConfig> = {
  name: 'hosting show',
  summary: 'an order to host a number, and whom to ask about it',
  arguments: [orderArgument],
  needs: 'config',
  run: ({ args: [sid = ''] }, config) =>
    withNumbers(config, ({ hostedOrders }) => {
      const order = hostedOrders.any(sid);
      if (order === undefined) return Promise.resolve(refused(`${sid} ${faultWords.notFound}`));
      const facts = orderJson(order);
      const text = Object.entries(facts).map(([name, fact]) => [name.replaceAll('_', ' '), fact ?? '']);
      return Promise.resolve(done(facts, columnsText(text)));
    }),
};

/** After the SID of the order, or, where it is the number's fault, after the number. */
const faultWords: Readonly<Record<'notFound' | 'notOpen' | 'known' | BuyFault, string>> = {
  ...unavailableWords,
  notFound: 'is no order',
  notOpen: 'is settled: only a received order is completed or rejected',
  known: 'is in the inventory already: leave --carrier out',
  unknown: 'is not in the inventory, and no carrier is named that brings it: --carrier NAME',
  taken: 'belongs to an account: release it first, or reject the order',
};

/** What the options say of a number that the inventory does not have, or what is wrong with them. */
function readListing(
  call: Call<CoreConfig>,
  { carriers }: CoreConfig,
  e164: string,
): Listing | string | undefined {
  const carrier = textOption(call, 'carrier');
  const type = textOption(call, 'type');
  if (carrier === undefined) return type === undefined ? undefined : '--type goes with --carrier';
  if (!carriers.some(({ name }) => name === carrier)) return `${carrier} is no carrier of the configuration`;
  const parsed = parseListing({ e164, country: countryOf(e164), type: type ?? 'local', sms: 'yes', carrier });
  return parsed.ok ? parsed.value : `${e164}: ${parsed.error}`;
}

const complete: Command<CoreConfig> = {
  name: 'hosting complete',
  summary: 'give the number of an order to its account, which has proved that it is its own',
  arguments: [orderArgument],
  options: [
    { flags: '--carrier <name>', summary: 'who brings it here, where the inventory does not have it' },
    { flags: '--type <type>', summary: 'local, mobile, tollfree, … (default: local)' },
  ],
  needs: 'config',
  run: (call, config) =>
    withNumbers(config, async ({ accounts, hostedOrders }) => {
      const [sid = ''] = call.args;
      const order = hostedOrders.any(sid);
      if (order === undefined) return refused(`${sid} ${faultWords.notFound}`);
      const { e164, accountSid } = order;
      if (accounts.fetch(accountSid)?.status !== 'active') return refused(`${accountSid} is not active`);
      const listing = readListing(call, config, e164);
      if (typeof listing === 'string') return refused(listing);
      const completed = await hostedOrders.complete(sid, listing);
      if (!completed.ok) {
        const { error } = completed;
        return refused(`${error === 'notFound' || error === 'notOpen' ? sid : e164} ${faultWords[error]}`);
      }
      return done(
        orderJson(completed.value),
        `${e164} is ${completed.value.numberSid} of ${accountSid}: ${sid} is completed`,
      );
    }),
};

const reject: Command<CoreConfig> = {
  name: 'hosting reject',
  summary: 'have an order to host a number fail',
  arguments: [orderArgument],
  options: [{ flags: '--reason <text>', summary: 'what the account is told', required: true }],
  needs: 'config',
  run: (call, config) =>
    withNumbers(config, async ({ hostedOrders }) => {
      const [sid = ''] = call.args;
      const reason = textOption(call, 'reason')?.trim() ?? '';
      if (reason === '' || reason.length > reasonMax)
        return refused(`a reason has 1 to ${reasonMax} characters`);
      const rejected = await hostedOrders.reject(sid, reason);
      if (!rejected.ok) return refused(`${sid} ${faultWords[rejected.error]}`);
      return done(orderJson(rejected.value), `${sid} has failed`);
    }),
};

export const hostingCommands: readonly Command<CoreConfig>[] = [list, show, complete, reject];
