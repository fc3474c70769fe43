import { hash } from 'node:crypto';
import { actingAs } from '../../control/audit/actor.ts';
import type { Result } from '../../control/base/result.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import type { Method, OpenRequest, Params, Reply } from '../api/exchange.ts';
import { noParams } from '../api/params.ts';
import { Admission, type AdmissionOptions, type Admitted, type Refused } from './admission.ts';
import { Answering } from './answering.ts';
import { BodyReader, type BodyEnd, type BodyLimits } from './body.ts';
import { bodyFaultText, bodyParams, type BodyFault } from './body-params.ts';
import { Diversion, type Detours } from './diversion.ts';
import { parseForm, type FormLimits } from './form.ts';
import { readHead } from './head.ts';
import type { HttpObserver } from './observer.ts';
import { originOf } from './origin.ts';
import { addressOfRequest } from './party.ts';
import { Transaction, type ListenerKind } from './transaction.ts';
import type { Waiting } from './waiting-room.ts';
import type { HttpRequest, HttpResponse } from './uws.ts';

export interface DoorOptions extends AdmissionOptions {
  readonly sids: SidFactory;
  readonly observer: HttpObserver;
  readonly body: BodyLimits;
  readonly form: FormLimits;
}

/** What a protocol fault without a number of its own is answered with: "Invalid Parameter". */
const badRequestCode = 20422;

/** Methods whose body holds parameters. */
const formMethods: ReadonlySet<Method | undefined> = new Set<Method>(['POST', 'PATCH']);

/** One request from head to answer, for every listener. It knows no resource: they are the rows of `routes`. */
export class Door {
  private readonly options: DoorOptions;
  private admission: Admission;
  private readonly open = new Set<Transaction>();
  private draining: (() => void) | undefined;
  /** Handlers at work, and bodies being read for them. */
  private working = 0;
  private rested: (() => void) | undefined;
  private readonly answering: Answering;
  private readonly diversion: Diversion;

  constructor(options: DoorOptions) {
    this.options = options;
    this.admission = new Admission(options);
    const closed = (transaction: Transaction): void => this.closed(transaction);
    this.answering = new Answering(options.clock, options.observer, closed);
    this.diversion = new Diversion(this.answering, closed);
  }

  /** Takes one request from the server library. */
  handle(response: HttpResponse, request: HttpRequest, kind: ListenerKind): void {
    const { clock, sids, body } = this.options;
    const head = readHead(request);
    const transaction = new Transaction(response, head, kind, sids('RQ'), clock.monotonic());
    if (head.fault !== undefined) {
      this.refuseLater(transaction, head.fault.status, head.fault.detail);
      return;
    }
    const { diversion } = this;
    const { bytesMax } = body;
    const fits = head.contentLength <= bytesMax;
    if (fits && diversion.of(kind) !== undefined) {
      this.readWhole(transaction);
      return;
    }
    const decision = this.admission.decide(transaction);
    if (fits && diversion.after(decision) !== undefined) {
      this.readWhole(transaction);
    } else if (head.contentLength === 0) {
      this.proceed(transaction, decision, noParams);
      // The library wants to hear about every answer that it must wait for.
      if (transaction.state === 'open') this.watch(transaction);
    } else if (!fits) {
      this.answering.refuse(transaction, this.bodyRefusal('tooLarge'));
    } else {
      this.watch(transaction);
      const reader = new BodyReader(clock, body, (end, bytes) =>
        this.bodyEnded(transaction, decision, end, bytes),
      );
      transaction.release = () => reader.stop();
      reader.start(response);
    }
    transaction.inCall = false;
  }

  /** Leads requests elsewhere from now on; those that have waited go where the new way leads. */
  detour(detours: Detours): void {
    for (const one of this.diversion.set(detours)) if (one.transaction.state === 'open') this.settle(one);
  }

