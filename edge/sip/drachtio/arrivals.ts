import { refreshTarget } from '../dialog/dialog.ts';
import { quickTag } from '../dialog/tags.ts';
import { cseq, rack, sessionExpires } from '../message/fields.ts';
import type { RAck } from '../message/fields.ts';
import { Headers } from '../message/headers.ts';
import type { SipRequest } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import { unsupported } from '../message/validate.ts';
import { writeMessage } from '../message/write.ts';
import type { Arrival, Refusal, TransactionUser } from '../transaction/layer.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { AppConnection } from './app.ts';
import type { CallDialog } from './call-dialog.ts';
import { show, transactionId } from './core.ts';
import type { Core } from './core.ts';
import { Inbound } from './inbound.ts';
import { methods, methodsAllowed } from './methods.ts';
import type { Overload } from './overload.ts';
import type { Proxies } from './proxies.ts';
import { minimumS } from './session-timer.ts';
import { endDialog } from './terminate.ts';

/** Extensions that a caller may require (RFC 3261 §8.2.2.3): those that we have, or that ask nothing of us. */
const extensions: ReadonlySet<string> = new Set([
  '100rel',
  'timer',
  'replaces',
  'norefersub',
  'histinfo',
  'from-change',
  'path',
  'outbound',
  'tdialog',
]);

type Fields = readonly (readonly [name: string, value: string])[];

/** What comes from the network, led to the application that it concerns. */
export class Arrivals implements TransactionUser {
  private readonly core: Core;
  private readonly open: Map<string, Inbound>;
  private readonly overload: Overload;
  private readonly proxies: Proxies;

  constructor(core: Core, open: Map<string, Inbound>, overload: Overload, proxies: Proxies) {
    this.core = core;
    this.open = open;
    this.overload = overload;
    this.proxies = proxies;
  }

  /** Requests that begin something are refused under load; what belongs to a call under way is always taken. */
  admit(request: SipRequest, isStranger: boolean): Refusal | undefined {
    return quickTag(request, 'to') === undefined && request.method !== 'CANCEL'
      ? this.overload.refusal(this.open.size, isStranger)
      : undefined;
  }

  request(transaction: ServerTransaction, request: SipRequest, arrival: Arrival): void {
    const missing = unsupported(request, extensions);
    if (this.proxies.takesRoute(transaction, request)) return;
    if (missing.length > 0) reject(transaction, request, 420, [['Unsupported', missing.join(', ')]]);
    else if (quickTag(request, 'to') === undefined) this.begin(transaction, request, arrival);
    else this.within(transaction, request, arrival);
  }

  /** The ACK of a success of ours; a repeated one says nothing new. */
  ack(ack: SipRequest, arrival: Arrival): void {
    if (this.proxies.takesAck(ack)) return;
    const dialog = this.core.dialogs.of(ack);
    if (dialog?.answer === undefined || dialog.answer.cseq !== cseq(ack)?.number) return;
    dialog.answer.stop();
    const app = this.appOf(dialog);
    if (app !== undefined) show(this.core, app, ack, arrival, transactionId(this.core), dialog.id);
  }

  private begin(transaction: ServerTransaction, request: SipRequest, arrival: Arrival): void {
    const { method } = request;
    if (method === 'INVITE') {
      const interval = sessionExpires(request)?.intervalS;
      if (interval !== undefined && interval < minimumS)
        return reject(transaction, request, 422, [['Min-SE', String(minimumS)]]);
      if (this.merged(request)) return reject(transaction, request, 482);
    }
    if (!methods.has(method)) return reject(transaction, request, 501, [['Allow', methodsAllowed]]);
    // These belong to dialogs, and here is none (RFC 3261 §15.1.2, RFC 3311 §5.2, RFC 3262 §3).
    if (method === 'BYE' || method === 'UPDATE' || method === 'PRACK')
      return reject(transaction, request, 481);
    const app = this.core.apps.forVerb(method);
    if (app === undefined) return this.unwanted(transaction, request);
    if (method === 'INVITE') transaction.respond(100, writeMessage(responseTo(request, 100)));
    const inbound = new Inbound(this.core, this.open, transaction, request, app, undefined);
    show(this.core, app, request, arrival, inbound.id, '');
  }

