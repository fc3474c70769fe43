import type { Admitted, Refused } from './admission.ts';
import type { Answering } from './answering.ts';
import { leadOnward } from './onward.ts';
import type { ListenerKind, Transaction } from './transaction.ts';
import { WaitingRoom, type Waiting } from './waiting-room.ts';

/** Where requests go that this process does not answer itself: they wait, or the inner door of another has them. */
export type Detour = { readonly kind: 'wait' } | { readonly kind: 'lead'; readonly to: string };

/** Which requests take a detour. */
export interface Detours {
  /** All but those that come by the inner door, which are answered here. */
  readonly all?: Detour;
  /** Those that no route here is for. */
  readonly unknown?: Detour;
}

/** What another process was to answer, and cannot: nothing of it has been done. */
const tryAgain: Refused = { kind: 'error', code: 20503, headers: ['Retry-After', '1'], closes: true };

/** Leads requests past the routes of this process while another one takes its place, or has what it lacks. */
export class Diversion {
  private readonly answering: Pick<Answering, 'refuse' | 'answered'>;
  private readonly closed: (transaction: Transaction) => void;
  private readonly waiting = new WaitingRoom();
  private detours: Detours = {};
  /** Requests that another door is answering. */
  private led = 0;
  private rested: (() => void) | undefined;

  constructor(answering: Pick<Answering, 'refuse' | 'answered'>, closed: (transaction: Transaction) => void) {
    this.answering = answering;
    this.closed = closed;
  }

  /** Gives those that have waited; they are to go where the new way leads. */
  set(detours: Detours): readonly Waiting[] {
    this.detours = detours;
    return this.waiting.empty();
  }

  /** The way of every request that comes by such a listener. */
  of({ peer }: ListenerKind): Detour | undefined {
    return peer === 'inner' ? undefined : this.detours.all;
  }

  /** The way of a request of which this has been decided. */
  after(decision: Admitted | Refused): Detour | undefined {
    const { unknown } = this.detours;
    if (unknown === undefined || decision.kind === 'admitted') return undefined;
    return decision.code === 20404 || decision.code === 20004 ? unknown : undefined;
  }

  /** Resolves once no other door is answering a request of ours. */
  rest(): Promise<void> {
    return new Promise((resolve) => {
      this.rested = resolve;
      if (this.led === 0) resolve();
    });
  }

  /** Takes a request that is here whole. */
  take(detour: Detour, { transaction, bytes }: Waiting): void {
    const { answering } = this;
    if (detour.kind === 'wait') {
      if (!this.waiting.enter({ transaction, bytes })) answering.refuse(transaction, tryAgain);
      return;
    }
    // The next request of a client that belongs to the other process altogether is to reach it by itself.
    const closes = detour === this.detours.all || transaction.head.closes;
    this.led++;
    leadOnward(detour.to, transaction, bytes, closes, (end) => {
      if (--this.led === 0) this.rested?.();
      transaction.release = undefined;
      if (end.kind === 'answered') answering.answered(transaction, end.status);
      else if (transaction.state !== 'open') this.closed(transaction);
      else if (end.kind === 'unreachable') answering.refuse(transaction, tryAgain);
      // The other side may have done it: no answer says so better than none.
      else transaction.response.close();
    });
  }
}
