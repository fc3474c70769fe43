/** The part of http-cache-semantics 4 that is used here; the package brings no declarations. */
declare module 'http-cache-semantics' {
  interface Request {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
  }
  interface Response {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  }
  export default class CachePolicy {
    constructor(request: Request, response: Response, options?: { readonly shared?: boolean });
    /** Overridden to give another clock. */
    now(): number;
    storable(): boolean;
    satisfiesWithoutRevalidation(request: Request): boolean;
    revalidationHeaders(request: Request): Record<string, string>;
    revalidatedPolicy(
      request: Request,
      response: Response,
    ): { readonly policy: CachePolicy; readonly modified: boolean; readonly matches: boolean };
    timeToLive(): number;
  }
}
