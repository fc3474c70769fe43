import type { PortRange } from '../../../control/config/address.ts';
import type { CaptureConfig } from '../config.ts';

/** A port whose traffic is captured, whichever side it is on. */
export interface WatchedPort {
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
  /** The carrier's IP address; '' for ports of our own, and where a carrier goes by a name. */
  readonly host: string;
}

/** What a capture is to see. */
export interface CaptureScope {
  readonly ports: readonly WatchedPort[];
  /** Ports of sound; null leaves it out. */
  readonly media: PortRange | null;
  /** Where copies are sent to, which must not be captured themselves. */
  readonly except: { readonly host: string; readonly port: number } | null;
}

/** What of the configuration says who speaks to us, and where. */
export interface WatchedConfig {
  readonly carriers: readonly {
    readonly smpp?: { readonly url: { readonly host: string; readonly port: number } } | undefined;
    readonly sip?: { readonly proxy: string } | undefined;
  }[];
  readonly smpp: {
    readonly listen: { readonly port: number };
    readonly tls?: { readonly listen?: { readonly port: number } | undefined } | undefined;
  } | null;
  readonly sip: {
    readonly listen: readonly { readonly transport: string; readonly port: number }[];
  } | null;
  readonly media: { readonly ports: PortRange };
}

/** RFC 3261 section 19.1.2: the port of a SIP URI that names none. */
const sipPorts = { sip: 5060, sips: 5061 } as const;

/** The signalling of all carriers and tenants, and sound where `capture` says so. */
export function scopeOf(config: WatchedConfig, { rtp, hep }: CaptureConfig): CaptureScope {
  const ports: WatchedPort[] = [];
  const own = (transport: 'tcp' | 'udp', port: number | undefined): void => {
    // 0 lets the system choose, and nobody knows which port it will be.
    if (port !== undefined && port !== 0) ports.push({ transport, port, host: '' });
  };
  for (const { smpp } of config.carriers)
    if (smpp !== undefined) ports.push({ transport: 'tcp', ...smpp.url });
  own('tcp', config.smpp?.listen.port);
  own('tcp', config.smpp?.tls?.listen?.port);
  for (const { transport, port } of config.sip?.listen ?? []) own(transport === 'udp' ? 'udp' : 'tcp', port);
  if (config.sip !== null) {
    // Over TCP we call from a port of the system's choice.
    for (const port of Object.values(sipPorts)) own('tcp', port);
    for (const { sip } of config.carriers) own('tcp', sip === undefined ? undefined : portOf(sip.proxy));
  }
  return {
    ports,
    media: config.sip === null || rtp === 'none' ? null : config.media.ports,
    except: hep?.address ?? null,
  };
}

/** The port of `sip:host:port;…`; undefined where the DNS decides. */
function portOf(proxy: string): number | undefined {
  const port = /^sips?:(?:\[[^\]]*\]|[^:;?]*):(\d{1,5})/i.exec(proxy)?.[1];
  return port === undefined ? undefined : Number(port);
}
