import type { AppConnection } from './app.ts';

/** The applications now connected, and which of them wants what. */
export class Apps {
  private readonly connected = new Set<AppConnection>();
  /** How often each verb has been given to someone: they take turns. */
  private readonly turns = new Map<string, number>();

  add(app: AppConnection): void {
    this.connected.add(app);
  }

  remove(app: AppConnection): void {
    this.connected.delete(app);
  }

  get size(): number {
    return this.connected.size;
  }

  /** The next application that wants a verb. */
  forVerb(verb: string): AppConnection | undefined {
    const willing: AppConnection[] = [];
    for (const app of this.connected) if (app.open && app.verbs.has(verb)) willing.push(app);
    if (willing.length < 2) return willing[0];
    const turn = this.turns.get(verb) ?? 0;
    this.turns.set(verb, turn + 1);
    return willing[turn % willing.length];
  }

  /** Another application for the dialogs of one that has gone: of the same tags, and answering calls at all. */
  instead(gone: AppConnection): AppConnection | undefined {
    for (const app of this.connected)
      if (app.open && app.tags.join() === gone.tags.join() && app.verbs.size > 0) return app;
    return undefined;
  }

  /** The longest backlog of any application, in octets. */
  get backlog(): number {
    let longest = 0;
    for (const app of this.connected) longest = Math.max(longest, app.backlog);
    return longest;
  }

  closeAll(): void {
    for (const app of this.connected) app.close();
  }
}
