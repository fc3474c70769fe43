import { contactUri, refreshTarget, uasDialog } from '../dialog/dialog.ts';
import { cseq, tokens } from '../message/fields.ts';
import type { RAck } from '../message/fields.ts';
import type { SipRequest } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import { parseUri } from '../message/uri.ts';
import { writeMessage } from '../message/write.ts';
import type { ServerTransaction, ServerUser } from '../transaction/server-transaction.ts';
import { WheelTimer } from '../transaction/wheel.ts';
import type { TimerOwner } from '../transaction/wheel.ts';
import { bare, bracketed } from '../transport/flow.ts';
import type { Flow } from '../transport/flow.ts';
import { Answer } from './answer.ts';
import type { AppConnection } from './app.ts';
import { callDialog } from './call-dialog.ts';
import type { CallDialog, OpenRequest } from './call-dialog.ts';
import type { AppMessage } from './command.ts';
import { contactOf, show, transactionId } from './core.ts';
import type { Core } from './core.ts';
import { isPrivate } from './private.ts';
import { refreshSession } from './refresh.ts';
import { ReliableResponses } from './reliable.ts';
import { buildResponse, chosenTag } from './response.ts';
import { answerSession, restartSession } from './session-timer.ts';
import { endDialog } from './terminate.ts';
import { meta } from './wire.ts';

/** How long an application may leave a request without a final response. */
const inviteMs = 900_000;
const otherMs = 30_000;

/** A request of the network that an application was shown, until it is answered. */
export class Inbound implements ServerUser, OpenRequest, TimerOwner<'patience'> {
  readonly id: string;
  readonly app: AppConnection;
  private readonly core: Core;
  private readonly open: Map<string, Inbound>;
  private readonly transaction: ServerTransaction;
  private readonly request: SipRequest;
  private dialog: CallDialog | undefined;
  /** Whether the request came within a dialog, rather than began one. */
  private readonly within: boolean;
  private tag: string;
  private reliable: ReliableResponses | undefined = undefined;
  private readonly patience = new WheelTimer(this, 'patience');

  constructor(
    core: Core,
    open: Map<string, Inbound>,
    transaction: ServerTransaction,
    request: SipRequest,
    app: AppConnection,
    dialog: CallDialog | undefined,
  ) {
    this.core = core;
    this.open = open;
    this.transaction = transaction;
    this.request = request;
    this.app = app;
    this.dialog = dialog;
    this.within = dialog !== undefined;
    this.tag = transaction.tag;
    this.id = transactionId(core);
    transaction.user = this;
    open.set(this.id, this);
    if (request.method === 'INVITE' && dialog !== undefined) dialog.asked = this;
    core.layer.wheel.start(this.patience, request.method === 'INVITE' ? inviteMs : otherMs);
  }

  /** The transaction, for whoever takes over from the application's responses: a proxy. */
  release(): { transaction: ServerTransaction; request: SipRequest } {
    this.close();
    return { transaction: this.transaction, request: this.request };
  }

  /** Answers with a status of our own. */
  reject(status: number, fields: readonly (readonly [string, string])[] = []): void {
    const response = responseTo(this.request, status, undefined, this.tag);
    for (const [name, value] of fields) response.headers.append(name, value);
    this.transaction.respond(status, writeMessage(response));
    this.finished(status);
  }

  terminate(): void {
    if (!this.transaction.answered) this.reject(487);
  }

  due(): void {
    this.reject(this.request.method === 'INVITE' ? 480 : 500);
  }

  noAck(): void {
    // A refusal was heard or it was not; either way the call is over.
  }

  /** The caller hangs up before an answer: 487 (RFC 3261 §9.2), and the application is told. */
  cancelled(cancel: SipRequest, flow: Flow, bytes: Buffer | undefined): void {
    show(this.core, this.app, cancel, { flow, bytes }, this.id, this.dialog?.id ?? '');
    this.reject(487);
  }

  prack(rack: RAck): boolean {
    return this.reliable?.acknowledge(rack) ?? false;
  }

  /** Sends an application's response; gives why that cannot be, in words. */
  respond(commandId: string, status: number, reason: string, message: AppMessage): string | undefined {
    if (this.transaction.answered) return 'Response not sent due to unknown transaction';
    const invite = this.request.method === 'INVITE';
    if (invite && status >= 200 && status < 300 && this.reliable?.busy === true) {
      // RFC 3262 §3: no success before the reliable provisional responses are confirmed.
      this.reliable.whenDone(() => {
        const fault = this.respond(commandId, status, reason, message);
        if (fault !== undefined) this.app.refuse(commandId, fault);
      });
      return undefined;
    }
    this.prepareDialog(status, message);
    if (invite && status > 100 && status < 200 && this.wantsReliable(message)) {
      if (!tokens(this.request, 'supported').concat(tokens(this.request, 'require')).includes('100rel'))
        return 'Remote endpoint does not support 100rel';
      return this.respondReliably(commandId, status, reason, message);
    }
    const bytes = this.send(status, reason, message);
    this.told(commandId, bytes);
    return undefined;
  }

