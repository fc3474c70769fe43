import type { Dialog } from '../dialog/dialog.ts';
import type { RAck } from '../message/fields.ts';
import type { AppConnection } from './app.ts';
import type { AppMessage } from './command.ts';

/** A success of ours that is repeated until its ACK comes (RFC 3261 §13.3.1.4). */
export interface OpenAnswer {
  /** CSeq number of the INVITE. */
  readonly cseq: number;
  stop(): void;
}

/** An INVITE of ours in a dialog that has no final response, or whose success has not been acknowledged. */
export interface OpenInvite {
  readonly answered: boolean;
  /** Sends the ACK of its success with an application's fields and body; gives the bytes and the way. */
  acknowledge(commandId: string, app: AppConnection, message: AppMessage): void;
  cancel(): void;
}

/** An INVITE of theirs in a dialog that has no final response. */
export interface OpenRequest {
  /** Ends it, as the dialog ends. */
  terminate(): void;
  /** A PRACK came; false if it confirms nothing. */
  prack(rack: RAck): boolean;
}

/** What keeps a session alive, or ends it (RFC 4028). */
export interface SessionClock {
  stop(): void;
  /** Tries to refresh again after a while. */
  again(delayMs: number): void;
}

/** A session description of ours, kept to offer it again. */
export interface Offer {
  readonly type: string;
  readonly body: string;
}

/** A dialog with what this room hangs onto it. */
export interface CallDialog extends Dialog {
  /** undefined once it has gone and nobody has taken the dialog over. */
  app: AppConnection | undefined;
  answer: OpenAnswer | undefined;
  invite: OpenInvite | undefined;
  asked: OpenRequest | undefined;
  session: SessionClock | undefined;
  offer: Offer | undefined;
}

/** Written out, since a copy by spreading is an order of magnitude slower, and there are two for each bridged call. */
export const callDialog = (dialog: Dialog, app: AppConnection | undefined): CallDialog => ({
  id: dialog.id,
  kind: dialog.kind,
  role: dialog.role,
  state: dialog.state,
  callId: dialog.callId,
  localTag: dialog.localTag,
  remoteTag: dialog.remoteTag,
  local: dialog.local,
  remote: dialog.remote,
  localSeq: dialog.localSeq,
  remoteSeq: dialog.remoteSeq,
  routes: dialog.routes,
  target: dialog.target,
  contact: dialog.contact,
  nextHop: dialog.nextHop,
  flow: dialog.flow,
  allowsUpdate: dialog.allowsUpdate,
  app,
  answer: undefined,
  invite: undefined,
  asked: undefined,
  session: undefined,
  offer: undefined,
});
