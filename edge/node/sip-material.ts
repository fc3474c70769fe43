import type { Clock } from '../../control/base/clock.ts';
import { readMaterial, type Material, type TlsFiles } from '../../control/certificates/material.ts';
import { readPair } from '../../control/certificates/pair.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { CarrierConfig, Config } from '../config.ts';
import { parseUri } from '../sip/message/uri.ts';
import { bare } from '../sip/transport/flow.ts';
import type { TlsMaterial, TlsPeer } from '../sip/transport/tls-material.ts';
import { followMaterial } from './certificates.ts';

type SipTls = NonNullable<NonNullable<Config['sip']>['tls']>;

/** What SIP shows and trusts in TLS, as its files are now. Throws, with the reason, if one cannot be read. */
export function sipMaterial({ clientCa, ...own }: SipTls, carriers: readonly CarrierConfig[]): TlsMaterial {
  return {
    ...readable(readPair(own)),
    clientAuthorities: readable(readMaterial({ ca: clientCa })).authorities,
    peers: trunksInTls(carriers).map(({ name, files, targets, serverName }): TlsPeer => ({
      ...readable(readMaterial(files)),
      name,
      targets,
      serverName,
    })),
  };
}

/** Keeps it as its files are: `use` hears each change as a whole. Ends when what it returns is called. */
export function followSipMaterial(
  first: TlsMaterial,
  { clientCa, ...own }: SipTls,
  carriers: readonly CarrierConfig[],
  around: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
  use: (material: TlsMaterial) => void,
): () => void {
  let material = first;
  const change = (changed: Partial<TlsMaterial>): void => {
    material = { ...material, ...changed };
    use(material);
  };
  const stops = [followMaterial(() => readPair(own), 'sip', around, change)];
  if (clientCa !== undefined) {
    const read = (): Material | string => readMaterial({ ca: clientCa });
    stops.push(
      followMaterial(read, 'sip', around, ({ authorities }) => change({ clientAuthorities: authorities })),
    );
  }
  for (const { name, files } of trunksInTls(carriers)) {
    const followed = (changed: Material): void =>
      change({ peers: material.peers?.map((peer) => (peer.name === name ? { ...peer, ...changed } : peer)) });
    stops.push(followMaterial(() => readMaterial(files), `trunk:${name}`, around, followed));
  }
  return () => {
    for (const stop of stops) stop();
  };
}

interface TrunkInTls extends Pick<TlsPeer, 'name' | 'targets' | 'serverName'> {
  readonly files: TlsFiles;
}

/** Trunks that have material of their own, and the URIs that lead to them. */
function trunksInTls(carriers: readonly CarrierConfig[]): readonly TrunkInTls[] {
  return carriers.flatMap(({ name, sip }) => {
    if (sip?.tls === undefined) return [];
    const { servername: serverName, certificate, key, ca } = sip.tls;
    const registrar = sip.register?.registrar;
    const targets = [sip.proxy, ...(registrar === undefined ? [] : [registrar])].flatMap(targetOf);
    return [{ name, targets, serverName, files: { certificate, key, ca } }];
  });
}

function targetOf(text: string): readonly string[] {
  const uri = parseUri(text);
  if (uri?.kind !== 'sip') return [];
  const host = bare(uri.host.toLowerCase());
  return uri.port === undefined ? [host] : [`${host}:${uri.port}`, host];
}

function readable<T extends Material>(material: T | string): T {
  if (typeof material === 'string') throw new Error(material);
  return material;
}
