import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import { parseHead } from '../message/parse.ts';
import type { Head } from '../message/parse.ts';
import { parseInteger } from '../message/scan.ts';

/** A SIP message as an application wrote it: not yet fit for the wire, which wants Via, tags and more. */
export interface AppMessage extends Head {
  readonly body: string;
}

/** How an application wants a request proxied. */
export interface ProxyWish {
  /** Whether later requests of the dialog come through us, too. */
  readonly recordRoute: boolean;
  /** Whether final responses are told to the application. */
  readonly fullResponse: boolean;
  readonly followRedirects: boolean;
  readonly simultaneous: boolean;
  readonly provisionalTimeoutMs: number | undefined;
  readonly finalTimeoutMs: number | undefined;
  /** SIP URIs, in their order. */
  readonly targets: readonly string[];
}

/** What an application says on its control connection. `id` names the message, for the answer to it. */
export type Command =
  | {
      readonly kind: 'authenticate';
      readonly id: string;
      readonly secret: string;
      readonly tags: readonly string[];
    }
  | { readonly kind: 'ping'; readonly id: string }
  | { readonly kind: 'route'; readonly id: string; readonly verb: string }
  | { readonly kind: 'removeRoute'; readonly id: string; readonly verb: string }
  | {
      readonly kind: 'sip';
      readonly id: string;
      /** '' where none is given. */
      readonly transactionId: string;
      readonly dialogId: string;
      /** A SIP URI to send to in place of the request's own; '' for none. */
      readonly proxy: string;
      readonly message: AppMessage;
    }
  | {
      readonly kind: 'proxy';
      readonly id: string;
      readonly transactionId: string;
      readonly wish: ProxyWish;
      readonly message: AppMessage;
    };

/** What cannot be read; `id` is '' where not even that could be. */
export interface CommandFault {
  readonly id: string;
  readonly reason: string;
}

const refused = (id: string, reason: string): Result<never, CommandFault> => fail({ id, reason });

/** Reads one message of an application. */
export function parseCommand(text: string): Result<Command, CommandFault> {
  const lineEnd = text.indexOf('\r\n');
  const [id = '', verb = '', ...words] = (lineEnd < 0 ? text : text.slice(0, lineEnd)).split('|');
  const [first = '', second = '', third = ''] = words;
  switch (verb) {
    case 'authenticate':
      return ok({ kind: 'authenticate', id, secret: first, tags: second === '' ? [] : second.split(',') });
    case 'ping':
      return ok({ kind: 'ping', id });
    case 'route':
      return ok({ kind: 'route', id, verb: first });
    case 'remove_route':
      return ok({ kind: 'removeRoute', id, verb: first });
    case 'sip': {
      const message = parseAppMessage(text, lineEnd);
      if (message === undefined) return refused(id, 'Invalid message format');
      return ok({ kind: 'sip', id, transactionId: first, dialogId: second, proxy: third, message });
    }
    case 'proxy': {
      const message = parseAppMessage(text, lineEnd);
      const wish = parseWish(words.slice(1));
      if (wish === undefined) return refused(id, 'Invalid proxy request: not enough information provided');
      if (message === undefined) return refused(id, 'Invalid message format');
      return ok({ kind: 'proxy', id, transactionId: first, wish, message });
    }
    default:
      return refused(id, 'Unknown message type');
  }
}

/** The SIP message after the first line; a malformed header field is left out. undefined if it has no first line. */
function parseAppMessage(text: string, lineEnd: number): AppMessage | undefined {
  if (lineEnd < 0) return undefined;
  const start = lineEnd + 2;
  const blank = text.indexOf('\r\n\r\n', start);
  const head = parseHead(text.slice(start, blank < 0 ? text.length : blank + 2));
  return head === undefined ? undefined : { ...head, body: blank < 0 ? '' : text.slice(blank + 4) };
}

function parseWish(words: readonly string[]): ProxyWish | undefined {
  const [stay, full, follow, forking, provisional = '', final = '', ...targets] = words;
  if (targets.length === 0 || targets.length > targetsMax || targets.includes('')) return undefined;
  return {
    recordRoute: stay === 'remainInDialog',
    fullResponse: full === 'fullResponse',
    followRedirects: follow === 'followRedirects',
    simultaneous: forking === 'simultaneous',
    provisionalTimeoutMs: parseDurationMs(provisional),
    finalTimeoutMs: parseDurationMs(final),
    targets,
  };
}

const targetsMax = 32;

/** `2s` or `1500ms`; undefined for anything else. */
function parseDurationMs(text: string): number | undefined {
  const parts = /^(\d{1,7})(ms|s)$/.exec(text);
  const value = parseInteger(parts?.[1] ?? '', 9_999_999);
  return value === undefined ? undefined : parts?.[2] === 's' ? value * 1_000 : value;
}
