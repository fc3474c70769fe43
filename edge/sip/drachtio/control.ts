import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import type { Clock } from '../../../control/base/clock.ts';
import { AppConnection } from './app.ts';
import type { AppEvents } from './app.ts';
import { Apps } from './apps.ts';

export interface ControlOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

/** Connections at once that have not said who they are count, too. */
const connectionsMax = 256;

/** The port to which applications connect. */
export class ControlPort {
  readonly apps = new Apps();
  private readonly options: ControlOptions;
  private readonly server: Server;

  constructor(options: ControlOptions, clock: Clock, events: Omit<AppEvents, 'admits'>) {
    this.options = options;
    const wanted = digest(options.secret);
    const appEvents: AppEvents = {
      admits: (secret) => timingSafeEqual(digest(secret), wanted),
      get welcome() {
        return events.welcome;
      },
      command: (command, app) => events.command(command, app),
      closed: (app) => {
        this.apps.remove(app);
        events.closed(app);
      },
    };
    this.server = createServer({ noDelay: true }, (socket) => {
      if (this.apps.size >= connectionsMax) socket.destroy();
      else this.apps.add(new AppConnection(socket, appEvents, clock));
    });
  }

  /** Gives the port it listens on; rejects with Node's error if that cannot be. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, this.options.host, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.apps.closeAll();
    });
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
