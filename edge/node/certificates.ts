import type { Clock } from '../../control/base/clock.ts';
import { expiryMs } from '../../control/certificates/expiry.ts';
import type { Material } from '../../control/certificates/material.ts';
import { readPair, type Pair, type PairFiles } from '../../control/certificates/pair.ts';
import { CertificateWatch } from '../../control/certificates/watch.ts';
import type { Log } from '../../control/log/log.ts';
import type { Metrics } from '../../control/metrics/metrics.ts';

/** Whose certificate it is: a door's, or the one that a carrier is shown over SMPP, or SIP. */
export type CertificateName = 'https' | 'smpp' | 'sip' | 'console' | `carrier:${string}` | `trunk:${string}`;

interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'instruments'>;
}

/** Tells the metrics when the certificate that is in use from now on will be over. */
export function tellExpiry(
  name: CertificateName,
  certificate: string | undefined,
  { metrics }: Pick<Surroundings, 'metrics'>,
): void {
  const untilMs = certificate === undefined ? undefined : expiryMs(certificate);
  if (untilMs !== undefined) metrics.instruments.certificateExpiry(name).set(untilMs / 1000);
}

/** `followMaterial` for a listener's certificate and its key. */
export const followCertificate = (
  files: PairFiles,
  name: CertificateName,
  around: Surroundings,
  use: (pair: Pair) => void,
): (() => void) => followMaterial(() => readPair(files), name, around, use);

/**
 * Watches what one side of TLS uses: whenever the files change, `use` puts them to work for the next handshakes. What
 * cannot be used is logged, and the old stays. Ends when what it returns is called.
 */
export function followMaterial<T extends Material>(
  read: () => T | string,
  name: CertificateName,
  around: Surroundings,
  use: (material: T) => void,
): () => void {
  const { clock, log } = around;
  const first = read();
  if (typeof first !== 'string') tellExpiry(name, first.certificate, around);
  const watch = new CertificateWatch(read, clock, {
    use: (material) => {
      try {
        use(material);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
      tellExpiry(name, material.certificate, around);
      log.info({ certificate: name }, 'certificate reloaded');
      return undefined;
    },
    refused: (reason) =>
      log.warn({ certificate: name, reason }, 'the changed certificate cannot be used; the old one stays'),
  });
  return () => watch.stop();
}
