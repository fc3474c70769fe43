import { createHmac } from 'node:crypto';
import { parseNameAddr } from '../message/address.ts';
import { quickTag } from '../dialog/tags.ts';
import { callId } from '../message/fields.ts';
import type { SipRequest } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import { writeMessage } from '../message/write.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import type { AppCommand, AppConnection } from './app.ts';
import { sipUri } from './core.ts';
import type { Core } from './core.ts';
import type { Inbound } from './inbound.ts';
import { forwarded } from './forward.ts';
import { Proxy } from './proxy.ts';

type ProxyCommand = Extract<AppCommand, { kind: 'proxy' }>;

/** Digits of the mark by which we know our own Record-Route. */
const markDigits = 24;

/**
 * Requests that go through us rather than to an application: those that one had proxied, and what follows them within
 * their dialogs (RFC 3261 §16). Later requests are known by a mark in our Record-Route that only we can make, so that
 * nothing is remembered, and nobody else's requests are relayed.
 */
export class Proxies {
  private readonly core: Core;
  private readonly secret: Buffer;

  constructor(core: Core, secret: Buffer) {
    this.core = core;
    this.secret = secret;
  }

  /** Has a request proxied that an application was shown; gives why that cannot be, in words. */
  begin(inbound: Inbound, command: ProxyCommand, app: AppConnection): string | undefined {
    const { request, transaction } = inbound.release();
    const hops = request.headers.get('max-forwards') ?? '70';
    if (hops === '0') {
      transaction.respond(483, writeMessage(responseTo(request, 483, undefined, transaction.tag)));
      return 'Max-Forwards is exhausted';
    }
    const { wish } = command;
    new Proxy(this.core, transaction, request, {
      targets: wish.targets,
      extra: command.message.headers,
      recordRoute: wish.recordRoute ? (flow) => this.recordRoute(request, flow) : undefined,
      simultaneous: wish.simultaneous,
      followRedirects: wish.followRedirects,
      provisionalTimeoutMs: wish.provisionalTimeoutMs,
      finalTimeoutMs: wish.finalTimeoutMs,
      app: wish.fullResponse ? { app, commandId: command.id } : undefined,
    }).start();
    if (!wish.fullResponse) app.answer(command.id, 'OK|done');
    return undefined;
  }

  /** Forwards a request within a dialog that we have part in; false if it is none. */
  takesRoute(transaction: ServerTransaction, request: SipRequest): boolean {
    if (!this.ours(request)) return false;
    const next = forwarded(request);
    if (next === undefined) {
      transaction.respond(483, writeMessage(responseTo(request, 483, undefined, transaction.tag)));
      return true;
    }
    new Proxy(this.core, transaction, next.request, {
      targets: [next.way],
      keepUri: true,
      simultaneous: false,
      followRedirects: false,
    }).start();
    return true;
  }

  /** Forwards the ACK of a success, which no transaction awaits (§16.11). */
  takesAck(ack: SipRequest): boolean {
    if (!this.ours(ack)) return false;
    const next = forwarded(ack);
    if (next !== undefined)
      this.core.route(next.way, (flow) => {
        if (flow !== undefined) this.core.layer.sendAck(next.request, flow);
      });
    return true;
  }

  private recordRoute(request: SipRequest, flow: Flow): string {
    const { transport } = flow.endpoint;
    const params = transport === 'udp' ? '' : `;transport=${transport}`;
    const mark = this.mark(callId(request) ?? '');
    return `<sip:${flow.endpoint.sentBy(flow.host)}${params};lr;mark=${mark}>`;
  }

  private ours(request: SipRequest): boolean {
    if (quickTag(request, 'to') === undefined) return false;
    const route = request.headers.list('route')?.[0];
    if (route === undefined) return false;
    const mark = sipUri(parseNameAddr(route)?.uri ?? '')?.params.get('mark');
    return mark !== undefined && mark === this.mark(callId(request) ?? '');
  }

  private mark(id: string): string {
    return createHmac('sha256', this.secret).update(id).digest('hex').slice(0, markDigits);
  }
}
