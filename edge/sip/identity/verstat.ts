/** How sure the originating provider was of the caller (RFC 8588 §4): full, partial, gateway. */
export type Attestation = 'A' | 'B' | 'C';

/** Twilio's StirVerstat values for calls with an Identity header (Twilio: "Trusted Calling with SHAKEN/STIR"). */
export type StirVerstat =
  | `TN-Validation-Passed-${Attestation}`
  | `TN-Validation-Failed-${Attestation}`
  | `TN-Validation-Passed-${Attestation}-Diverted`
  | `TN-Validation-Failed-${Attestation}-Diverted`
  /** The signature failed, and the level cannot be read. */
  | 'TN-Validation-Failed'
  /** There is nothing to check: malformed, too old, or made for another call. */
  | 'No-TN-Validation';

/** The value for a signature that was checked. */
export function verstatOf(passed: boolean, attest: Attestation | undefined, diverted: boolean): StirVerstat {
  if (attest === undefined) return 'TN-Validation-Failed';
  const checked = passed
    ? (`TN-Validation-Passed-${attest}` as const)
    : (`TN-Validation-Failed-${attest}` as const);
  return diverted ? `${checked}-Diverted` : checked;
}
