import type { OverloadLimits } from './drachtio/overload.ts';
import type { SipTimers } from './transaction/timers.ts';
import type { TransportLimits } from './transport/limits.ts';
import type { TlsMaterial } from './transport/tls-material.ts';
import type { ListenAddress } from './transport/transports.ts';

/** How the embedded SIP server runs. Plain data, since it crosses into another thread. */
export interface EmbeddedSipOptions {
  readonly listen: readonly ListenAddress[];
  /** Needed for `tls` listeners. */
  readonly tls?: TlsMaterial | undefined;
  /** The address by which the outside reaches us, if not one of the machine's own. */
  readonly announce?: string | undefined;
  /** Names that lead to addresses of their own, before DNS is asked. */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
  /** Where applications connect. Default: 127.0.0.1, a free port, a secret of its own. */
  readonly control?: { readonly host: string; readonly port: number; readonly secret: string } | undefined;
  readonly timers?: SipTimers | undefined;
  readonly limits?: Partial<TransportLimits> | undefined;
  readonly transactionsMax?: number | undefined;
  /** Addresses and networks of carriers, for whom there is room whatever others send. */
  readonly carriers?: readonly string[] | undefined;
  readonly overload?: Partial<OverloadLimits> | undefined;
}
