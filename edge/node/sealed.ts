import { sealedTokens } from '../../control/accounts/tokens.ts';
import { sealedCredentials } from '../../control/sip-access/credential-lists.ts';
import type { AnySealedTable } from '../../control/vault/sealed.ts';
import { sealedOrders } from '../voice/outbound/orders.ts';

/** Every table that has sealed columns. The vault's own row is seen to by the rotation itself. */
export const sealedTables: readonly AnySealedTable[] = [sealedTokens, sealedCredentials, sealedOrders];
