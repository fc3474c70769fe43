import type { Sid } from '../base/sid.ts';
import type { OwnedRow } from '../store/owned-rows.ts';

interface Dated {
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Who will use numbers (https://www.twilio.com/docs/phone-numbers/regulatory/api/end-users). `sid` is IT…. */
export interface EndUser extends OwnedRow, Dated {
  readonly friendlyName: string;
  readonly type: 'individual' | 'business';
  /** An object, as JSON. */
  readonly attributes: string;
}

/** What proves something of them (https://www.twilio.com/docs/phone-numbers/regulatory/api/supporting-documents). RD…. */
export interface SupportingDocument extends OwnedRow, Dated {
  readonly friendlyName: string;
  readonly type: string;
  /** An object, as JSON. */
  readonly attributes: string;
}

/**
 * A bundle is put together as `draft`, handed in by its account as `pending-review`, and approved or rejected by the
 * operator; a rejected one may be mended and handed in again.
 */
export const bundleStatuses = ['draft', 'pending-review', 'twilio-approved', 'twilio-rejected'] as const;

export type BundleStatus = (typeof bundleStatuses)[number];

/** An end user or a document in a bundle. `sid` is BV…. */
export interface BundleItem {
  readonly sid: Sid;
  readonly objectSid: Sid;
  readonly createdMs: number;
}

/** https://www.twilio.com/docs/phone-numbers/regulatory/api/bundles; `sid` is BU…. What is '' is not set. */
export interface Bundle extends OwnedRow, Dated, BundleDetails {
  readonly status: BundleStatus;
  /** Why it was rejected. */
  readonly failureReason: string;
  readonly regulationSid: string;
  readonly isoCountry: string;
  readonly numberType: string;
  readonly endUserType: string;
  readonly items: readonly BundleItem[];
}

/** What its account may change at any time. */
export interface BundleDetails {
  readonly friendlyName: string;
  readonly email: string;
  readonly statusCallback: string;
}

/** Whether its items may change. */
export const isOpen = ({ status }: Pick<Bundle, 'status'>): boolean =>
  status === 'draft' || status === 'twilio-rejected';
