import { optional, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import { callStatusAttributes, callStatusCallback, type Callback, type CallEvent } from '../callbacks.ts';
import { textOf, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import type { ElementSpec } from '../verb.ts';
import { machineDetection, machineDetectionAttributes, type MachineDetection } from './amd.ts';

/** A phone number to dial (https://www.twilio.com/docs/voice/twiml/number). */
export interface NumberNoun {
  readonly kind: 'number';
  /** Digits, with a `+` before them if it was written; not yet checked to be a number that exists. */
  readonly number: string;
  /** Sent once it has answered: `0-9 A-D * #`; `w` waits 0.5 s, `W` 1 s. */
  readonly sendDigits?: string;
  /** TwiML that the called party hears before it is connected. */
  readonly url?: string;
  readonly method: HttpMethod;
  readonly statusCallback?: Callback<CallEvent>;
  readonly machineDetection?: MachineDetection;
  readonly byoc?: string;
  readonly line: number;
}

const attributes = {
  sendDigits: { kind: 'pattern', pattern: /^[0-9A-Da-d*#wW]{1,256}$/, fault: 13222 },
  url: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 13221, default: 'POST' },
  byoc: { kind: 'text' },
  ...callStatusAttributes,
  ...machineDetectionAttributes,
} as const satisfies AttributeTable;

/** The digits of a number as people write it, `(415) 555-1212`; undefined (13223) if it is none. */
export function readNumber(text: string, line: number, warnings: Warnings): string | undefined {
  const digits = text.replace(/[\s().\-\u2010-\u2015\u00a0]/g, '');
  if (/^\+?\d{3,20}$/.test(digits)) return digits;
  warnings.add(13223, 'digits, with + and country code before them, are expected', line);
  return undefined;
}

function parse(element: Element, warnings: Warnings): NumberNoun | undefined {
  const given = readAttributes(element, attributes, warnings);
  const number = readNumber(textOf(element), element.line, warnings);
  if (number === undefined) return undefined;
  return {
    kind: 'number',
    number,
    method: given.method,
    ...optional({
      sendDigits: given.sendDigits,
      url: given.url,
      byoc: given.byoc,
      statusCallback: callStatusCallback(given),
      machineDetection: machineDetection(given),
    }),
    line: element.line,
  };
}

export const numberNoun: ElementSpec<NumberNoun> = { name: 'Number', attributes, children: [], parse };
