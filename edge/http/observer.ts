/** Who watches the front door: metrics and the log, put in by the composition root. */
export interface HttpObserver {
  /** One request was answered. `route` is the pattern, or `none`; `durationMs` from the head to the last byte handed over. */
  answered(route: string, method: string, status: number, durationMs: number): void;
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
