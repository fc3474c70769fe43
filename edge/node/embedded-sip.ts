import type { Clock } from '../../control/base/clock.ts';
import type { PassOn } from '../../control/base/overheard.ts';
import type { Random } from '../../control/base/random.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { CarrierConfig, Config } from '../config.ts';
import { isSipTransport } from '../sip/config.ts';
import { startEmbeddedSip, type EmbeddedSip } from '../sip/server.ts';
import type { ListenAddress } from '../sip/transport/transports.ts';
import { followSipMaterial, sipMaterial } from './sip-material.ts';

type SipConfig = NonNullable<Config['sip']>;

/**
 * The embedded SIP server as the configuration has it, its certificates kept as their files are. Rejects with Node's code
 * if a listener cannot be bound, and with the reason if a certificate cannot be read.
 */
export async function openEmbeddedSip(
  sip: SipConfig,
  announce: string | undefined,
  carriers: readonly CarrierConfig[],
  around: {
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: Metrics;
    readonly random: Random;
    readonly overheard: PassOn | undefined;
  },
): Promise<EmbeddedSip> {
  const { tls } = sip;
  const material = tls === null ? undefined : sipMaterial(tls, carriers);
  const server = await startEmbeddedSip(
    {
      listen: sipListeners(sip),
      carriers: carriers.flatMap((carrier) => carrier.sip?.accept ?? []),
      ...(material === undefined ? {} : { tls: material }),
      ...(announce === undefined ? {} : { announce }),
    },
    around.random,
    around.overheard,
  );
  if (tls === null || material === undefined) return server;
  const stop = followSipMaterial(material, tls, carriers, around, (changed) => server.exchange(changed));
  return {
    ...server,
    close: () => {
      stop();
      return server.close();
    },
  };
}

/** The addresses of `sip.listen`. */
export const sipListeners = ({ listen }: SipConfig): readonly ListenAddress[] =>
  listen.flatMap(({ transport, host, port }) =>
    isSipTransport(transport) ? [{ transport, host, port }] : [],
  );