  private wantsReliable(message: AppMessage): boolean {
    return (
      tokens(message, 'require').includes('100rel') || tokens(this.request, 'require').includes('100rel')
    );
  }

  private respondReliably(
    commandId: string,
    status: number,
    reason: string,
    message: AppMessage,
  ): string | undefined {
    this.reliable ??= new ReliableResponses(
      this.core,
      this.transaction,
      cseq(this.request)?.number ?? 0,
      // RFC 3262 §3: an INVITE whose reliable responses nobody confirms is rejected.
      () => this.reject(504),
    );
    const required = tokens(message, 'require').includes('100rel');
    const taken = this.reliable.send(status, (rseq) => {
      const fields: (readonly [string, string])[] = [['RSeq', String(rseq)]];
      if (!required) fields.push(['Require', '100rel']);
      const bytes = this.write(status, reason, message, fields);
      this.told(commandId, bytes);
      return bytes;
    });
    return taken === false ? 'Too many reliable provisional responses await their PRACK' : undefined;
  }

  private send(status: number, reason: string, message: AppMessage): Buffer {
    const { method } = this.request;
    const success = status >= 200 && status < 300;
    const session =
      success && (method === 'INVITE' || method === 'UPDATE')
        ? answerSession(this.request, message)
        : undefined;
    const bytes = this.write(status, reason, message, session?.fields ?? []);
    this.transaction.respond(status, bytes);
    const { dialog } = this;
    if (dialog !== undefined && success) {
      dialog.state = 'confirmed';
      if (method === 'INVITE') {
        dialog.answer?.stop();
        const number = cseq(this.request)?.number ?? 0;
        dialog.answer = new Answer(this.core, dialog, this.transaction, number, status, bytes);
      }
      if (session !== undefined || method === 'INVITE')
        restartSession(this.core, dialog, session?.terms, (due, intervalS) =>
          refreshSession(this.core, due, intervalS),
        );
      // Kept only to be offered again, by whom we must refresh without UPDATE.
      if (message.body !== '' && session?.terms.weRefresh === true && !dialog.allowsUpdate)
        dialog.offer = { type: message.headers.get('content-type') ?? 'application/sdp', body: message.body };
    }
    this.finished(status);
    return bytes;
  }

  private write(
    status: number,
    reason: string,
    message: AppMessage,
    fields: readonly (readonly [string, string])[],
  ): Buffer {
    const { flow } = this.transaction;
    const response = buildResponse(this.request, status, reason, message, {
      tag: this.tag,
      contact: this.within && this.dialog !== undefined ? this.dialog.contact : contactOf(flow),
      sentBy: flow.endpoint.sentBy(flow.host),
      fields,
    });
    if (this.dialog !== undefined && status < 300)
      this.dialog.contact = response.headers.get('contact') ?? this.dialog.contact;
    return writeMessage(response);
  }

  private told(commandId: string, bytes: Buffer): void {
    const { flow } = this.transaction;
    const words = meta('application', bytes.length, flow, this.core.clock.now());
    this.app.answer(commandId, `OK|${words}|${this.id}|${this.dialog?.id ?? ''}||Msg sent:|`, bytes);
  }

  /** The first response with a tag begins the dialog (RFC 3261 §12.1.1). */
  private prepareDialog(status: number, message: AppMessage): void {
    const { method } = this.request;
    if (this.dialog !== undefined || (method !== 'INVITE' && method !== 'SUBSCRIBE')) return;
    if (status > 100) this.tag = chosenTag(message) ?? this.tag;
    if (status <= 100 || status >= 300) return;
    const { flow } = this.transaction;
    const dialog = callDialog(
      uasDialog(this.request, flow, this.tag, contactOf(flow), hopBehindNat(this.request, flow)),
      this.app,
    );
    this.dialog = dialog;
    if (method === 'INVITE') dialog.asked = this;
    this.core.dialogs.add(dialog);
  }

  private finished(status: number): void {
    if (status < 200) return;
    const { dialog } = this;
    this.close();
    if (dialog === undefined) return;
    if (status < 300) refreshTarget(dialog, this.request.method, this.request, this.transaction.flow);
    else if (!this.within) endDialog(this.core, dialog);
  }

  private close(): void {
    this.reliable?.stop();
    this.core.layer.wheel.stop(this.patience);
    this.open.delete(this.id);
    if (this.dialog?.asked === this) this.dialog.asked = undefined;
  }
}

/**
 * Where a caller behind an address translator is reached: where it sent from, if its Contact is a private address that
 * it did not send from, and no proxy stands between (RFC 3261 leaves such a caller unreachable).
 */
function hopBehindNat(request: SipRequest, flow: Flow): string | undefined {
  if (flow.endpoint.transport !== 'udp' || request.headers.has('record-route')) return undefined;
  const contact = parseUri(contactUri(request) ?? '');
  if (contact?.kind !== 'sip') return undefined;
  const host = bare(contact.host);
  if (host === flow.host && (contact.port ?? 5060) === flow.port) return undefined;
  return isPrivate(host) ? `sip:${bracketed(flow.host)}:${flow.port}` : undefined;
}
