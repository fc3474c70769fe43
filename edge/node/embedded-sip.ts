import { readFileSync } from 'node:fs';
import type { Clock } from '../../control/base/clock.ts';
import { readPair } from '../../control/certificates/pair.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';
import type { Config } from '../config.ts';
import { isSipTransport } from '../sip/config.ts';
import { startEmbeddedSip, type EmbeddedSip } from '../sip/server.ts';
import type { TlsMaterial } from '../sip/transport/stream.ts';
import type { ListenAddress } from '../sip/transport/transports.ts';
import { followCertificate } from './certificates.ts';

type SipConfig = NonNullable<Config['sip']>;

/**
 * The embedded SIP server as the configuration has it, its certificate kept as its files are. Rejects with Node's code
 * if a listener cannot be bound, and with the reason if the certificate cannot be read.
 */
export async function openEmbeddedSip(
  sip: SipConfig,
  announce: string | undefined,
  carriers: readonly string[],
  around: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
): Promise<EmbeddedSip> {
  const { tls } = sip;
  const server = await startEmbeddedSip({
    listen: sipListeners(sip),
    carriers,
    ...(tls === null ? {} : { tls: materialOf(tls) }),
    ...(announce === undefined ? {} : { announce }),
  });
  if (tls === null) return server;
  const stop = followCertificate(tls, 'sip', around, (pair) => server.exchange(pair));
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

function materialOf({ ca, ...files }: NonNullable<SipConfig['tls']>): TlsMaterial {
  const pair = readPair(files);
  if (typeof pair === 'string') throw new Error(pair);
  return { ...pair, ...(ca === undefined ? {} : { authorities: readFileSync(ca, 'utf8') }) };
}
