import { addresses } from '../message/address.ts';
import type { Headers } from '../message/headers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import { writeMessage } from '../message/write.ts';
import type { Arrival } from '../transaction/layer.ts';
import type { ServerTransaction, ServerUser } from '../transaction/server-transaction.ts';
import { WheelTimer } from '../transaction/wheel.ts';
import type { TimerOwner } from '../transaction/wheel.ts';
import { bare } from '../transport/flow.ts';
import type { Flow } from '../transport/flow.ts';
import type { AppConnection } from './app.ts';
import { sipUri } from './core.ts';
import type { Core } from './core.ts';
import { Dispatch } from './dispatch.ts';
import type { DispatchFailure } from './dispatch.ts';
import { failureResponse } from './failure.ts';
import { addExtra, bestOf, copyFor } from './forward.ts';
import { meta } from './wire.ts';

/** Where and how one request is forwarded. */
export interface ProxyPlan {
  /** SIP URIs. */
  readonly targets: readonly string[];
  /** The Request-URI stays even if it is ours: the request follows a route. */
  readonly keepUri?: boolean;
  readonly extra?: Headers;
  /** Makes our Record-Route, if we stay in the dialog. */
  readonly recordRoute?: ((flow: Flow) => string) | undefined;
  readonly simultaneous: boolean;
  readonly followRedirects: boolean;
  readonly provisionalTimeoutMs?: number | undefined;
  readonly finalTimeoutMs?: number | undefined;
  /** Whom final responses are told, as answers to its command. */
  readonly app?: { readonly app: AppConnection; readonly commandId: string } | undefined;
}

type Timers = 'provisional' | 'final';

/** Targets, with those that redirects add. */
const targetsMax = 32;
/** Timer C (RFC 3261 §16.6 step 11). */
const timerCMs = 185_000;

/** A request on its way through us, to one target after the other or to all at once (RFC 3261 §16). */
export class Proxy implements ServerUser, TimerOwner<Timers> {
  private readonly core: Core;
  private readonly transaction: ServerTransaction;
  private readonly request: SipRequest;
  private readonly plan: ProxyPlan;
  private readonly targets: string[];
  private next = 0;
  private readonly branches = new Set<Dispatch>();
  private readonly failures: SipResponse[] = [];
  private state: 'trying' | 'cancelled' | 'over' = 'trying';
  private readonly provisional = new WheelTimer<Timers>(this, 'provisional');
  private readonly final = new WheelTimer<Timers>(this, 'final');

  constructor(core: Core, transaction: ServerTransaction, request: SipRequest, plan: ProxyPlan) {
    this.core = core;
    this.transaction = transaction;
    this.request = request;
    this.plan = plan;
    this.targets = plan.targets.map((target) => (/^(sips?|tel):/i.test(target) ? target : `sip:${target}`));
    transaction.user = this;
  }

  start(): void {
    if (this.plan.keepUri === true && this.request.method === 'INVITE')
      this.transaction.respond(100, writeMessage(responseTo(this.request, 100)));
    this.goOn();
  }

  cancelled(): void {
    if (this.state !== 'trying') return;
    this.state = 'cancelled';
    this.cancelBranches();
    if (this.branches.size === 0) this.goOn();
  }

  noAck(): void {
    // The caller is gone; every branch has ended already.
  }

  due(): void {
    // Whoever was asked has had its time: cancelled, it answers with 487, and the next one's turn comes.
    for (const branch of this.branches) {
      branch.cancel([]);
      branch.giveUpAfter(this.core.layer.timers.t2Ms);
    }
  }

  /** Asks the next target, or all; with none left, the best failure goes upstream. */
  private goOn(): void {
    while (this.state === 'trying' && this.next < this.targets.length) {
      const target = this.targets[this.next++];
      if (target !== undefined) this.fork(target);
      if (!this.plan.simultaneous && this.branches.size > 0) return;
    }
    if (this.state !== 'over' && this.branches.size === 0) this.finish(bestOf(this.failures));
  }

