/** STIR/SHAKEN at the trunks (RFC 8224, RFC 8588); `edge/sip/identity` is what stands behind it. */
export interface Stir {
  /** Twilio's name for how the proof of who calls came out; undefined where a call brings none. Never rejects. */
  readonly verify?: (call: {
    readonly identities: readonly string[];
    readonly from: string;
    readonly to: string;
  }) => Promise<string | undefined>;
  /** An Identity value for a call of ours; undefined where nothing can be said of its numbers. */
  readonly sign?: (from: string, to: string) => Promise<string | undefined>;
}

/** Certificates are fetched from elsewhere: a call waits no longer than this for its verdict. */
export const verifyMaxMs = 3_000;
