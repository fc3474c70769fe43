/** How the proof of who calls came out, in Twilio's words, and the PASSporT where it holds. */
export interface StirVerdict {
  readonly verstat: string;
  readonly token: string | undefined;
}

/** A call to be signed; see `OutgoingRequest`. */
export interface SignedCall {
  readonly from: string;
  readonly to: string;
  readonly forwardedBy: string;
  readonly passport: string;
}

/** STIR/SHAKEN at the trunks (RFC 8224, RFC 8588); `edge/sip/identity` is what stands behind it. */
export interface Stir {
  /** undefined where a call brings no proof. Never rejects. */
  readonly verify?: (call: {
    readonly identities: readonly string[];
    readonly from: string;
    readonly to: string;
  }) => Promise<StirVerdict | undefined>;
  /** The Identity values for a call of ours; none where nothing can be said of its numbers. */
  readonly sign?: (call: SignedCall) => Promise<readonly string[]>;
}

/** Certificates are fetched from elsewhere: a call waits no longer than this for its verdict. */
export const verifyMaxMs = 3_000;