  /** Resolves once no other door is answering a request of ours. */
  detoursRest(): Promise<void> {
    return this.diversion.rest();
  }

  /** Answers by these routes, for these accounts, from the next request on. */
  use(options: AdmissionOptions): void {
    this.admission = new Admission(options);
  }

  /** Resolves once no handler works on a request. */
  rest(): Promise<void> {
    return new Promise((resolve) => {
      this.rested = resolve;
      if (this.working === 0) resolve();
    });
  }

  /** Resolves when no transaction is open; from now on every answer ends its connection. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.draining = resolve;
      this.answering.ending = true;
      if (this.open.size === 0) resolve();
    });
  }

  /** Cuts what is still open. A file's answer is on the books until the file is closed, its response gone before. */
  abandon(): void {
    for (const { state, response } of [...this.open]) if (state === 'open') response.close();
  }

  /**
   * Answers a request whose framing is in doubt. Not at once: the library goes on parsing what follows in the same
   * packet, and cuts the connection when another request begins while this one waits. So none is smuggled in.
   */
  private refuseLater(transaction: Transaction, status: number, detail: string): void {
    this.watch(transaction);
    setImmediate(() => {
      if (transaction.state !== 'open') return;
      this.answering.refuse(transaction, {
        kind: 'error',
        code: badRequestCode,
        status,
        detail,
        closes: true,
      });
    });
    transaction.inCall = false;
  }

  /** Reads a request's body, then looks which way it goes. */
  private readWhole(transaction: Transaction): void {
    const { clock, body } = this.options;
    this.watch(transaction);
    transaction.inCall = false;
    if (transaction.head.contentLength === 0) {
      this.settle({ transaction, bytes: Buffer.alloc(0) });
      return;
    }
    const reader = new BodyReader(clock, body, (end, bytes) => {
      transaction.release = undefined;
      if (end === 'whole') this.settle({ transaction, bytes: Buffer.from(bytes) });
      else this.answering.refuse(transaction, this.bodyRefusal(end));
    });
    transaction.release = () => reader.stop();
    reader.start(transaction.response);
  }

  /** Goes on with a request that is here whole: it is answered here or takes a detour. */
  private settle({ transaction, bytes }: Waiting): void {
    const { diversion } = this;
    const all = diversion.of(transaction.kind);
    if (all !== undefined) {
      diversion.take(all, { transaction, bytes });
      return;
    }
    const decision = this.admission.decide(transaction);
    const way = diversion.after(decision);
    if (way === undefined) this.take(transaction, decision, bytes);
    else diversion.take(way, { transaction, bytes });
  }

  private watch(transaction: Transaction): void {
    this.open.add(transaction);
    transaction.response.onAborted(() => {
      if (transaction.state === 'open') {
        transaction.state = 'gone';
        this.options.observer.aborted(transaction.route);
      }
      transaction.release?.();
      this.closed(transaction);
    });
  }

  /** Takes a transaction off the books, once. */
  private closed(transaction: Transaction): void {
    this.admission.leave(transaction);
    if (this.open.delete(transaction) && this.open.size === 0) this.draining?.();
  }

  private bodyEnded(
    transaction: Transaction,
    decision: Admitted | Refused,
    end: BodyEnd,
    bytes: Buffer,
  ): void {
    transaction.release = undefined;
    if (end !== 'whole') {
      this.answering.refuse(transaction, this.bodyRefusal(end));
      return;
    }
    // What was decided when its head came counts no more where it is to be answered elsewhere.
    const all = this.diversion.of(transaction.kind);
    if (all !== undefined) {
      this.admission.leave(transaction);
      this.diversion.take(all, { transaction, bytes: Buffer.from(bytes) });
      return;
    }
    // The library calls with a packet in hand and corked.
    transaction.inCall = true;
    this.take(transaction, decision, bytes);
    transaction.inCall = false;
  }

