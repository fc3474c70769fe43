import { optional, readAttributes, type AttributeTable, type HttpMethod } from '../attributes.ts';
import { callStatusAttributes, callStatusCallback, type Callback, type CallEvent } from '../callbacks.ts';
import { textOf, type Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { readSipUri, type SipTarget } from '../uri.ts';
import type { ElementSpec } from '../verb.ts';
import { machineDetection, machineDetectionAttributes, type MachineDetection } from './amd.ts';

/** A SIP address to dial (https://www.twilio.com/docs/voice/twiml/sip). */
export interface SipNoun {
  readonly kind: 'sip';
  readonly to: SipTarget;
  /** For the digest challenge of whoever answers. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** TwiML that the called party hears before it is connected. */
  readonly url?: string;
  readonly method: HttpMethod;
  readonly statusCallback?: Callback<CallEvent>;
  readonly machineDetection?: MachineDetection;
  readonly line: number;
}

const attributes = {
  username: { kind: 'pattern', pattern: /^[^\p{Cc}"]{1,255}$/u, fault: 13249 },
  password: { kind: 'pattern', pattern: /^[^\p{Cc}]{1,255}$/u, fault: 13249 },
  url: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 13241, default: 'POST' },
  ...callStatusAttributes,
  ...machineDetectionAttributes,
} as const satisfies AttributeTable;

function parse(element: Element, warnings: Warnings): SipNoun | undefined {
  const given = readAttributes(element, attributes, warnings);
  const { username, password } = given;
  if (username === undefined && password !== undefined) {
    warnings.add(13249, 'a password without a username', element.line);
  }
  const to = readSipUri(textOf(element), element.line, warnings);
  if (to === undefined) return undefined;
  return {
    kind: 'sip',
    to,
    method: given.method,
    ...optional({
      credentials: username === undefined ? undefined : { username, password: password ?? '' },
      url: given.url,
      statusCallback: callStatusCallback(given),
      machineDetection: machineDetection(given),
    }),
    line: element.line,
  };
}

export const sipNoun: ElementSpec<SipNoun> = { name: 'Sip', attributes, children: [], parse };
