/** What a process is told: to end, or to have what is installed now take its place. */
export type Told = 'end' | 'renew';

/** The signals of this process, one after the other. */
export class Signals {
  private readonly waiting: ((told: Told) => void)[] = [];

  constructor() {
    const tell = (told: Told): void => {
      for (const resolve of this.waiting.splice(0)) resolve(told);
    };
    process.on('SIGTERM', () => tell('end'));
    process.on('SIGINT', () => tell('end'));
    // A terminal that hangs up takes its processes with it; a service manager asks for a reload.
    process.on('SIGHUP', () => tell(process.stdin.isTTY ? 'end' : 'renew'));
  }

  /** Resolves at the next one. */
  next(): Promise<Told> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when the process is next told to end. */
  async end(): Promise<void> {
    while ((await this.next()) !== 'end');
  }
}