  /** Reads the parameters of a request that is answered here, and has its handler run. */
  private take(transaction: Transaction, decision: Admitted | Refused, bytes: Buffer): void {
    const { contentType, clientValidation } = transaction.head;
    if (clientValidation !== undefined && bytes.length > 0) transaction.bodyHash = hash('sha256', bytes);
    const params =
      decision.kind === 'admitted' && formMethods.has(transaction.head.method)
        ? bodyParams(bytes, contentType, this.options.form)
        : noBody;
    if (params instanceof Promise) {
      this.atWork(params.then((found) => this.parsed(transaction, decision, found)));
    } else this.parsed(transaction, decision, params);
  }

  private parsed(
    transaction: Transaction,
    decision: Admitted | Refused,
    params: Result<Params, BodyFault>,
  ): void {
    if (transaction.state !== 'open') return;
    if (params.ok) {
      this.proceed(transaction, decision, params.value);
      return;
    }
    const status = params.error === 'contentType' ? 415 : 400;
    this.answering.refuse(transaction, {
      kind: 'error',
      code: badRequestCode,
      status,
      detail: bodyFaultText(params.error),
    });
  }

  private bodyRefusal(end: 'tooLarge' | 'tooSlow'): Refused {
    const { bytesMax, deadlineMs } = this.options.body;
    return end === 'tooLarge'
      ? { kind: 'error', code: 20413, detail: `The body is longer than ${bytesMax} bytes`, closes: true }
      : {
          kind: 'error',
          code: badRequestCode,
          status: 408,
          detail: `The body did not arrive within ${deadlineMs / 1000} s`,
          closes: true,
        };
  }

  /** `work` must not be begun again elsewhere while it lasts. */
  private atWork(work: Promise<void>): void {
    this.working++;
    void work.then(() => {
      if (--this.working === 0) this.rested?.();
    });
  }

  /** Runs the handler of an admitted request, or answers the refusal. */
  private proceed(transaction: Transaction, decision: Admitted | Refused, form: Params): void {
    if (decision.kind === 'error') {
      this.answering.refuse(transaction, decision);
      return;
    }
    const unsigned = this.admission.signatureFault(transaction, decision);
    if (unsigned !== undefined) {
      this.answering.refuse(transaction, unsigned);
      return;
    }
    const { head } = transaction;
    const query = head.query === '' ? noBody : parseForm(Buffer.from(head.query), this.options.form);
    if (!query.ok) {
      this.answering.refuse(transaction, {
        kind: 'error',
        code: badRequestCode,
        detail: bodyFaultText(query.error),
      });
      return;
    }
    const request: OpenRequest = {
      method: decision.route.method,
      path: head.path,
      parts: decision.parts,
      query: query.value,
      form,
      origin: originOf(transaction),
      requestId: transaction.requestId,
    };
    let reply: Reply | Promise<Reply>;
    try {
      reply = run(transaction, decision, request);
    } catch (error) {
      this.answering.fault(transaction, error);
      return;
    }
    if (reply instanceof Promise) {
      this.atWork(
        reply.then(
          (found) => this.answering.reply(transaction, found),
          (error: unknown) => this.answering.fault(transaction, error),
        ),
      );
    } else this.answering.reply(transaction, reply);
  }
}

const noBody: Result<Params, never> = { ok: true, value: noParams };
function run(
  transaction: Transaction,
  { route, principal }: Admitted,
  request: OpenRequest,
): Reply | Promise<Reply> {
  if (route.auth === 'none') return route.handler(request);
  if (principal === undefined) throw new Error(`${route.path} was admitted without a principal`);
  const asked = Object.assign(request, { principal });
  if (route.method === 'GET' || route.traffic === true) return route.handler(asked);
  const { owner, credential } = principal;
  const keySid = credential.kind === 'key' ? credential.sid : null;
  const address = addressOfRequest(transaction);
  return actingAs({ kind: 'account', accountSid: owner.sid, keySid, address }, () => route.handler(asked));
}
