import { quickTag } from './tags.ts';
import { callId } from '../message/fields.ts';
import type { SipRequest } from '../message/message.ts';
import { dialogIdOf } from './dialog.ts';
import type { Dialog } from './dialog.ts';

/**
 * Dialogs by their id. One request of ours may begin several, with callees that it was forked to: the others share the
 * id, and are told apart by the remote tag.
 */
export class Dialogs<D extends Dialog> {
  private readonly byId = new Map<string, D>();
  private readonly forks = new Map<string, D>();

  get size(): number {
    return this.byId.size;
  }

  get(id: string): D | undefined {
    return this.byId.get(id);
  }

  /** The fork with this remote tag. */
  fork(id: string, remoteTag: string): D | undefined {
    const first = this.byId.get(id);
    return first?.remoteTag === remoteTag ? first : this.forks.get(forkKey(id, remoteTag));
  }

  add(dialog: D): void {
    const first = this.byId.get(dialog.id);
    if (first === undefined) this.byId.set(dialog.id, dialog);
    else if (first !== dialog) this.forks.set(forkKey(dialog.id, dialog.remoteTag), dialog);
  }

  remove(dialog: D): void {
    if (this.byId.get(dialog.id) === dialog) this.byId.delete(dialog.id);
    else this.forks.delete(forkKey(dialog.id, dialog.remoteTag));
  }

  /** The dialog that a request of theirs belongs to (§12.2.2): as callee of theirs, or as caller of ours. */
  of(request: SipRequest): D | undefined {
    const id = callId(request) ?? '';
    const from = quickTag(request, 'from') ?? '';
    const to = quickTag(request, 'to') ?? '';
    const asCallee = this.byId.get(dialogIdOf(id, from));
    if (asCallee?.role === 'uas' && asCallee.localTag === to) return asCallee;
    const asCaller = this.fork(dialogIdOf(id, to), from);
    return asCaller?.role === 'uac' ? asCaller : undefined;
  }

  [Symbol.iterator](): Iterator<D> {
    return this.byId.values();
  }
}

const forkKey = (id: string, remoteTag: string): string => `${id};to-tag=${remoteTag}`;
