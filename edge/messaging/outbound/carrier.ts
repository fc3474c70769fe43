import type { Addressing } from '../../smpp/address.ts';
import type { SubmitSm } from '../../smpp/message.ts';

/** How a carrier answered one submit_sm. */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly messageId: string }
  /** ESME_RTHROTTLED or ESME_RMSGQFUL: the link backs off by itself. */
  | { readonly kind: 'throttled'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number }
  /** No answer came: the carrier may have it or not. */
  | { readonly kind: 'lost' };

/** How a carrier wants its messages. */
export interface CarrierFormat {
  /** What it means by data_coding 0. */
  readonly defaultAlphabet: 'gsm7' | 'latin1' | 'ascii';
  readonly longMessages: 'udh' | 'sar' | 'payload';
  readonly source: Addressing;
  readonly destination: Addressing;
  /** Optional parameters of its own, on every submit_sm. */
  readonly tlvs: readonly { readonly tag: number; readonly value: Uint8Array }[];
}

/** A link to a carrier, as messaging uses it. */
export interface Carrier {
  readonly name: string;
  readonly format: CarrierFormat;
  /** Whether it is bound, so that waiting for room makes sense. */
  readonly up: boolean;
  /** How many submit_sm may leave now. */
  capacity(): number;
  /** Only while `capacity()` is above 0. `done` is called once, later. */
  submit(sm: SubmitSm, done: (outcome: SubmitOutcome) => void): void;
}
