import { dialogIdOf, uacDialog } from '../dialog/dialog.ts';
import { nextHop, requestInDialog } from '../dialog/in-dialog.ts';
import { quickTag } from '../dialog/tags.ts';
import { callId, sessionExpires } from '../message/fields.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Arrival } from '../transaction/layer.ts';
import type { Flow } from '../transport/flow.ts';
import type { AppConnection } from './app.ts';
import { callDialog } from './call-dialog.ts';
import type { CallDialog, OpenInvite } from './call-dialog.ts';
import type { AppMessage } from './command.ts';
import { answerSent, show, transactionId } from './core.ts';
import type { Core } from './core.ts';
import { Dispatch, numberOf } from './dispatch.ts';
import type { DispatchFailure, DispatchUser } from './dispatch.ts';
import { failureResponse } from './failure.ts';
import { refreshSession } from './refresh.ts';
import { fillRequest } from './request.ts';
import { restartSession } from './session-timer.ts';
import { endDialog, sendBye, standingFlow } from './terminate.ts';

/** How many callees of one forked INVITE are kept apart. */
const forksMax = 16;

/** What a request of an application is. */
export interface OutboundRequest {
  readonly commandId: string;
  readonly request: SipRequest;
  /** The dialog that it is within. */
  readonly dialog?: CallDialog | undefined;
  /** Where the application wants it sent in place of its URI. */
  readonly proxy?: string | undefined;
}

/** A request of an application, until its final response; of an INVITE, as long as successes may come again. */
export class Outbound implements DispatchUser, OpenInvite {
  readonly id: string;
  readonly app: AppConnection;
  private readonly core: Core;
  private readonly open: Map<string, Outbound>;
  private readonly commandId: string;
  private readonly request: SipRequest;
  private readonly proxy: string | undefined;
  private readonly dispatch: Dispatch;
  /** The dialog that it is within, or has begun. */
  private dialog: CallDialog | undefined;
  private readonly within: boolean;
  /** By remote tag: the ACK of each success, for when it comes again. */
  private readonly acks = new Map<string, { readonly bytes: Buffer; readonly flow: Flow }>();
  private readonly earlyDialogs: CallDialog[] = [];
  private successTag: string | undefined = undefined;
  private cancelled = false;
  private told = false;

  constructor(core: Core, open: Map<string, Outbound>, app: AppConnection, wanted: OutboundRequest) {
    this.core = core;
    this.open = open;
    this.app = app;
    this.commandId = wanted.commandId;
    this.request = wanted.request;
    this.dialog = wanted.dialog;
    this.within = wanted.dialog !== undefined;
    this.proxy = wanted.proxy;
    this.id = transactionId(core);
    this.dispatch = new Dispatch(core, wanted.request, this);
    open.set(this.id, this);
    if (wanted.request.method === 'INVITE' && wanted.dialog !== undefined) wanted.dialog.invite = this;
  }

  start(uri: string, standing?: Flow): void {
    this.dispatch.start(uri, standing);
  }

  /** Whether a success has come. */
  get answered(): boolean {
    return this.successTag !== undefined;
  }

  sent(bytes: Buffer, flow: Flow): void {
    this.told = true;
    answerSent(this.core, this.app, this.commandId, bytes, flow, this.id);
  }

  /** Cancels it for its application; gives why that cannot be, in words. */
  cancelFor(commandId: string, message: AppMessage): string | undefined {
    this.cancelled = true;
    const fields = [...message.headers]
      .filter(({ key }) => key === 'reason' || key.startsWith('x-'))
      .map(({ name, value }) => [name, value] as const);
    const sent = this.dispatch.cancel(fields);
    if (sent === undefined) return `unable to cancel unknown transaction id: ${this.id}`;
    const { cancel, flow } = sent;
    const bytes = Buffer.from(`CANCEL ${cancel.uri} SIP/2.0\r\n${cancel.headers.text(0)}\r\n`);
    answerSent(this.core, this.app, commandId, bytes, flow, transactionId(this.core));
    return undefined;
  }

  cancel(): void {
    this.cancelled = true;
    this.dispatch.cancel([]);
  }

