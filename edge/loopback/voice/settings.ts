import { plainCallBehaviour, type CallBehaviour } from './behaviour.ts';

export interface TrunkSettings {
  /** Where the carrier's SIP server listens, by UDP and TCP. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Where calls of phones go, such as `sip:127.0.0.1:5060;transport=udp`; null: phones can only be called. */
  readonly peer: string | null;
  /** Where sound is sent and received. */
  readonly media: {
    readonly address: string;
    readonly ports: { readonly first: number; readonly last: number };
  };
  readonly behaviour: CallBehaviour;
  /** Numbers that begin so are the peer's own: calls to them go back to it. */
  readonly ownPrefixes: readonly string[];
  /** Calls at a time, those that ring included; more are refused with 503. */
  readonly callsMax: number;
  /** A phone's call that is not answered is given up after this. */
  readonly patienceMs: number;
}

/** Below the ports of an edge, so that both can have theirs on one machine. */
export const defaultRtpPorts = { first: 10_000, last: 19_999 } as const;

export const defaultTrunkSettings: TrunkSettings = {
  host: '127.0.0.1',
  port: 0,
  peer: null,
  media: { address: '127.0.0.1', ports: defaultRtpPorts },
  behaviour: plainCallBehaviour,
  ownPrefixes: [],
  callsMax: 1_000,
  patienceMs: 60_000,
};
