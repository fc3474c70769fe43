import type { OverheardBatch } from '../../../control/base/overheard.ts';
import type { CaptureConfig } from '../config.ts';
import type { CaptureScope } from '../scope/scope.ts';

/** What the capture process is started with. It comes as a message: arguments can be read by everybody. */
export interface CaptureStart {
  readonly kind: 'start';
  readonly interfaces: readonly string[];
  readonly scope: CaptureScope;
  readonly rtp: CaptureConfig['rtp'];
  /** Absolute path of the ring. */
  readonly directory: string;
  readonly ringBytes: number;
  readonly ringMs: number;
  readonly hep: CaptureConfig['hep'];
}

export type ToCapture =
  | CaptureStart
  /** What passed under TLS, which the packets do not tell. */
  | { readonly kind: 'overheard'; readonly batch: OverheardBatch }
  | { readonly kind: 'stop' };

/** What has happened since the process began. */
export interface CaptureReport {
  /** Packets that libpcap handed over, and messages that passed under TLS. */
  readonly seen: number;
  /** Packets that the kernel threw away because we were too slow. */
  readonly droppedByKernel: number;
  /** Messages under TLS that came faster than they could be taken. */
  readonly missed: number;
  /** Packets that could not be written. */
  readonly unwritten: number;
  /** Of all segments, those of former processes included. */
  readonly ringBytes: number;
  /** Packets sent to Homer. */
  readonly exported: number;
  /** Interfaces that are captured now. */
  readonly open: readonly string[];
}

export type FromCapture =
  | ({ readonly kind: 'report' } & CaptureReport)
  /** `what` names an interface or the ring; the same reason is said once. */
  | { readonly kind: 'trouble'; readonly what: string; readonly reason: string };
