import type { DecodeErrorCode, Pdu } from '../../smpp/pdu.ts';
import type { SipFaultCode } from '../../sip/message/fault.ts';
import type { SipMessage } from '../../sip/message/message.ts';
import type { Endpoint } from '../packets/endpoint.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import type { RtcpReport } from './rtcp.ts';
import type { RtpPacket } from './rtp.ts';

/** What every event says: when, from where to where, and in which captured packets it came. */
export interface Passage {
  /** When its last octet passed, in microseconds since 1970. */
  readonly timeUs: number;
  /** `tls`: who spoke it has told it; the packets say nothing. */
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** For a capture file of its own. Of a message over very many packets only the last ones. */
  readonly frames: readonly CapturedPacket[];
}

export interface SipEvent extends Passage {
  readonly kind: 'sip';
  readonly message: SipMessage;
}

export interface SmppEvent extends Passage {
  readonly kind: 'smpp';
  readonly pdu: Pdu;
  /** The whole PDU's length in octets. */
  readonly octets: number;
}

/** A packet that may be RTP: nothing but the SDP of a call can tell. */
export interface RtpEvent extends Passage {
  readonly kind: 'rtp';
  readonly rtp: RtpPacket;
}

/** The reports of one RTCP datagram. Those of secured media look the same, and say nothing. */
export interface RtcpEvent extends Passage {
  readonly kind: 'rtcp';
  readonly reports: readonly RtcpReport[];
}

/** What claimed to be a message and could not be read. */
export interface MalformedEvent extends Passage {
  readonly kind: 'malformed';
  readonly fault:
    | { readonly protocol: 'sip'; readonly code: SipFaultCode; readonly message: SipMessage | undefined }
    | { readonly protocol: 'smpp'; readonly code: DecodeErrorCode };
}

/** What happened to a connection. */
export interface ConnectionEvent extends Passage {
  readonly kind: 'connection';
  readonly what:
    | 'opening'
    | 'opened'
    | 'closing'
    | 'reset'
    /** TLS begins: the packets say nothing of what is within. */
    | 'encrypted'
    /** Octets are missing in the capture. */
    | 'gap';
}

/** One thing that the wire told. */
export type WireEvent = SipEvent | SmppEvent | RtpEvent | RtcpEvent | MalformedEvent | ConnectionEvent;
