/** A number that is to be tested. */
export interface Trial {
  readonly e164: string;
  /** The carrier that brought it, which must bring what is sent to it. */
  readonly carrier: string;
  /** Who texts and calls it. */
  readonly from: string;
  readonly patienceMs: number;
}
