/** A NAPTR record as SIP uses it (RFC 3403, RFC 3263 §4.1). */
export interface Naptr {
  readonly order: number;
  readonly preference: number;
  /** In lower case; `s` leads to SRV records. */
  readonly flags: string;
  /** In upper case: SIP+D2U, SIP+D2T, SIPS+D2T. */
  readonly service: string;
  readonly replacement: string;
}

/** An SRV record (RFC 2782). */
export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

/** The records of a name; [] where there are none. `failed` says that the servers did not answer. */
export interface Records<T> {
  readonly records: readonly T[];
  /** How long they may be remembered, in seconds. */
  readonly ttlS: number;
  readonly failed: boolean;
}

/** What is asked of the DNS. None of these rejects. */
export interface Resolver {
  naptr(name: string): Promise<Records<Naptr>>;
  srv(name: string): Promise<Records<Srv>>;
  /** IPv4 addresses. */
  a(name: string): Promise<Records<string>>;
  /** IPv6 addresses, without brackets. */
  aaaa(name: string): Promise<Records<string>>;
}
