import type { NumberConfig } from '../inventory/number.ts';
import type { OwnedRow } from '../store/owned-rows.ts';

/** An order is the account's to cancel while it is `received`; the operator completes it or has it fail. */
export const hostedOrderStatuses = ['received', 'completed', 'failed'] as const;

export type HostedOrderStatus = (typeof hostedOrderStatuses)[number];

/** What an account asks for. What is '' is not set. */
export interface HostedOrderDetails {
  /** The number that it has elsewhere, and that is to send and receive messages here. */
  readonly e164: string;
  readonly friendlyName: string;
  /** The owner's, and who else is to hear of it; the edge writes to nobody by itself. */
  readonly email: string;
  readonly ccEmails: readonly string[];
  /** Of who may sign for the number. */
  readonly contactPhoneNumber: string;
  readonly contactTitle: string;
  readonly addressSid: string;
  /** What the number is configured to once it is here. */
  readonly config: Partial<NumberConfig>;
}

/** https://www.twilio.com/docs/phone-numbers/hosted-numbers/hosted-numbers-api/hosted-number-order-resource; `sid` is HR…. */
export interface HostedOrder extends OwnedRow, HostedOrderDetails {
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly status: HostedOrderStatus;
  /** Why it failed. */
  readonly failureReason: string;
  /** The PN SID of the number that it brought. */
  readonly numberSid: string;
}
