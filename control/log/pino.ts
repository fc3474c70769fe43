import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { Fields, Log } from './log.ts';
import { redact } from './redact.ts';

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log of JSON lines on standard output, or on `destination`. */
export function createLog(level: Level, destination?: DestinationStream): Log {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    base: null,
    messageKey: 'message',
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => redact(fields),
    },
  };
  return wrap(destination === undefined ? pino(options) : pino(options, destination));
}

function wrap(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    // Fields bound to a child pass no formatter of pino's, so they are redacted here.
    child: (fields: Fields) => wrap(logger.child(redact(fields))),
  };
}
