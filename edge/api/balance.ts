import { accountPath, type ApiDeps } from './deps.ts';
import type { Route } from './exchange.ts';
import { json } from './reply.ts';

/** Balance (https://www.twilio.com/docs/usage/api/balance): what the operator's books say is left. */
export const balanceRoutes = ({ balances }: ApiDeps): readonly Route[] => [
  {
    product: 'api',
    method: 'GET',
    path: `${accountPath}/Balance`,
    handler: ({ principal: { account } }) => {
      const { balance, currency } = balances.of(account);
      return json({ account_sid: account.sid, balance, currency });
    },
  },
];
