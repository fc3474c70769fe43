import { decimalText } from '../../control/billing/micros.ts';
import { accountPath, type ApiDeps } from './deps.ts';
import type { Route } from './exchange.ts';
import { json } from './reply.ts';

/** Balance (https://www.twilio.com/docs/usage/api/balance): what has been paid in, less what has been spent. */
export const balanceRoutes = ({ wallet, currency }: ApiDeps): readonly Route[] => [
  {
    product: 'api',
    method: 'GET',
    path: `${accountPath}/Balance`,
    handler: ({ principal: { account } }) => {
      const balance = decimalText(wallet.of(account).balanceMicros, 2);
      return json({ account_sid: account.sid, balance, currency });
    },
  },
];
