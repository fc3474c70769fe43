import { LoopbackCarrier } from './carrier.ts';
import { settingsOf, type LoopbackOptions } from './options.ts';
import { countsLine, eventLine } from './words.ts';

/** How the command meets the world; `strowger` gives its own. */
export interface LoopbackIo {
  out(text: string): void;
  untilStopped(): AbortSignal;
}

/**
 * `strowger loopback`: the simulated carrier until SIGTERM or SIGINT. Prints where it listens, every event with
 * `--verbose` or `json`, and at the end the counts. Throws where an option is wrong or it cannot listen.
 */
export async function runLoopback(options: LoopbackOptions, io: LoopbackIo, json = false): Promise<void> {
  const settings = settingsOf(options);
  if (!settings.ok) throw new Error(settings.error);
  const stop = io.untilStopped();
  const carrier = new LoopbackCarrier(settings.value);
  await carrier.listen();
  const { host, port } = carrier.address;
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const print = (value: object, text: string): void => io.out(`${json ? JSON.stringify(value) : text}\n`);
  print({ type: 'listening', smpp: where }, `SMSC listening on ${where} (Ctrl-C ends)`);
  if (json || options['verbose'] === true) {
    carrier.subscribe((event) => print(event, eventLine(event)));
  }
  if (!stop.aborted) {
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  }
  await carrier.close();
  print({ type: 'counts', ...carrier.counts }, countsLine(carrier.counts));
}
