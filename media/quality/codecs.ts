import type { Codec } from '../codec.ts';

/** A codec as the E-model knows it. */
export interface CodecImpairment {
  /** Ie: what coding alone costs. */
  readonly impairment: number;
  /** Bpl: how well it stands the loss of packets. */
  readonly robustness: number;
}

/**
 * ITU-T G.711 has no impairment of its own, and with the concealment of its appendix I, which phones and gateways have,
 * a Bpl of 25.1 (ITU-T G.113, appendix I, table I.4; 4.3 without any).
 */
const g711: CodecImpairment = { impairment: 0, robustness: 25.1 };

/** One row for each codec that passes here; a codec that comes to `Codec` brings its values of G.113. */
export const codecImpairments: Readonly<Record<Codec, CodecImpairment>> = { PCMU: g711, PCMA: g711 };
