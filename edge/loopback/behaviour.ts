import type { Random } from '../../control/base/random.ts';
import type { MessageState } from '../smpp/message-state.ts';
import { status } from '../smpp/status.ts';

/** How a simulated carrier treats what it is sent. Shares are in [0, 1]; suffixes are of the destination's digits. */
export interface Behaviour {
  /** submit_sm a second, in seconds that begin with the first of them; more get ESME_RTHROTTLED. 0: no bound. */
  readonly ratePerSecond: number;
  /** From each submit_sm to its response. */
  readonly latencyMs: number;
  /** ESME_RTHROTTLED for every n-th submit_sm (0: none), and for a share of the others. */
  readonly throttling: { readonly every: number; readonly share: number };
  /** A command_status for destinations with a suffix, the first that fits, and `status` for a share of the others. */
  readonly failures: {
    readonly bySuffix: readonly { readonly suffix: string; readonly status: number }[];
    readonly share: number;
    readonly status: number;
  };
  /** What becomes of accepted messages, `delayMs` after their response. The others are delivered. */
  readonly fates: {
    readonly delayMs: number;
    readonly bySuffix: readonly { readonly suffix: string; readonly state: MessageState }[];
    readonly undeliveredShare: number;
    readonly expiredShare: number;
  };
  readonly receipts: ReceiptBehaviour;
  /** How message_id is written in submit_sm_resp. */
  readonly messageIds: IdNotation;
}

export interface ReceiptBehaviour {
  /** `none` also for messages that ask for a receipt. */
  readonly form: 'none' | 'text' | 'tlv' | 'both';
  /** How message_id is written in receipts: some SMSCs use another notation there. */
  readonly messageIds: IdNotation;
  /** The receipt leaves before the submit_sm_resp, whatever `fates.delayMs` says. */
  readonly beforeResponse: boolean;
}

export type IdNotation = 'decimal' | 'hexadecimal';

/** Takes everything, delivers it after 100 ms and reports in text and TLVs. */
export const plainBehaviour: Behaviour = {
  ratePerSecond: 0,
  latencyMs: 0,
  throttling: { every: 0, share: 0 },
  failures: { bySuffix: [], share: 0, status: status.ESME_RSUBMITFAIL },
  fates: { delayMs: 100, bySuffix: [], undeliveredShare: 0, expiredShare: 0 },
  receipts: { form: 'both', messageIds: 'decimal', beforeResponse: false },
  messageIds: 'decimal',
};

/** What becomes of one submit_sm. */
export type Verdict =
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'accepted'; readonly state: MessageState };

/** Decides the fate of each submit_sm; knows no sockets and no timers. */
export class Judge {
  private readonly random: Random;
  private seen = 0;
  private secondBeganMs = -Infinity;
  private inSecond = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** `nowMs` is monotonic. A rate that is exceeded goes before every other reason to refuse. */
  judge(behaviour: Behaviour, destination: string, nowMs: number): Verdict {
    const { throttling, failures, fates } = behaviour;
    this.seen++;
    if (this.exceeds(behaviour.ratePerSecond, nowMs)) return refuse(status.ESME_RTHROTTLED);
    if (throttling.every > 0 && this.seen % throttling.every === 0) return refuse(status.ESME_RTHROTTLED);
    if (this.chosen(throttling.share)) return refuse(status.ESME_RTHROTTLED);
    const failure = failures.bySuffix.find(({ suffix }) => destination.endsWith(suffix));
    if (failure !== undefined) return refuse(failure.status);
    if (this.chosen(failures.share)) return refuse(failures.status);
    const fate = fates.bySuffix.find(({ suffix }) => destination.endsWith(suffix));
    if (fate !== undefined) return { kind: 'accepted', state: fate.state };
    if (this.chosen(fates.undeliveredShare)) return { kind: 'accepted', state: 'UNDELIVERABLE' };
    return { kind: 'accepted', state: this.chosen(fates.expiredShare) ? 'EXPIRED' : 'DELIVERED' };
  }

  private exceeds(ratePerSecond: number, nowMs: number): boolean {
    if (ratePerSecond === 0) return false;
    if (nowMs - this.secondBeganMs >= 1_000) {
      this.secondBeganMs = nowMs;
      this.inSecond = 0;
    }
    // What is throttled does not count: the carrier has not taken it.
    if (this.inSecond >= ratePerSecond) return true;
    this.inSecond++;
    return false;
  }

  private chosen(share: number): boolean {
    return share > 0 && this.random.fraction() < share;
  }
}

const refuse = (code: number): Verdict => ({ kind: 'refused', status: code });

/** Whether a message in its final state is reported (SMPP 3.4 §5.2.17): always, or only when it failed. */
export function wantsReceipt(registeredDelivery: number, state: MessageState): boolean {
  const wish = registeredDelivery & 0x03;
  return wish === 1 || (wish === 2 && state !== 'DELIVERED');
}

/** message_id in one notation. */
export const writeId = (id: number, notation: IdNotation): string =>
  id.toString(notation === 'decimal' ? 10 : 16);