  private fork(target: string): void {
    const copy = copyFor(this.request, this.isOurs(this.request.uri) ? target : this.request.uri);
    if (copy === undefined) return;
    addExtra(copy, this.plan.extra);
    const branch: Dispatch = new Dispatch(this.core, copy, {
      prepare: (request, flow, first) => {
        const { recordRoute } = this.plan;
        if (recordRoute === undefined) return;
        if (!first) request.headers.replaceFirst('record-route');
        request.headers.prepend('Record-Route', recordRoute(flow));
      },
      sent: () => undefined,
      response: (response, arrival) => this.response(branch, response, arrival),
      failed: (why) => this.failed(branch, copy, why),
    });
    this.branches.add(branch);
    branch.start(target);
    const { wheel } = this.core.layer;
    if (this.plan.provisionalTimeoutMs !== undefined)
      wheel.start(this.provisional, this.plan.provisionalTimeoutMs);
    if (this.request.method === 'INVITE') wheel.start(this.final, this.plan.finalTimeoutMs ?? timerCMs);
  }

  private isOurs(uri: string): boolean {
    const parsed = sipUri(uri);
    if (this.plan.keepUri === true || parsed === undefined) return false;
    const { endpoint, host } = this.transaction.flow;
    const ours = endpoint.sentBy(host);
    return bare(parsed.host) === endpoint.host || `${parsed.host}:${parsed.port ?? 5060}` === ours;
  }

  private response(branch: Dispatch, response: SipResponse, arrival: Arrival): void {
    const { status } = response;
    if (status === 100) return;
    if (status < 200) {
      this.core.layer.wheel.stop(this.provisional);
      if (this.state !== 'over') this.upstream(response);
      return;
    }
    this.tell(response, arrival);
    this.branches.delete(branch);
    if (status < 300) {
      // Every success goes upstream, also a second one of another callee (§16.7 step 5).
      this.finish(response);
      this.cancelBranches();
      return;
    }
    if (status < 400 && this.plan.followRedirects) this.redirect(response);
    else this.failures.push(response);
    if (status >= 600) {
      this.next = this.targets.length;
      this.cancelBranches();
    }
    this.goOn();
  }

  private failed(branch: Dispatch, request: SipRequest, why: DispatchFailure): void {
    this.branches.delete(branch);
    this.failures.push(failureResponse(this.core, request, why));
    this.goOn();
  }

  private redirect(response: SipResponse): void {
    for (const { uri } of addresses(response, 'contact') ?? [])
      if (this.targets.length < targetsMax && !this.targets.includes(uri)) this.targets.push(uri);
  }

  /** The final response; successes after it still go upstream. */
  private finish(response: SipResponse | undefined): void {
    const { wheel } = this.core.layer;
    wheel.stop(this.provisional);
    wheel.stop(this.final);
    const first = this.state !== 'over';
    this.state = 'over';
    if (response === undefined) {
      const status = this.request.method === 'INVITE' ? 487 : 480;
      this.transaction.respond(
        status,
        writeMessage(responseTo(this.request, status, undefined, this.transaction.tag)),
      );
    } else this.upstream(response);
    if (first) this.plan.app?.app.answer(this.plan.app.commandId, 'OK|done');
  }

  private upstream(response: SipResponse): void {
    const headers = response.headers.clone();
    headers.replaceFirst('via');
    // An overload downstream is not ours (§16.7 step 6).
    const passed =
      response.status === 503 ? { ...response, status: 500, reason: 'Server Internal Error' } : response;
    this.transaction.respond(passed.status, writeMessage({ ...passed, headers }));
  }

  private tell(response: SipResponse, { flow, bytes }: Arrival): void {
    const { app } = this.plan;
    if (app === undefined || this.state === 'over') return;
    const raw = bytes ?? writeMessage(response);
    app.app.answer(
      app.commandId,
      `OK|${meta('network', raw.length, flow, this.core.clock.now())}|||continue`,
      raw,
    );
  }

  private cancelBranches(): void {
    for (const branch of this.branches) branch.cancel([]);
  }
}
