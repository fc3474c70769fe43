import { execFile } from 'node:child_process';
import type { Clock } from '../base/clock.ts';
import { sendDatagram } from './datagram.ts';

/** Tells the service manager, in one message, what each line says (sd_notify(3)). Resolves when it has been handed over. */
export type Notify = (...lines: readonly string[]) => Promise<void>;

/** The manager reads its socket between other things. */
const againMs = 50;
/** So that it has five seconds to read what others have sent. */
const triesMax = 100;

/**
 * By the socket that NOTIFY_SOCKET names. One in the abstract namespace ('@…') is beyond our binding, so systemd-notify(1)
 * speaks to it. A message that cannot be handed over is dropped: the manager notices what it does not hear.
 */
export function notifyBy(socket: string, clock: Clock): Notify {
  if (socket.startsWith('@')) return byCommand;
  return async (...lines) => {
    const message = Buffer.from(lines.join('\n'));
    for (let tries = 0; tries < triesMax && sendDatagram(socket, message) === 'full'; tries++)
      await new Promise<void>((resolve) => clock.after(againMs, resolve));
  };
}

function byCommand(...lines: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    execFile('systemd-notify', lines, () => resolve());
  });
}
