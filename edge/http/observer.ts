export interface AnsweredRequest {
  /** The pattern, or `none`. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  /** Undefined: nobody had proven to be one. */
  readonly accountSid: string | undefined;
  /** The value of Twilio-Request-Id. */
  readonly requestId: string;
  readonly status: number;
  /** Twilio's code of the refusal; 0 for none. */
  readonly errorCode: number;
  /** From the head to the last byte handed over. */
  readonly durationMs: number;
}

/** Who watches the front door: metrics and the log, put in by the composition root. */
export interface HttpObserver {
  /** One request was answered. */
  answered(request: AnsweredRequest): void;
  /** The client went away before its answer. */
  aborted(route: string): void;
  /** A handler threw; the client got 500 with this request id. */
  failed(route: string, requestId: string, error: unknown): void;
  /** The HTTPS listener shows this chain, PEM, from now on. */
  certified(certificate: string): void;
  /** Something an operator should know, in words: a certificate that cannot be used, a proxy's refusal. */
  notice(text: string, detail: Readonly<Record<string, string | number>>): void;
}

/** Watches nothing. */
export const silentObserver: HttpObserver = {
  answered: () => undefined,
  aborted: () => undefined,
  failed: () => undefined,
  certified: () => undefined,
  notice: () => undefined,
};
