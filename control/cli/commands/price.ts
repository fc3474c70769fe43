import { createReadStream } from 'node:fs';
import { decimalText } from '../../billing/micros.ts';
import { standardPlan } from '../../billing/payments.ts';
import type { CoreConfig } from '../../config/core.ts';
import { isE164Form } from '../../inventory/e164.ts';
import { writePrices } from '../../prices/export.ts';
import { readPrices } from '../../prices/import.ts';
import { isPlanName } from '../../prices/plans.ts';
import type { PriceRow } from '../../prices/price-table.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command } from '../command.ts';
import { refusedSheet } from '../sheet-faults.ts';

const planOption = { flags: '--plan <name>', summary: `which price plan (default: ${standardPlan})` };

const amount = (micros: number): string => decimalText(micros, 0);

const importFile: Command<CoreConfig> = {
  name: 'price import',
  summary: 'put a price list in the place of a plan’s; a running edge charges by it within a second',
  arguments: [{ name: 'FILE.csv', summary: 'CSV with a header line; at least service and price' }],
  options: [planOption, { flags: '--currency <code>', summary: 'what the file’s amounts are in' }],
  needs: 'config',
  run: async (call, { data, vault, prices: { currency } }) => {
    const [file = ''] = call.args;
    const plan = textOption(call, 'plan') ?? standardPlan;
    if (!isPlanName(plan))
      return refused('a plan’s name is of lower-case letters, digits and dashes, at most 32');
    const given = textOption(call, 'currency') ?? currency;
    if (given !== currency)
      return refused(`this edge reckons in ${currency}: convert the file’s ${given} first`);
    const list = await readPrices(createReadStream(file));
    if (!list.ok) return refusedSheet(file, list.error);
    return withBooks({ data, vault }, async ({ pricePlans }) => {
      await pricePlans.replace(plan, list.value);
      const { rows, numbers, units } = list.value;
      const imported = rows.length + Object.keys(numbers).length + Object.keys(units).length;
      return done({ plan, imported }, `${imported} prices are the plan ${plan} now`);
    });
  },
};

const rowJson = (row: PriceRow) => ({
  prefix: row.prefix,
  service: row.service,
  direction: row.direction,
  sender_type: row.senderType,
  price: amount(row.priceMicros),
  carrier_fee: amount(row.carrierFeeMicros),
  connect_fee: amount(row.connectMicros),
  increment_seconds: row.incrementSeconds,
  minimum_seconds: row.minimumSeconds,
  name: row.name,
});

const show: Command<CoreConfig> = {
  name: 'price show',
  summary: 'what messages and calls with a number cost: its prices, the longest prefix first',
  arguments: [{ name: '+E164', summary: 'the other party’s number' }],
  options: [planOption],
  needs: 'config',
  run: async (call, config) =>
    withBooks(config, async ({ pricePlans }) => {
      const [number = ''] = call.args;
      if (!isE164Form(number)) return refused(`${number} is no number in E.164, such as +14155552671`);
      const plan = textOption(call, 'plan') ?? standardPlan;
      const plans = plan === standardPlan ? [plan] : [plan, standardPlan];
      const found: { readonly plan: string; readonly row: PriceRow }[] = [];
      for (const each of plans) {
        for (const row of (await pricePlans.read(each))?.rowsOver(number) ?? [])
          found.push({ plan: each, row });
      }
      if (found.length === 0)
        return done([], `nothing prices ${number}: messages and calls with it cost nothing`);
      return done(
        found.map(({ plan, row }) => ({ plan, ...rowJson(row) })),
        columnsText([
          ['PLAN', 'PREFIX', 'SERVICE', 'DIRECTION', 'SENDER', 'PRICE', 'FEE', 'CONNECT', 'SECONDS', 'NAME'],
          ...found.map(({ plan, row }) => [
            plan,
            row.prefix,
            row.service,
            row.direction,
            row.senderType ?? 'any',
            amount(row.priceMicros),
            amount(row.carrierFeeMicros),
            amount(row.connectMicros),
            row.service === 'voice' ? `${row.incrementSeconds}/${row.minimumSeconds}` : '',
            row.name.slice(0, 24),
          ]),
        ]),
      );
    }),
};

const exportFile: Command<CoreConfig> = {
  name: 'price export',
  summary: 'print a plan’s price list as CSV, which price import reads',
  options: [planOption],
  needs: 'config',
  run: async (call, config) =>
    withBooks(config, async ({ pricePlans }) => {
      const plan = textOption(call, 'plan') ?? standardPlan;
      const table = await pricePlans.read(plan);
      if (table === undefined) return refused(`there is no plan ${plan}`);
      const { rows, numbers, units } = table.list;
      const amounts = (of: Readonly<Record<string, number>>) =>
        Object.fromEntries(Object.entries(of).map(([name, micros]) => [name, amount(micros)]));
      return done(
        { plan, prices: rows.map(rowJson), numbers: amounts(numbers), units: amounts(units) },
        writePrices(table.list),
      );
    }),
};

export const priceCommands: readonly Command<CoreConfig>[] = [importFile, exportFile, show];
