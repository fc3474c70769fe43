import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Replaces } from '../../sip/message/fields.ts';
import type { CallSource } from '../signalling.ts';
import type { SrfDialogId } from './client.ts';

/** Whose dialog it is: a carrier's, by the name of its trunk, or a tenant's. Nobody takes over another's. */
export type Party =
  | { readonly kind: 'trunk'; readonly carrier: string }
  | { readonly kind: 'tenant'; readonly accountSid: string };

export const partyOf = (source: CallSource): Party =>
  source.kind === 'trunk' ? source : { kind: 'tenant', accountSid: source.accountSid };

interface Place<D> {
  readonly dialog: D;
  readonly party: Party;
}

/** The dialogs that stand, for those who want to take the place of one (RFC 3891). */
export class Standing<D> {
  private readonly places = new Map<string, Place<D>>();

  add(id: SrfDialogId, dialog: D, party: Party): void {
    this.places.set(nameOf(id), { dialog, party });
  }

  remove(id: SrfDialogId): void {
    this.places.delete(nameOf(id));
  }

  /**
   * The dialog that a Replaces field names, or the status that refuses it (section 3). Others' dialogs do not exist for
   * whoever asks. `wanted` is undefined for a field that cannot be read.
   */
  find(wanted: Replaces | undefined, party: Party): Result<D, 400 | 481 | 486> {
    if (wanted === undefined) return fail(400);
    const { callId, toTag, fromTag, earlyOnly } = wanted;
    const place = this.places.get(nameOf({ callId, localTag: toTag, remoteTag: fromTag }));
    if (place === undefined || !same(place.party, party)) return fail(481);
    return earlyOnly ? fail(486) : ok(place.dialog);
  }
}

const nameOf = ({ callId, localTag, remoteTag }: SrfDialogId): string => `${callId} ${localTag} ${remoteTag}`;

const same = (a: Party, b: Party): boolean =>
  a.kind === 'trunk'
    ? b.kind === 'trunk' && a.carrier === b.carrier
    : b.kind === 'tenant' && a.accountSid === b.accountSid;
