import type { Sid } from '../base/sid.ts';
import type { Actor } from './actor.ts';
import type { Changes } from './properties.ts';

/** One change of one resource. */
export interface AuditEvent {
  /** AE…; the time of the event can be read from it. */
  readonly sid: Sid;
  readonly actor: Actor;
  /** Whose logs it is in; the first is the account that the resource belongs to. Empty: the operator's own. */
  readonly accounts: readonly Sid[];
  readonly resourceType: string;
  /** Its SID; where it has none, the text that names it. */
  readonly resourceSid: string;
  /** `created`, `updated`, `deleted`, or what else happened. */
  readonly action: string;
  readonly changes: Changes;
}

/** As Monitor Events name it, e.g. `phone-number.created`. */
export const eventType = ({ resourceType, action }: AuditEvent): string => `${resourceType}.${action}`;

/** The SID of whoever did it; undefined for the operator and the edge. */
export const actorSid = ({ actor }: AuditEvent): Sid | undefined =>
  actor.kind === 'account' ? (actor.keySid ?? actor.accountSid) : undefined;

/** The IP address it was done from, if it was done by REST. */
export const sourceAddress = ({ actor }: AuditEvent): string | undefined =>
  actor.kind === 'account' ? actor.address : undefined;
