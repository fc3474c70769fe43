import type { Sid } from '../base/sid.ts';
import type { Level } from '../errors/errors.ts';
import type { AlertExchange } from './alert-exchange.ts';

/** The webhook that an alert is about. */
export interface AlertRequest {
  readonly url: string;
  readonly method: string;
  /** The URL as it went into the signature: behind a proxy it is often not the one the application sees. */
  readonly signedUrl: string;
  /** The X-Twilio-Signature that was sent. */
  readonly signature: string;
  /** HTTP status of the application's answer; 0 if none came. */
  readonly responseStatus: number;
  /** The requests that were made, redirects, retries and the fallback included, oldest first; the last ten of them. */
  readonly attempts?: readonly AlertAttempt[];
}

/** One request to the application. */
export interface AlertAttempt {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  /** 0: there was no answer. */
  readonly status: number;
  /** Why there was none; '' where there was. */
  readonly detail: string;
  readonly durationMs: number;
}

/** Something that went wrong for a tenant, by one of Twilio's codes (https://www.twilio.com/docs/usage/monitor-alert). */
export interface Alert {
  /** NO… */
  readonly sid: Sid;
  readonly atMs: number;
  readonly accountSid: Sid;
  readonly code: number;
  readonly level: Level;
  /** What it is about: a message, a call. */
  readonly resourceSid: Sid;
  readonly detail: string;
  /** null where no webhook is involved. */
  readonly request: AlertRequest | null;
}

/** An alert before it has a SID, with what is kept apart from it. */
export interface NewAlert extends Omit<Alert, 'sid' | 'atMs' | 'level'> {
  readonly exchange?: AlertExchange;
}
