/** A call: every leg's Call-ID. Sound is found by the SDP of those dialogs. */
export interface CallSubject {
  readonly kind: 'call';
  readonly callIds: readonly string[];
  /** Legs may begin that are not among them yet: the call is followed while it goes on. */
  readonly grows?: boolean;
}

/** A message: PDUs are found by what message_id carriers and we have given it, else by its addresses and time. */
export interface MessageSubject {
  readonly kind: 'message';
  /** message_ids of its segments, written as in submit_sm_resp or as `idKey` keeps them; [] if there are none yet. */
  readonly ids: readonly string[];
  /** E.164 or a sender's name, with or without the plus sign. */
  readonly from: string;
  readonly to: string;
  /** When PDUs between the two may be of this message, in microseconds since 1970. */
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Everything that passes between us and some remote ends. */
export interface LinkSubject {
  readonly kind: 'link';
  /** Addresses as `canonicalAddress` writes them; without a port, any. */
  readonly remotes: readonly { readonly address: string; readonly port?: number }[];
}

/** What a trace is about. */
export type Subject = CallSubject | MessageSubject | LinkSubject;
