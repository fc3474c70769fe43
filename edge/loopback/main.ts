import { addressText } from '../../control/config/address.ts';
import { LoopbackCarrier } from './carrier.ts';
import type { LoopbackOptions } from './option-values.ts';
import { settingsOf } from './smsc-options.ts';
import { trunkWishesOf } from './voice/options.ts';
import { LoopbackTrunk } from './voice/trunk.ts';
import { countsLine, eventLine } from './words.ts';

/** How the command meets the world; `strowger` gives its own. */
export interface LoopbackIo {
  out(text: string): void;
  untilStopped(): AbortSignal;
}

/**
 * `strowger loopback`: the simulated carrier until SIGTERM or SIGINT. Prints where it listens, every event with
 * `--verbose` or `json`, and at the end the counts. Throws where an option is wrong, it cannot listen, or there is no
 * media worker for the phones' sound.
 */
export async function runLoopback(options: LoopbackOptions, io: LoopbackIo, json = false): Promise<void> {
  const settings = settingsOf(options);
  const wishes = trunkWishesOf(options);
  const faults = [settings, wishes].flatMap((read) => (read.ok ? [] : [read.error]));
  if (!settings.ok || !wishes.ok) throw new Error(faults.join('; '));
  const stop = io.untilStopped();
  const carrier = new LoopbackCarrier(settings.value);
  const { call } = wishes.value;
  let trunk: LoopbackTrunk | null = null;
  try {
    await carrier.listen();
    if (wishes.value.trunk !== null) trunk = await LoopbackTrunk.open(wishes.value.trunk);
    const where = {
      smpp: addressText(carrier.address),
      sip: trunk === null ? null : addressText(trunk.address),
    };
    const print = (value: object, text: string): void => io.out(`${json ? JSON.stringify(value) : text}\n`);
    const trunkText = where.sip === null ? '' : `, SIP trunk on ${where.sip}`;
    print({ type: 'listening', ...where }, `SMSC listening on ${where.smpp}${trunkText} (Ctrl-C ends)`);
    if (json || options['verbose'] === true) {
      carrier.subscribe((event) => print(event, eventLine(event)));
      trunk?.subscribe((event) => print(event, eventLine(event)));
    }
    if (call !== null) await trunk?.call(call.from, call.to);
    if (!stop.aborted) {
      await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
    }
    await trunk?.close();
    await carrier.close();
    print(
      { type: 'counts', ...carrier.counts, calls: trunk?.counts ?? null },
      countsLine(carrier.counts, trunk?.counts ?? null),
    );
  } catch (error) {
    await trunk?.close();
    await carrier.close();
    throw error;
  }
}
