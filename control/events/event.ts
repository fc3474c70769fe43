import type { Sid } from '../base/sid.ts';
import type { Alert } from './alert.ts';

interface MessageFacts {
  readonly atMs: number;
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly direction: 'inbound' | 'outbound';
  readonly from: string;
  readonly to: string;
}

/** A message came to be. */
export interface MessageAccepted extends MessageFacts {
  readonly type: 'message.accepted';
  readonly segments: number;
  /** The carrier that brought an inbound one; '' for an outbound one. */
  readonly carrier: string;
}

/** A message reached another status. */
export interface MessageStatus extends MessageFacts {
  readonly type: 'message.status';
  readonly status: string;
  /** The carrier that has it, and the id it gave; '' where there is none. */
  readonly carrier: string;
  readonly carrierId: string;
  /** A code of Twilio's table, or 0. */
  readonly errorCode: number;
}

/** A call came to be, or reached another status. */
export interface CallStatus {
  readonly type: 'call.status';
  readonly atMs: number;
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly direction: 'inbound' | 'outbound';
  readonly from: string;
  readonly to: string;
  readonly status: string;
  /** The carrier or SIP domain that has it or brought it; '' where none does yet. */
  readonly carrier: string;
  /** A code of Twilio's table, or 0. */
  readonly errorCode: number;
  /** The final SIP status, or 0. */
  readonly sipStatus: number;
}

/** An SMPP link, a trunk or another connection to a carrier changed. */
export interface LinkState {
  readonly type: 'link.state';
  readonly atMs: number;
  readonly carrier: string;
  readonly state: 'up' | 'down' | 'throttled';
  /** For people: the role that was bound, the reason of the loss. */
  readonly detail: string;
}

/** An alert was recorded: a webhook failed, or something else that the tenant should hear of. */
export interface AlertRaised {
  readonly type: 'alert';
  readonly atMs: number;
  readonly alert: Alert;
}

/** What happens on an edge, for whoever watches. No bodies, no secrets. */
export type EdgeEvent = MessageAccepted | MessageStatus | CallStatus | LinkState | AlertRaised;

export type Topic = EdgeEvent['type'];

/** Every topic. */
export const topics: readonly Topic[] = [
  'message.accepted',
  'message.status',
  'call.status',
  'link.state',
  'alert',
];
