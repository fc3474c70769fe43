import type { Result } from '../../control/base/result.ts';
import type { LegOptions } from '../../media/media.ts';

/**
 * What the life of a call asks of SIP, and all it knows of it. `srf/` is the implementation over drachtio-srf; tests
 * have their own. Nothing here throws; a call that has ended takes what is still asked of it and does nothing.
 */
export interface Signalling {
  /** From now on `take` is given every call that a trunk or a SIP domain lets in. */
  serve(take: (call: IncomingCall) => void): void;
  /** What has to be offered there: SRTP, and the IP of whom we know that he has no other. */
  soundTo(destination: Destination): Pick<LegOptions, 'srtp' | 'family'>;
  /** Sends an INVITE. */
  originate(request: OutgoingRequest): OutgoingCall;
}

/** Where a call came in: a carrier's trunk, or a tenant's own equipment at its SIP domain. */
export type CallSource =
  | { readonly kind: 'trunk'; readonly carrier: string }
  | { readonly kind: 'domain'; readonly domainSid: string; readonly accountSid: string };

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** An INVITE that waits for our answer. 100 has been sent. */
export interface IncomingCall {
  readonly source: CallSource;
  /** SIP's own name of the call. */
  readonly callId: string;
  /** Whom the request came from, without a port; IPv6 without brackets. */
  readonly sourceIp: string;
  /** Who proved to be somebody by digest; '' where that was not asked for. */
  readonly username: string;
  /** The user parts of Request-URI and of the asserted identity (else From); `anonymous` where it is withheld. */
  readonly toUser: string;
  readonly fromUser: string;
  /** The host of the Request-URI, in small letters. */
  readonly toHost: string;
  /** `sip:user@host` as the request had them. */
  readonly toUri: string;
  readonly fromUri: string;
  readonly callerName: string;
  /** Of the last Diversion or History-Info; '' if it was not forwarded. */
  readonly forwardedFrom: string;
  /** As Twilio names the verdict of STIR, '' if there was no Identity header and none is asked for. */
  readonly stirVerstat: string;
  /** The SHAKEN PASSporT that proves who calls; '' without, or where it does not hold. */
  readonly stirToken: string;
  /** Headers that begin with `X-`, and User-to-User, as they came. */
  readonly customHeaders: HeaderList;
  /** The SDP offer; '' if the caller wants ours (RFC 3261 section 13.2.1, late offer). */
  readonly offer: string;
  /** Whether its sound has to be encrypted. */
  readonly encrypted: boolean;
  /** 180, or 183 with early media. */
  ring(earlySdp?: string): void;
  /** 200. With a late offer, `sdp` is our offer and the value brings the answer of the ACK. */
  answer(sdp: string): Promise<Result<Answered, 'canceled' | 'failed'>>;
  /** A final refusal (400–699). */
  reject(status: number, headers?: HeaderList): void;
  /** The caller gave up before an answer. */
  onCancel(hear: () => void): void;
}

/** A dialog, and the SDP that the other side answered with ('' if it had offered). */
export interface Answered {
  readonly dialog: Dialog;
  readonly sdp: string;
}

/** What a final response to an INVITE says besides its status and its SDP. */
export interface FinalResponse {
  /** SIP's own name of the call. */
  readonly callId: string;
  /** See `IncomingCall.customHeaders`. */
  readonly customHeaders: HeaderList;
}

/** Where an INVITE goes. */
export type Destination =
  | { readonly kind: 'trunk'; readonly carrier: string; readonly number: string }
  | { readonly kind: 'uri'; readonly uri: string; readonly username: string; readonly password: string };

export interface OutgoingRequest {
  /** Whose call it is: an account's own registered endpoints are reached by no other. */
  readonly accountSid: string;
  readonly destination: Destination;
  /** E.164, or the user part of a SIP address. */
  readonly from: string;
  readonly callerName: string;
  /** Our number that passes a caller on whose own number is shown; '' for calls of our own. */
  readonly forwardedBy: string;
  /** The SHAKEN PASSporT with which that caller came; '' without. */
  readonly passport: string;
  readonly headers: HeaderList;
  readonly sdp: string;
  /** Hears the Call-ID of each INVITE that is sent; a SIP user's several endpoints have one each. */
  readonly sent?: (callId: string) => void;
}

export interface OutgoingCall {
  /** Each 18x, with its SDP or ''. */
  onProgress(hear: (status: number, sdp: string) => void): void;
  readonly end: Promise<OutgoingEnd>;
  /** Before the answer: CANCEL. `end` follows. An answer that crosses it is hung up at once. */
  cancel(): void;
}

export type OutgoingEnd =
  | ({ readonly kind: 'answered'; readonly response: FinalResponse } & Answered)
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly reason: string;
      readonly response: FinalResponse;
    }
  /**
   * Nobody answered the INVITE at all, or it could not be sent, or the endpoint has not registered here, or a tenant may
   * not call there.
   */
  | {
      readonly kind: 'unreachable';
      readonly why: 'timeout' | 'transport' | 'over-limit' | 'not-registered' | 'forbidden';
    }
  | { readonly kind: 'canceled' };

/** What the other side does in a call that stands. */
export interface DialogHandlers {
  /** BYE, or the dialog was lost. */
  readonly ended: () => void;
  /** A re-INVITE or UPDATE with an offer ('' for a late one): gives our SDP, or the status to refuse with. */
  readonly offered: (sdp: string) => Promise<Result<string, number>>;
  /** The answer to what `offered` gave to a late one. */
  readonly answered: (sdp: string) => void;
  /** A digit by INFO (application/dtmf-relay or application/dtmf). */
  readonly digit: (digit: string, durationMs: number) => void;
  /** REFER: where the other side wants this call to go. Gives the status to answer with. */
  readonly referred: (target: string) => number;
}

export interface Dialog {
  /** To be called at once, before anything can happen. */
  handle(handlers: DialogHandlers): void;
  /** Headers of the other side's BYE; see `IncomingCall.customHeaders`. None before it, nor if we hung up. */
  readonly farewell: HeaderList;
  bye(): void;
  /** A re-INVITE with our offer; the answer, or the status of its refusal. */
  reinvite(sdp: string): Promise<Result<string, number>>;
  /** Asks the other side to go elsewhere; the final status that its NOTIFYs told, or that of the refusal. */
  refer(target: string, headers: HeaderList): Promise<Result<number, number>>;
  info(contentType: string, body: string): Promise<Result<void, number>>;
}