  /** Its application has gone: what rings is cancelled. */
  abandon(): void {
    if (this.request.method === 'INVITE' && !this.answered) this.cancel();
  }

  response(response: SipResponse, arrival: Arrival): void {
    const { method } = this.request;
    const { status } = response;
    if (method === 'INVITE' || method === 'SUBSCRIBE') {
      const tag = quickTag(response, 'to');
      if (status >= 200 && status < 300 && !this.success(response, tag ?? '', arrival.flow)) return;
      if (status > 100 && status < 200 && tag !== undefined && !this.within)
        this.early(response, tag, arrival.flow);
    }
    if (status >= 200) this.finished(response);
    show(this.core, this.app, response, arrival, this.id, this.dialog?.id ?? this.futureId());
  }

  failed(why: DispatchFailure): void {
    const { flow } = this.dispatch;
    const response = failureResponse(this.core, this.request, why);
    const shown = flow ?? this.core.anyFlow();
    if (shown === undefined) {
      this.app.refuse(this.commandId, 'requested protocol/transport not available');
      this.finished(response);
      return;
    }
    // The application learns of it as of any other answer, and so must have heard of the request.
    if (!this.told)
      this.sent(
        Buffer.from(
          `${this.request.method} ${this.request.uri} SIP/2.0\r\n${this.request.headers.text(0)}\r\n`,
        ),
        shown,
      );
    this.finished(response);
    show(this.core, this.app, response, { flow: shown, bytes: undefined }, this.id, this.dialog?.id ?? '');
  }

  acknowledge(commandId: string, app: AppConnection, message: AppMessage): void {
    const { dialog } = this;
    if (dialog === undefined || this.successTag === undefined) return;
    const plain = requestInDialog(dialog, 'ACK', undefined, numberOf(this.request));
    const ack = fillRequest(plain, message, {
      sentBy: dialog.flow.endpoint.sentBy(dialog.flow.host),
      contact: dialog.contact,
    });
    if (ack === undefined) {
      app.refuse(commandId, 'missing content-type');
      return;
    }
    dialog.invite = undefined;
    this.sendAck(dialog, ack, (bytes, flow) => answerSent(this.core, app, commandId, bytes, flow, this.id));
    // A success that crossed our CANCEL: the call is wanted no more (RFC 3261 §9.1).
    if (this.cancelled && !this.within) {
      sendBye(this.core, dialog, 'SIP;cause=200;text="ACK-BYE due to cancel race condition"');
      endDialog(this.core, dialog);
    }
  }

  /** Takes note of a success; false if it needs no one's attention but ours. */
  private success(response: SipResponse, tag: string, flow: Flow): boolean {
    const acknowledged = this.acks.get(tag);
    if (acknowledged !== undefined) {
      // Our ACK was lost (RFC 3261 §13.2.2.4).
      this.core.layer.resend(acknowledged.flow, acknowledged.bytes);
      return false;
    }
    if (this.successTag !== undefined) {
      if (this.successTag !== tag) this.refuseFork(response, tag, flow);
      return false;
    }
    this.successTag = tag;
    const dialog = this.within ? this.dialog : this.confirmed(response, tag, flow);
    if (dialog === undefined) return true;
    if (this.request.method === 'INVITE') {
      const agreed = sessionExpires(response);
      const terms =
        agreed === undefined
          ? undefined
          : { intervalS: agreed.intervalS, weRefresh: agreed.refresher !== 'uas' };
      restartSession(this.core, dialog, terms, (due, intervalS) => refreshSession(this.core, due, intervalS));
      if (terms?.weRefresh === true && !dialog.allowsUpdate && this.request.body.length > 0)
        dialog.offer = {
          type: this.request.headers.get('content-type') ?? 'application/sdp',
          body: this.request.body.toString('utf8'),
        };
    }
    return true;
  }