  /** Whether the same request came already by another way (RFC 3261 §8.2.2.2): a proxy forked it to us twice. */
  private merged(request: SipRequest): boolean {
    const other = this.core.dialogs.get(
      `${request.headers.get('call-id') ?? ''};from-tag=${quickTag(request, 'from') ?? ''}`,
    );
    return other !== undefined && other.remoteSeq === cseq(request)?.number;
  }

  /** No application asked for the method. OPTIONS then still tells that calls are taken. */
  private unwanted(transaction: ServerTransaction, request: SipRequest): void {
    const { apps } = this.core;
    if (apps.forVerb('INVITE') === undefined && (apps.size === 0 || request.method === 'OPTIONS'))
      reject(transaction, request, 503, [['Retry-After', '5']]);
    else if (request.method === 'OPTIONS') reject(transaction, request, 200, [['Allow', methodsAllowed]]);
    else reject(transaction, request, 405, [['Allow', methodsAllowed]]);
  }

  private within(transaction: ServerTransaction, request: SipRequest, arrival: Arrival): void {
    const dialog = this.core.dialogs.of(request);
    if (dialog === undefined) return reject(transaction, request, 481);
    const { method } = request;
    const number = cseq(request)?.number ?? 0;
    // RFC 3261 §12.2.2: out of order.
    if (number < dialog.remoteSeq) return reject(transaction, request, 500);
    dialog.remoteSeq = number;
    const app = this.appOf(dialog);
    if (method === 'BYE') endDialog(this.core, dialog);
    if (app === undefined) return reject(transaction, request, method === 'BYE' ? 200 : 481);
    const trouble = this.trouble(dialog, request);
    if (trouble !== undefined) return reject(transaction, request, ...trouble);
    if (method === 'UPDATE' || method === 'NOTIFY') refreshTarget(dialog, method, request, arrival.flow);
    if (method === 'INVITE') transaction.respond(100, writeMessage(responseTo(request, 100)));
    const inbound = new Inbound(this.core, this.open, transaction, request, app, dialog);
    show(this.core, app, request, arrival, inbound.id, dialog.id);
    if (isLastNotify(dialog, request)) endDialog(this.core, dialog);
  }

  /** What keeps a request within a dialog from its application. */
  private trouble(dialog: CallDialog, request: SipRequest): [status: number, fields?: Fields] | undefined {
    switch (request.method) {
      case 'INVITE': {
        // RFC 3261 §14.2: one of theirs is open, or one of ours.
        if (dialog.asked !== undefined) return [500, [['Retry-After', '3']]];
        if (dialog.invite?.answered === false) return [491];
        const interval = sessionExpires(request)?.intervalS;
        return interval !== undefined && interval < minimumS
          ? [422, [['Min-SE', String(minimumS)]]]
          : undefined;
      }
      case 'PRACK': {
        const which = rack(request) ?? rackAndMore(request);
        if (which === undefined) return [400];
        return dialog.asked?.prack(which) === true ? undefined : [481];
      }
      default:
        return methods.has(request.method) ? undefined : [501, [['Allow', methodsAllowed]]];
    }
  }

  /** The application that has the dialog, or one that takes it over. */
  private appOf(dialog: CallDialog): AppConnection | undefined {
    if (dialog.app?.open === true) return dialog.app;
    if (dialog.app !== undefined) dialog.app = this.core.apps.instead(dialog.app);
    return dialog.app;
  }
}

function reject(
  transaction: ServerTransaction,
  request: SipRequest,
  status: number,
  fields: Fields = [],
): void {
  const response = responseTo(request, status, undefined, transaction.tag);
  for (const [name, value] of fields) response.headers.append(name, value);
  transaction.respond(status, writeMessage(response));
}

/** A RAck with words after its three, as some peers write it: they change nothing. */
function rackAndMore(request: SipRequest): RAck | undefined {
  const words = request.headers.get('rack')?.split(/[ \t]+/) ?? [];
  return rack({ headers: Headers.of([['RAck', words.slice(0, 3).join(' ')]]) });
}

/** Whether a NOTIFY ends the subscription that its dialog is for (RFC 6665 §4.4.1). */
const isLastNotify = (dialog: CallDialog, request: SipRequest): boolean =>
  dialog.kind === 'SUBSCRIBE' &&
  request.method === 'NOTIFY' &&
  /^\s*terminated/i.test(request.headers.get('subscription-state') ?? '');
