import type { Material } from '../../control/certificates/material.ts';
import type { Role } from './session-state.ts';
import type { SmppTimers } from './timers.ts';

/** How to reach and bind to one carrier's message centre. */
export interface SmppLinkConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The name the certificate must bear; default: `host`. */
  readonly tlsServername?: string;
  /** Takes any certificate. Default false. */
  readonly tlsInsecure?: boolean;
  /**
   * Asked at each connection: whom to trust instead of the system's authorities, and our own certificate, where the
   * carrier wants one. Default: nothing of either.
   */
  readonly tlsMaterial?: () => Material;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** `split`: a transmitter and a receiver. */
  readonly bind: 'transceiver' | 'split' | 'transmitter' | 'receiver';
  /** Requests of ours that may await a response, for each session. */
  readonly window: number;
  /** How many transceivers, or pairs. */
  readonly sessions: number;
  /** submit_sm a second over the whole link; 0 unlimited. */
  readonly throughput: number;
  readonly timers?: Partial<SmppTimers>;
  readonly addressRange?: string;
  /** interface_version of the bind; default 0x34. */
  readonly interfaceVersion?: number;
  /** deliver_sm and data_sm that we hold unanswered at once for each session; default 500. */
  readonly inboundWindow?: number;
  /** Delays between attempts to connect; default 1,000 and 60,000. */
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
}

/** The roles to bind, one for each session. */
export function rolesOf(config: SmppLinkConfig): readonly Role[] {
  const once: readonly Role[] = config.bind === 'split' ? ['transmitter', 'receiver'] : [config.bind];
  return Array.from({ length: config.sessions }, () => once).flat();
}
