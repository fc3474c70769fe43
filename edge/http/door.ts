import { hash } from 'node:crypto';
import { actingAs } from '../../control/audit/actor.ts';
import type { Result } from '../../control/base/result.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import type { Method, OpenRequest, Params, Reply } from '../api/exchange.ts';
import { noParams } from '../api/params.ts';
import { Admission, type AdmissionOptions, type Admitted, type Refused } from './admission.ts';
import { writeAnswer, type Answer } from './answer.ts';
import { BodyReader, type BodyEnd, type BodyLimits } from './body.ts';
import { bodyFaultText, bodyParams, type BodyFault } from './body-params.ts';
import { renderError, statusOf } from './errors.ts';
import { sendFile } from './file.ts';
import { parseForm, type FormLimits } from './form.ts';
import { readHead } from './head.ts';
import { hostName } from './hosts.ts';
import type { HttpObserver } from './observer.ts';
import { addressOfRequest } from './party.ts';
import { Transaction, type ListenerKind } from './transaction.ts';
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
  private readonly admission: Admission;
  private readonly open = new Set<Transaction>();
  private draining: (() => void) | undefined;

  constructor(options: DoorOptions) {
    this.options = options;
    this.admission = new Admission(options);
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
    const decision = this.admission.decide(transaction);
    if (head.contentLength === 0) {
      this.proceed(transaction, decision, noParams);
      // The library wants to hear about every answer that it must wait for.
      if (transaction.state === 'open') this.watch(transaction);
    } else if (head.contentLength > body.bytesMax) {
      this.refuse(transaction, this.bodyRefusal('tooLarge'));
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

  /** Resolves when no transaction is open; from now on every answer ends its connection. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.draining = resolve;
      if (this.open.size === 0) resolve();
    });
  }

  /** Cuts what is still open. */
  abandon(): void {
    for (const transaction of [...this.open]) transaction.response.close();
  }

  /**
   * Answers a request whose framing is in doubt. Not at once: the library goes on parsing what follows in the same
   * packet, and cuts the connection when another request begins while this one waits. So none is smuggled in.
   */
  private refuseLater(transaction: Transaction, status: number, detail: string): void {
    this.watch(transaction);
    setImmediate(() => {
      if (transaction.state !== 'open') return;
      this.refuse(transaction, { kind: 'error', code: badRequestCode, status, detail, closes: true });
    });
    transaction.inCall = false;
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
      this.refuse(transaction, this.bodyRefusal(end));
      return;
    }
    // The library calls with a packet in hand and corked.
    transaction.inCall = true;
    const { contentType, clientValidation } = transaction.head;
    if (clientValidation !== undefined && bytes.length > 0) transaction.bodyHash = hash('sha256', bytes);
    const params =
      decision.kind === 'admitted' && formMethods.has(transaction.head.method)
        ? bodyParams(bytes, contentType, this.options.form)
        : noBody;
    if (params instanceof Promise) {
      void params.then((found) => this.parsed(transaction, decision, found));
    } else this.parsed(transaction, decision, params);
    transaction.inCall = false;
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
    this.refuse(transaction, {
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

  /** Runs the handler of an admitted request, or answers the refusal. */
  private proceed(transaction: Transaction, decision: Admitted | Refused, form: Params): void {
    if (decision.kind === 'error') {
      this.refuse(transaction, decision);
      return;
    }
    const unsigned = this.admission.signatureFault(transaction, decision);
    if (unsigned !== undefined) {
      this.refuse(transaction, unsigned);
      return;
    }
    const { head } = transaction;
    const query = head.query === '' ? noBody : parseForm(Buffer.from(head.query), this.options.form);
    if (!query.ok) {
      this.refuse(transaction, { kind: 'error', code: badRequestCode, detail: bodyFaultText(query.error) });
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
      this.fault(transaction, error);
      return;
    }
    if (reply instanceof Promise) {
      reply.then(
        (settled) => this.reply(transaction, settled),
        (error: unknown) => this.fault(transaction, error),
      );
    } else this.reply(transaction, reply);
  }

  private fault(transaction: Transaction, error: unknown): void {
    this.options.observer.failed(transaction.route, transaction.requestId, error);
    this.refuse(transaction, { kind: 'error', code: 20500 });
  }

  private reply(transaction: Transaction, reply: Reply): void {
    if (transaction.state !== 'open') return;
    try {
      this.send(transaction, reply);
    } catch (error) {
      // A reply may be beyond rendering (a number that the table does not know): its fault, not the process's.
      this.fault(transaction, error);
    }
  }

  private send(transaction: Transaction, reply: Reply): void {
    switch (reply.kind) {
      case 'json':
        this.answer(transaction, { status: reply.status, body: JSON.stringify(reply.body) });
        return;
      case 'empty':
        this.answer(transaction, { status: 204 });
        return;
      case 'error':
        this.refuse(transaction, reply);
        return;
      case 'file':
        this.file(transaction, reply.path, reply.contentType);
        return;
    }
  }

  private file(transaction: Transaction, path: string, contentType: string): void {
    sendFile(transaction, path, contentType, this.options.clock).then(
      (end) => {
        if (end.kind === 'missing') this.refuse(transaction, { kind: 'error', code: 20404 });
        else if (end.kind === 'sent') this.answered(transaction, end.status);
        else this.closed(transaction);
      },
      (error: unknown) => {
        this.options.observer.failed(transaction.route, transaction.requestId, error);
        if (transaction.state === 'open') transaction.response.close();
      },
    );
  }

  private refuse(transaction: Transaction, refused: Refused): void {
    if (transaction.state !== 'open') return;
    const status = refused.status ?? statusOf(refused.code);
    const detail =
      refused.detail ?? (refused.code === 20404 ? notFoundText(transaction.head.path) : undefined);
    const body = renderError(refused.code, detail, status);
    const headers = refused.headers ?? (status === 401 ? challenge : status === 429 ? retrySoon : []);
    this.answer(transaction, { status, body, headers, closes: refused.closes ?? false });
  }

  private answer(transaction: Transaction, answer: Answer): void {
    const closes = answer.closes === true || transaction.head.closes || this.draining !== undefined;
    writeAnswer(transaction, answer, closes, this.options.clock.monotonic());
    this.answered(transaction, answer.status);
  }

  private answered(transaction: Transaction, status: number): void {
    const { clock, observer } = this.options;
    const durationMs = clock.monotonic() - transaction.startedMs;
    observer.answered(transaction.route, transaction.head.method ?? 'other', status, durationMs);
    this.closed(transaction);
  }
}

const noBody: Result<Params, never> = { ok: true, value: noParams };
const retrySoon: readonly string[] = ['Retry-After', '1'];
const challenge: readonly string[] = ['WWW-Authenticate', 'Basic realm="Twilio API"'];
const notFoundText = (path: string): string => `The requested resource ${path} was not found`;

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

/**
 * What the client's own URL began with. A proxy that ends TLS before us says so. Whoever asks for a name of Twilio's at
 * the plain listener has had its requests led there on the way, and knows that name by https alone.
 */
function originOf({ head, kind }: Transaction): string {
  const { forwardedProto, host } = head;
  if (kind.peer === 'direct' && hostName(host).endsWith('.twilio.com')) return `https://${host}`;
  const scheme = forwardedProto === 'https' || forwardedProto === 'http' ? forwardedProto : kind.scheme;
  return `${scheme}://${host}`;
}
