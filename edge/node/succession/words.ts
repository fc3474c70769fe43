/** What a process says to the one that is to succeed it, over Node's channel between parent and child. */
export type ToSuccessor =
  /** With the listening socket itself. */
  | { readonly kind: 'listener'; readonly name: string }
  /**
   * The store and all that is bound is the successor's. `callsDoor`: who has the calls in progress; null: nobody.
   * `sealKeys`: what opens the store, in hexadecimal; a build that is older than they are tells none.
   */
  | { readonly kind: 'yours'; readonly callsDoor: string | null; readonly sealKeys?: readonly string[] }
  /** So many calls are still in progress here; they are ended at `endByMs` (Unix time) at the latest. */
  | { readonly kind: 'calls'; readonly calls: number; readonly endByMs: number }
  /** The last calls are about to end: requests about them are to wait. */
  | { readonly kind: 'callsEnding' }
  /** Calls are the successor's, too. */
  | { readonly kind: 'callsFree' };

/** What a process says to the one that it succeeds. */
export type ToPredecessor =
  /** The code is loaded and the configuration good. */
  | { readonly kind: 'prepared' }
  /** A listening socket has come. */
  | { readonly kind: 'inherited' }
  /** The work goes on here; `door` is the inner one. */
  | { readonly kind: 'serving'; readonly door: string }
  /** Requests about calls wait here. */
  | { readonly kind: 'callsWait' }
  /** This process has been told to end: the calls in progress are to end, too. */
  | { readonly kind: 'end' };

/** Set for a process that succeeds its parent. */
export const succeedsVariable = 'STROWGER_SUCCEEDS';
