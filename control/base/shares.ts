/** How much there is to share. */
export interface ShareLimits {
  /** Places in use at once, by all owners together. */
  readonly slots: number;
  /** Of those, in one lane: the connections that a host is given. */
  readonly perLane: number;
  /** Who may wait, of all owners together. */
  readonly waitingMax: number;
}

/** What becomes of one who asks for a place. */
export type Asked = 'entered' | 'waiting' | 'full';

interface Owner<W> {
  readonly name: string;
  active: number;
  waiting: number;
  /** By the name of their lane. */
  readonly rows: Map<string, Row<W>>;
  /** Rows that may have room in their lane, in the order of their turn. */
  readonly ready: Set<Row<W>>;
}

interface Lane<W> {
  readonly name: string;
  active: number;
  rows: number;
  /** Rows that wait for room in this lane while it is full, in the order of their turn. */
  readonly parked: Set<Row<W>>;
}

/** Those of one owner who wait for one lane, first come first served. */
interface Row<W> {
  readonly owner: Owner<W>;
  readonly lane: Lane<W>;
  readonly waiting: Set<W>;
}

/**
 * Shares places among owners (tenants) so that none starves the others, however long it holds its own. An owner may
 * take another place only while it holds fewer than are free: one owner alone gets half of them, n owners who take all
 * they can get one part each of n + 1, and the last part stays free for whoever comes next. Places to wait are shared
 * in the same way. (Dynamic thresholds, as switches share their buffers among ports.) Within an owner lanes take turns.
 * An owner or lane is forgotten when nothing of it is left.
 */
export class Shares<W> {
  private readonly limits: ShareLimits;
  private readonly owners = new Map<string, Owner<W>>();
  private readonly lanes = new Map<string, Lane<W>>();
  /** Owners with rows that are ready, in the order of their turn. */
  private readonly turns = new Set<Owner<W>>();
  private active = 0;
  private waiting = 0;

  constructor(limits: ShareLimits) {
    this.limits = limits;
  }

  /** Places in use, and those who wait for one. */
  get load(): { readonly active: number; readonly waiting: number } {
    return { active: this.active, waiting: this.waiting };
  }

  /** Owners and lanes that are remembered. */
  get remembered(): number {
    return this.owners.size + this.lanes.size;
  }

  /**
   * Takes a place if there is one for this owner (`leave` must follow), else a place to wait if there is one. No two
   * waiters are equal.
   */
  enter(ownerName: string, laneName: string, waiter: W): Asked {
    const owner = this.ownerOf(ownerName);
    const lane = this.laneOf(laneName);
    if (this.mayTake(owner) && lane.active < this.limits.perLane) {
      this.take(owner, lane);
      return 'entered';
    }
    if (owner.waiting >= this.limits.waitingMax - this.waiting) {
      this.forget(owner, lane);
      return 'full';
    }
    this.queue(owner, lane, waiter);
    return 'waiting';
  }

  /** One who waits gives up. */
  withdraw(ownerName: string, laneName: string, waiter: W): void {
    const row = this.owners.get(ownerName)?.rows.get(laneName);
    if (row?.waiting.has(waiter) === true) this.dequeue(row, waiter);
  }

  /** A place is free again; gives those who have entered in turn. */
  leave(ownerName: string, laneName: string): readonly W[] {
    const owner = this.owners.get(ownerName);
    const lane = this.lanes.get(laneName);
    if (owner === undefined || lane === undefined) throw new Error('left what was not entered');
    owner.active--;
    lane.active--;
    this.active--;
    const entered: W[] = [];
    this.fillLane(lane, entered);
    this.fill(entered);
    this.forget(owner, lane);
    return entered;
  }

  /** The room in a lane that was full goes to who waits for just that; if nobody may have it, the lane is full no more. */
  private fillLane(lane: Lane<W>, entered: W[]): void {
    for (const row of lane.parked) {
      if (!this.mayTake(row.owner)) continue;
      lane.parked.delete(row);
      this.admit(row, entered);
      if (row.waiting.size > 0) lane.parked.add(row);
      return;
    }
    for (const row of lane.parked) this.makeReady(row);
    lane.parked.clear();
  }

  private fill(entered: W[]): void {
    // Who is put back at the end of the row is met again.
    for (const owner of this.turns) {
      if (this.active >= this.limits.slots) return;
      if (!this.mayTake(owner)) continue;
      this.turns.delete(owner);
      this.serve(owner, entered);
      if (owner.ready.size > 0) this.turns.add(owner);
    }
  }

  /** Lets the first in of the first row whose lane has room. */
  private serve(owner: Owner<W>, entered: W[]): void {
    for (const row of owner.ready) {
      owner.ready.delete(row);
      if (row.lane.active >= this.limits.perLane) {
        row.lane.parked.add(row);
        continue;
      }
      this.admit(row, entered);
      if (row.waiting.size > 0) owner.ready.add(row);
      return;
    }
  }

  private admit(row: Row<W>, entered: W[]): void {
    for (const waiter of row.waiting) {
      this.take(row.owner, row.lane);
      this.dequeue(row, waiter);
      entered.push(waiter);
      return;
    }
  }

  private mayTake(owner: Owner<W>): boolean {
    return owner.active < this.limits.slots - this.active;
  }

  private take(owner: Owner<W>, lane: Lane<W>): void {
    owner.active++;
    lane.active++;
    this.active++;
  }

  private queue(owner: Owner<W>, lane: Lane<W>, waiter: W): void {
    let row = owner.rows.get(lane.name);
    if (row === undefined) {
      row = { owner, lane, waiting: new Set() };
      owner.rows.set(lane.name, row);
      lane.rows++;
      if (lane.active < this.limits.perLane) this.makeReady(row);
      else lane.parked.add(row);
    }
    row.waiting.add(waiter);
    owner.waiting++;
    this.waiting++;
  }

  private makeReady(row: Row<W>): void {
    row.owner.ready.add(row);
    this.turns.add(row.owner);
  }

  private dequeue(row: Row<W>, waiter: W): void {
    const { owner, lane } = row;
    row.waiting.delete(waiter);
    owner.waiting--;
    this.waiting--;
    if (row.waiting.size > 0) return;
    owner.rows.delete(lane.name);
    owner.ready.delete(row);
    lane.parked.delete(row);
    lane.rows--;
    if (owner.ready.size === 0) this.turns.delete(owner);
    this.forget(owner, lane);
  }

  private ownerOf(name: string): Owner<W> {
    let owner = this.owners.get(name);
    if (owner === undefined) {
      owner = { name, active: 0, waiting: 0, rows: new Map(), ready: new Set() };
      this.owners.set(name, owner);
    }
    return owner;
  }

  private laneOf(name: string): Lane<W> {
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = { name, active: 0, rows: 0, parked: new Set() };
      this.lanes.set(name, lane);
    }
    return lane;
  }

  private forget(owner: Owner<W>, lane: Lane<W>): void {
    if (owner.active === 0 && owner.rows.size === 0) this.owners.delete(owner.name);
    if (lane.active === 0 && lane.rows === 0) this.lanes.delete(lane.name);
  }
}
