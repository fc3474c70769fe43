import type { Database } from 'lmdb';

/** One write that waits for its group: a value to put, or undefined to remove the key. */
interface Write {
  readonly database: Database<Buffer, Buffer>;
  readonly key: Buffer;
  readonly value: Buffer | undefined;
}

/**
 * After a group of so many writes the next one begins no sooner than `apartMs` after it did. A commit costs its pages and
 * its sync however little is in it; under load that is most of what the edge does, and larger groups halve it.
 */
const busyWrites = 32;
const apartMs = 3;

/** How long writes that are in no hurry wait for others to be committed with. */
const unhurriedMs = 10;

/** Told whether the group that one has contributed to is on disk, or was not written at all. */
export type Settled = (committed: boolean) => void;

/**
 * Asked, when a group is handed over, for what is written once for all of it: sums that its writes have changed. What it
 * puts joins the group. Undefined: nothing has changed.
 */
export type Contribute = () => Settled | undefined;

/** Writes that are committed together. */
class Group {
  readonly writes: Write[] = [];
  readonly begunMs = performance.now();
  readonly committed: Promise<void>;
  /** Whether it is to be committed as soon as may be. */
  hurried = false;
  /** Whether a timer will hurry it. */
  timed = false;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.committed = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever acknowledges awaits `committed`, too, and hears of the failure there.
    this.committed.catch(() => undefined);
  }
}

/**
 * Gathers writes and commits them as one LMDB transaction at a time: those that come while one is being synced form
 * the next. So the busier the edge is, the larger the groups, and the less each write costs in copied pages and
 * syncs; and the writes of one synchronous stretch of code are in one group.
 */
export class GroupCommit {
  private readonly onCommit: (durationMs: number) => void;
  private readonly refresh: () => void;
  private readonly contributors: Contribute[] = [];
  private gathering: Group | undefined;
  private committing: Group | undefined;
  private scheduled = false;
  /** Before this, by the clock of `performance`, no commit begins unless it is flushed. */
  private restsUntilMs = 0;

  /** `refresh` lets reads see what has just been committed: LMDB's own snapshot may be older for the rest of a turn. */
  constructor(onCommit: (durationMs: number) => void, refresh: () => void) {
    this.onCommit = onCommit;
    this.refresh = refresh;
  }

  /** From now on `contribute` is asked whenever a group is handed over. */
  join(contribute: Contribute): void {
    this.contributors.push(contribute);
  }

  /** Adds a write to the group that is being gathered; its promise resolves once that is on disk. */
  add(
    database: Database<Buffer, Buffer>,
    key: Buffer,
    value: Buffer | undefined,
    hurried: boolean,
  ): Promise<void> {
    const group = (this.gathering ??= new Group());
    group.writes.push({ database, key, value });
    group.hurried ||= hurried;
    this.schedule(group);
    return group.committed;
  }

  /** Resolves when everything added so far is on disk, and hurries it there. */
  settled(): Promise<void> {
    const { gathering } = this;
    if (gathering === undefined) return this.committing?.committed ?? Promise.resolve();
    this.hurry(gathering);
    return gathering.committed;
  }

  /** Hands over what has been gathered, so that a transaction begun now comes after it. */
  flush(): void {
    if (this.gathering !== undefined) this.commit();
  }

  private hurry(group: Group): void {
    group.hurried = true;
    if (group === this.gathering) this.schedule(group);
  }

  /** Has a group begin to be committed when its time has come. */
  private schedule(group: Group): void {
    if (!group.hurried && !group.timed) {
      group.timed = true;
      setTimeout(() => this.hurry(group), unhurriedMs);
    }
    if (this.scheduled || this.committing !== undefined || !group.hurried) return;
    this.scheduled = true;
    const begin = (): void => {
      this.scheduled = false;
      if (this.committing === undefined) this.commit();
    };
    const restMs = this.restsUntilMs - performance.now();
    // A timer rounds up to whole milliseconds. An injected clock would hold up what a test waits for in real time.
    if (restMs < 0.5) setImmediate(begin);
    else setTimeout(begin, restMs);
  }

  private commit(): void {
    const group = this.gathering;
    if (group === undefined) return;
    // Contributions come while the group still gathers, and schedule no other one.
    this.committing = group;
    const settled = this.contributors.map((contribute) => contribute());
    this.gathering = undefined;
    this.restsUntilMs = group.writes.length < busyWrites ? 0 : performance.now() + apartMs;
    let last: Promise<boolean> | undefined;
    for (const { database, key, value } of group.writes) {
      last = value === undefined ? database.remove(key) : database.put(key, value);
    }
    const done = (finish: () => void): void => {
      if (this.committing === group) this.committing = undefined;
      finish();
      if (this.gathering !== undefined) this.schedule(this.gathering);
    };
    last?.then(
      () =>
        done(() => {
          this.refresh();
          this.onCommit(performance.now() - group.begunMs);
          for (const tell of settled) tell?.(true);
          group.resolve();
        }),
      (error: unknown) =>
        done(() => {
          for (const tell of settled) tell?.(false);
          group.reject(error);
        }),
    );
  }
}
