import type { Clock } from '../../control/base/clock.ts';
import type { Pair, PairFiles } from '../../control/certificates/pair.ts';
import { CertificateWatch } from '../../control/certificates/watch.ts';
import type { Log } from '../../control/log/log.ts';

/**
 * Gives a listener its certificate anew whenever the files change: `use` puts it to work for the next handshakes. One
 * that cannot be used is logged, and the old one stays. Ends when what it returns is called.
 */
export function followCertificate(
  files: PairFiles,
  listener: 'smpp' | 'sip',
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  use: (pair: Pair) => void,
): () => void {
  const file = files.certificate;
  const watch = new CertificateWatch(files, clock, {
    use: (pair) => {
      try {
        use(pair);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
      log.info({ listener, file }, 'certificate reloaded');
      return undefined;
    },
    refused: (reason) =>
      log.warn({ listener, file, reason }, 'the changed certificate cannot be used; the old one stays'),
  });
  return () => watch.stop();
}
