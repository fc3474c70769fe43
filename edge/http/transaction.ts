import type { Head } from './head.ts';
import type { HttpResponse } from './uws.ts';

/** How a listener is reached, which a request itself cannot tell. */
export interface ListenerKind {
  readonly scheme: 'http' | 'https';
  /**
   * `proxied`: only our own SDK proxy connects, and says for whom in a PROXY protocol header. `inner`: so does the door
   * of the process that is to succeed this one, or that this one succeeds.
   */
  readonly peer: 'direct' | 'proxied' | 'inner';
}

/** One request and its answer. After `gone` or `answered` nothing may touch `response` any more. */
export class Transaction {
  readonly response: HttpResponse;
  readonly head: Head;
  readonly kind: ListenerKind;
  readonly requestId: string;
  /** Monotonic. */
  readonly startedMs: number;
  state: 'open' | 'answered' | 'gone' = 'open';
  /** Whether we are inside a call of the library, which then gathers our writes by itself. */
  inCall = true;
  /** SHA-256 of the body in hex, where a signature covers it; '' for none. */
  bodyHash = '';
  /** The route's pattern. */
  route = 'none';
  /** The account whose in-flight count this transaction is part of. */
  accountSid: string | undefined;
  /** Requests of that account in progress, this one among them. */
  concurrent = 1;
  /** Twilio's code of the refusal that it was answered; 0 for none. */
  errorCode = 0;
  /** Called when the client goes away; set by whoever holds something for this transaction. */
  release: (() => void) | undefined;

  constructor(response: HttpResponse, head: Head, kind: ListenerKind, requestId: string, startedMs: number) {
    this.response = response;
    this.head = head;
    this.kind = kind;
    this.requestId = requestId;
    this.startedMs = startedMs;
  }
}
