import { deferred } from '../deferred.ts';
import type { OutgoingCall, OutgoingEnd } from '../signalling.ts';

/** Begins one call of a fork. */
export type Branch = () => OutgoingCall;

/**
 * One call to all the endpoints of a user (RFC 3261 section 16.7): each group rings together, the next where nobody of
 * one took it. The first answer counts; the others are taken back. A refusal for everybody (6xx) ends all.
 */
export class ForkedCall implements OutgoingCall {
  readonly end: Promise<OutgoingEnd>;
  private readonly hears: ((status: number, sdp: string) => void)[] = [];
  private ringing: readonly OutgoingCall[] = [];
  private canceled = false;

  constructor(groups: readonly (readonly Branch[])[]) {
    this.end = this.run(groups);
  }

  onProgress(hear: (status: number, sdp: string) => void): void {
    this.hears.push(hear);
  }

  cancel(): void {
    this.canceled = true;
    for (const call of this.ringing) call.cancel();
  }

  private async run(groups: readonly (readonly Branch[])[]): Promise<OutgoingEnd> {
    const ends: OutgoingEnd[] = [];
    for (const branches of groups) {
      const end = await this.ring(branches);
      if (this.canceled || isDecisive(end)) return end;
      ends.push(end);
    }
    return best(ends);
  }

  private ring(branches: readonly Branch[]): Promise<OutgoingEnd> {
    const { promise, resolve } = deferred<OutgoingEnd>();
    const ends: OutgoingEnd[] = [];
    let decided = false;
    const calls = branches.map((begin) => begin());
    this.ringing = calls;
    for (const call of calls) {
      // Sound before the answer can be of one only.
      call.onProgress((status, sdp) => this.progress(status, calls.length === 1 ? sdp : ''));
      void call.end.then((end) => {
        ends.push(end);
        if (decided && end.kind === 'answered') end.dialog.bye();
        if (decided) return;
        if (isDecisive(end)) {
          decided = true;
          for (const other of calls) if (other !== call) other.cancel();
          resolve(end);
        } else if (ends.length === calls.length) resolve(best(ends));
      });
    }
    return promise;
  }

  private progress(status: number, sdp: string): void {
    for (const hear of this.hears) hear(status, sdp);
  }
}

const isDecisive = (end: OutgoingEnd): boolean =>
  end.kind === 'answered' || (end.kind === 'refused' && end.status >= 600);

/** What to tell of several that failed: a refusal of the lowest class says most (section 16.7, step 6). */
function best(ends: readonly OutgoingEnd[]): OutgoingEnd {
  const [first] = ends.toSorted((one, other) => rank(one) - rank(other));
  return first ?? { kind: 'unreachable', why: 'not-registered' };
}

function rank(end: OutgoingEnd): number {
  switch (end.kind) {
    case 'answered':
      return 0;
    case 'refused':
      return Math.floor(end.status / 100);
    case 'unreachable':
      return 8;
    case 'canceled':
      return 9;
  }
}
