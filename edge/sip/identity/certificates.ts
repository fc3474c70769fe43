import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Clock } from '../../../control/base/clock.ts';
import { parseCertificates, trustedKey } from './chain.ts';

/**
 * Gets the PEM text at an https: URL, the signer's certificate first; undefined if it cannot be had. Which hosts may
 * be asked, time-outs, and the size of the answer are its concern. May reject.
 */
export type FetchCertificates = (url: string) => Promise<string | undefined>;

const trustedMs = 3_600_000;
const refusedMs = 60_000;
const urlsMax = 256;

interface Entry {
  readonly key: Promise<KeyObject | undefined>;
  untilMs: number;
}

/**
 * Keys of signers by the URL of their certificates. A key is remembered for an hour and a refusal for a minute, at
 * most 256 URLs; who asks while the certificate is on its way waits for it.
 */
export class SignerKeys {
  private readonly fetch: FetchCertificates;
  private readonly anchors: readonly X509Certificate[];
  private readonly clock: Clock;
  private readonly entries = new Map<string, Entry>();

  constructor(fetch: FetchCertificates, anchors: readonly X509Certificate[], clock: Clock) {
    this.fetch = fetch;
    this.anchors = anchors;
    this.clock = clock;
  }

  /** The signer's key; undefined if the certificate cannot be had or is not to be trusted. */
  key(url: string): Promise<KeyObject | undefined> {
    const known = this.entries.get(url);
    if (known !== undefined && this.clock.monotonic() < known.untilMs) return known.key;
    this.entries.delete(url);
    const oldest = this.entries.keys().next();
    if (this.entries.size >= urlsMax && oldest.done !== true) this.entries.delete(oldest.value);
    const entry: Entry = { key: this.load(url), untilMs: Infinity };
    this.entries.set(url, entry);
    void entry.key.then((key) => {
      entry.untilMs = this.clock.monotonic() + (key === undefined ? refusedMs : trustedMs);
    });
    return entry.key;
  }

  private async load(url: string): Promise<KeyObject | undefined> {
    try {
      const pem = await this.fetch(url);
      const chain = pem === undefined ? undefined : parseCertificates(pem);
      return chain === undefined ? undefined : trustedKey(chain, this.anchors, this.clock.now());
    } catch {
      // The fetch failed, or OpenSSL knows no such key.
      return undefined;
    }
  }
}
