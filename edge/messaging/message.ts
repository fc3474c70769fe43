import type { Sid } from '../../control/base/sid.ts';

/** Twilio's message statuses (https://www.twilio.com/docs/messaging/api/message-resource). */
export type Status =
  | 'accepted'
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'canceled'
  | 'receiving'
  | 'received';

export type Direction = 'inbound' | 'outbound-api' | 'outbound-reply' | 'outbound-call';

/** What became of one segment at its carrier. */
export type PartState = 'unsent' | 'accepted' | 'delivered' | 'failed';

/** One segment of an outbound message, as its carrier knows it. */
export interface Part {
  readonly state: PartState;
  /** The carrier's message_id, from submit_sm_resp; '' before that. */
  readonly carrierId: string;
}

/** A message that a tenant's SMPP client formatted itself: carried as it came, never re-encoded. */
export interface RawPayload {
  readonly dataCoding: number;
  /** Whether `octets` begins with a user data header (SMPP 3.4 §5.2.12, UDHI). */
  readonly udhi: boolean;
  readonly octets: Buffer;
}

/** How a final status gets back to an SMPP tenant that asked for a receipt. */
export interface ReceiptWish {
  /** registered_delivery of the submit_sm (SMPP 3.4 §5.2.17): 1 always, 2 on failure only. */
  readonly when: 'always' | 'failure';
}

/** One text or media message, in or out. */
export interface Message {
  readonly sid: Sid;
  /** `Account.no` of the tenant. */
  readonly accountNo: number;
  readonly direction: Direction;
  /** E.164, a short code, or an alphanumeric sender. */
  readonly from: string;
  readonly to: string;
  /** '' once redacted. */
  readonly body: string;
  readonly status: Status;
  /** A code of Twilio's table, or 0. */
  readonly errorCode: number;
  readonly segments: number;
  readonly media: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** When the carrier took the last segment (out), or when it came (in); 0 before that. */
  readonly sentMs: number;
  /** When a scheduled message is due; 0 for the others. */
  readonly sendAtMs: number;
  /** Not to be submitted after this. */
  readonly deadlineMs: number;
  readonly smartEncoding: boolean;
  /** '' if the tenant wants none. */
  readonly statusCallback: string;
  /** The carrier that has it (out) or brought it (in), by name; '' before routing. */
  readonly carrier: string;
  /** Empty until the first segment has been accepted. */
  readonly parts: readonly Part[];
  readonly raw: RawPayload | null;
  readonly receipt: ReceiptWish | null;
  /** What all of it costs, in millionths, whether that is held, spent or released; null: from before prices were kept. */
  readonly priceMicros: number | null;
  /** Whether the tenant reported that the recipient acted on it (Feedback). */
  readonly feedback: 'none' | 'unconfirmed' | 'confirmed';
  /** The Messaging Service that it was sent through, or whose number it came to; '' for none. */
  readonly messagingServiceSid: string;
}

/** Whether it is for its queue to send: not sent yet, or `sent` in vain by a short code and to be sent by a long code. */
export const isWaiting = ({ status, parts }: Pick<Message, 'status' | 'parts'>): boolean =>
  status === 'queued' || (status === 'sent' && parts.length === 0);

/** No further change of status is possible. */
export function isFinal(status: Status): boolean {
  switch (status) {
    case 'delivered':
    case 'undelivered':
    case 'failed':
    case 'canceled':
    case 'received':
      return true;
    case 'accepted':
    case 'scheduled':
    case 'queued':
    case 'sending':
    case 'sent':
    case 'receiving':
      return false;
  }
}

/** Messages with media have SIDs of their own kind. */
export const sidPrefix = (media: number): 'SM' | 'MM' => (media > 0 ? 'MM' : 'SM');
