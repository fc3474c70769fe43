/** How the parts of an edge are at this moment. */
export interface EdgeState {
  readonly links: readonly {
    readonly carrier: string;
    readonly state: string;
    readonly sessions: number;
    readonly sessionsBound: number;
    readonly windowUsed: number;
    readonly windowSize: number;
    readonly throttles: number;
  }[];
  readonly trunks: readonly {
    readonly carrier: string;
    readonly state: string;
    readonly calls: number;
    readonly registration: string | null;
  }[];
  readonly queues: readonly {
    readonly class: string;
    readonly segments: number;
    /** Since the oldest of them was accepted. */
    readonly oldestSeconds: number;
    /** How long the latest of them should have left before now; 0 where none is late. */
    readonly lateSeconds: number;
  }[];
  /** In progress. */
  readonly calls: number;
  /** The process before this one, while calls go on there. */
  readonly predecessor: {
    readonly pid: number;
    readonly calls: number;
    /** Since it handed its work over. */
    readonly forSeconds: number;
    /** Until the calls that still go on are ended. */
    readonly leftSeconds: number;
  } | null;
  readonly webhooks: { readonly active: number; readonly waiting: number };
  readonly storeBytes: number;
}