  /** The dialog of the first success: the early one with its tag, as it now stands, or a new one. */
  private confirmed(response: SipResponse, tag: string, flow: Flow): CallDialog {
    const dialog = callDialog(uacDialog(this.request, response, flow, this.hop(response)), this.app);
    const early = this.earlyDialogs.find(({ remoteTag }) => remoteTag === tag);
    if (early !== undefined) {
      dialog.localSeq = Math.max(early.localSeq, dialog.localSeq);
      dialog.remoteSeq = early.remoteSeq;
    }
    // Of those whom the INVITE was forked to, one has won.
    this.endEarly();
    dialog.state = 'confirmed';
    this.core.dialogs.add(dialog);
    if (this.request.method === 'INVITE') dialog.invite = this;
    this.dialog = dialog;
    return dialog;
  }

  private early(response: SipResponse, tag: string, flow: Flow): void {
    const id = this.futureId();
    if (this.core.dialogs.fork(id, tag) !== undefined || this.earlyDialogs.length >= forksMax) return;
    const dialog = callDialog(uacDialog(this.request, response, flow, this.hop(response)), this.app);
    dialog.invite = this;
    this.core.dialogs.add(dialog);
    this.earlyDialogs.push(dialog);
    this.dialog ??= dialog;
  }

  /** Another callee answered the same INVITE: one call was wanted, so it is acknowledged and ended (§13.2.2.4). */
  private refuseFork(response: SipResponse, tag: string, flow: Flow): void {
    if (this.acks.size >= forksMax) return;
    const fork = callDialog(uacDialog(this.request, response, flow, this.hop(response)), undefined);
    this.sendAck(fork, requestInDialog(fork, 'ACK', undefined, numberOf(this.request)), () => undefined, tag);
    sendBye(this.core, fork, 'SIP;cause=200;text="Call completed elsewhere"');
  }

  private sendAck(
    dialog: CallDialog,
    ack: SipRequest,
    sent: (bytes: Buffer, flow: Flow) => void,
    tag = this.successTag ?? '',
  ): void {
    locateAck(this.core, dialog, (flow) => {
      const bytes = this.core.layer.sendAck(ack, flow);
      this.acks.set(tag, { bytes, flow });
      sent(bytes, flow);
    });
  }

  private finished(response: SipResponse): void {
    const { status } = response;
    const { method } = this.request;
    this.open.delete(this.id);
    const { dialog } = this;
    if (status < 300) {
      if (dialog !== undefined && endsDialog(method, this.request)) endDialog(this.core, dialog);
      return;
    }
    if (dialog?.invite === this) dialog.invite = undefined;
    if (dialog === undefined) return;
    const challenged = status === 401 || status === 407;
    // RFC 3261 §12.2.1.2: what a 481 or 408 says ends the dialog; so does any answer to a BYE.
    const fatal = status === 481 || status === 408 || (endsDialog(method, this.request) && !challenged);
    if (!this.within || fatal) endDialog(this.core, dialog);
    this.endEarly();
  }

  private endEarly(): void {
    for (const dialog of this.earlyDialogs) endDialog(this.core, dialog);
    this.earlyDialogs.length = 0;
  }

  /** Where later requests go, if not where the dialog says: to the proxy that the application named. */
  private hop(response: SipResponse): string | undefined {
    return response.headers.has('record-route') ? undefined : this.proxy;
  }

  private futureId(): string {
    const { method } = this.request;
    return method === 'INVITE' || method === 'SUBSCRIBE'
      ? dialogIdOf(callId(this.request) ?? '', quickTag(this.request, 'from') ?? '')
      : '';
  }
}

/** Whether a request, once answered, ends its dialog (RFC 3261 §15; RFC 6665 §4.4.1). */
const endsDialog = (method: string, request: SipRequest): boolean =>
  method === 'BYE' ||
  (method === 'NOTIFY' &&
    /^\s*terminated/i.test(request.headers.get('subscription-state') ?? '') &&
    !/^\s*refer/i.test(request.headers.get('event') ?? ''));

/** Finds the way of an ACK, which has no transaction to find it. */
function locateAck(core: Core, dialog: CallDialog, ready: (flow: Flow) => void): void {
  const standing = standingFlow(dialog);
  if (standing !== undefined) {
    ready(standing);
    return;
  }
  core.route(nextHop(dialog), (flow) => ready(flow ?? dialog.flow));
}
