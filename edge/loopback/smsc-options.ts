import { fail, ok, type Result } from '../../control/base/result.ts';
import { listenAddress, ownPrefixes, type LoopbackOptions } from './option-values.ts';
import { plainBehaviour } from './behaviour.ts';
import { defaultSettings, type LoopbackSettings } from './settings.ts';

/** Options of `strowger loopback` for messages, as the command line declares them. */
export const smscOptions = [
  { flags: '--listen <address>', summary: 'where the SMSC listens (default: 127.0.0.1:2775)' },
  { flags: '--system-id <id>', summary: 'accept this system_id only (default: any)' },
  { flags: '--password <password>', summary: 'accept this password only (default: any)' },
  { flags: '--rate <n>', summary: 'most submit_sm a second; more are throttled (default: no bound)' },
  { flags: '--latency-ms <ms>', summary: 'time from a submit_sm to its response (default: 0)' },
  { flags: '--throttle <percent>', summary: 'throttle this share of messages (default: 0)' },
  { flags: '--fail <percent>', summary: 'refuse this share of messages (default: 0)' },
  { flags: '--undelivered <percent>', summary: 'report this share as undeliverable (default: 0)' },
  {
    flags: '--own <prefixes>',
    summary: 'numbers of the clients themselves, to whom texts and calls go back, such as +1415,+1212',
  },
  { flags: '--no-receipts', summary: 'send no receipts' },
  { flags: '--receipt-ms <ms>', summary: 'time from a response to the receipt (default: 100)' },
  { flags: '--verbose', summary: 'print every message, and what happens in calls' },
] as const;

const defaultPort = 2775;
const delayMaxMs = 3_600_000;

/** The SMSC's settings that the options ask for, or which option is wrong and why. */
export function settingsOf(options: LoopbackOptions): Result<LoopbackSettings, string> {
  const faults: string[] = [];
  const number = (name: string, flag: string, max: number, otherwise: number): number => {
    const text = options[name];
    if (text === undefined) return otherwise;
    if (typeof text === 'string' && /^\d{1,9}(\.\d{1,6})?$/.test(text) && Number(text) <= max)
      return Number(text);
    faults.push(`${flag}: expected a number from 0 to ${max}`);
    return otherwise;
  };
  const share = (name: string): number => number(name, `--${name}`, 100, 0) / 100;
  const text = (name: string): string | null => {
    const value = options[name];
    return typeof value === 'string' ? value : null;
  };
  const listen = listenAddress(text('listen') ?? `127.0.0.1:${defaultPort}`);
  if (listen === undefined) faults.push('--listen: expected an address such as 127.0.0.1:2775');
  if (!/^(\+?\d{1,15}(,|$))*$/.test(text('own') ?? ''))
    faults.push('--own: expected prefixes such as +1415,+1212');
  const { throttling, failures, fates, receipts } = plainBehaviour;
  const settings: LoopbackSettings = {
    ...defaultSettings,
    ...listen,
    systemId: text('systemId'),
    password: text('password'),
    ownPrefixes: ownPrefixes(text('own')),
    // Nobody asks a process of its own for its record.
    recordMax: 0,
    behaviour: {
      ...plainBehaviour,
      ratePerSecond: number('rate', '--rate', 1_000_000, 0),
      latencyMs: number('latencyMs', '--latency-ms', delayMaxMs, 0),
      throttling: { ...throttling, share: share('throttle') },
      failures: { ...failures, share: share('fail') },
      fates: {
        ...fates,
        delayMs: number('receiptMs', '--receipt-ms', delayMaxMs, fates.delayMs),
        undeliveredShare: share('undelivered'),
      },
      receipts: options['receipts'] === false ? { ...receipts, form: 'none' } : receipts,
    },
  };
  return faults.length === 0 ? ok(settings) : fail(faults.join('; '));
}
