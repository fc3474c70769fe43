import type { Sid } from '../../../control/base/sid.ts';

/** Someone in a line. */
export interface Waiting {
  readonly callSid: Sid;
  readonly sinceMs: number;
}

/** First come, first served; and those who may go meanwhile. Pure. */
export class Line<Member extends Waiting> {
  private readonly members: Member[] = [];

  get length(): number {
    return this.members.length;
  }

  get all(): readonly Member[] {
    return this.members;
  }

  join(member: Member): void {
    this.members.push(member);
  }

  /** 1 is next; 0: not here. */
  position(callSid: Sid): number {
    return this.members.findIndex((member) => member.callSid === callSid) + 1;
  }

  find(callSid: Sid): Member | undefined {
    return this.members.find((member) => member.callSid === callSid);
  }

  first(): Member | undefined {
    return this.members[0];
  }

  leave(callSid: Sid): void {
    const at = this.members.findIndex((member) => member.callSid === callSid);
    if (at >= 0) this.members.splice(at, 1);
  }

  /** Of those who wait, in seconds; 0 if nobody does. */
  averageWaitSeconds(nowMs: number): number {
    if (this.members.length === 0) return 0;
    const sum = this.members.reduce((total, { sinceMs }) => total + (nowMs - sinceMs), 0);
    return Math.round(sum / this.members.length / 1000);
  }
}
