import type { Sid } from '../base/sid.ts';

export type AccountStatus = 'active' | 'suspended' | 'closed';

/** A tenant, or a subaccount of one. Secrets are not here: see `credentials.ts`. */
export interface Account {
  readonly sid: Sid;
  /** A small number that stands for the account in the keys of large tables. Never reused. */
  readonly no: number;
  /** The account that pays: itself for a main account, its parent for a subaccount. */
  readonly ownerSid: Sid;
  readonly friendlyName: string;
  readonly status: AccountStatus;
  readonly type: 'Full' | 'Trial';
  readonly createdMs: number;
  readonly updatedMs: number;
}
