import type { SipRequest } from '../message/message.ts';
import type { Flow, FlowUser } from '../transport/flow.ts';
import type { SipIds } from './ids.ts';
import type { SipTimers } from './timers.ts';
import type { TimerWheel } from './wheel.ts';

/** What transactions stand on. */
export interface TransactionSurroundings {
  readonly timers: SipTimers;
  readonly wheel: TimerWheel;
  readonly ids: SipIds;
  /** Sends a request. `user` is told if that fails at once. */
  send(flow: Flow, bytes: Buffer, user: FlowUser): void;
  /** Sends a response to `port` of the flow's host, by a new connection where the one it came on has gone. */
  reply(flow: Flow, bytes: Buffer, port: number, user: FlowUser): void;
  /** Sends a CANCEL, in a transaction of its own. */
  cancel(cancel: SipRequest, flow: Flow): void;
  /** Nothing more comes of the transaction with this key. */
  serverEnded(key: string): void;
  clientEnded(key: string): void;
}
