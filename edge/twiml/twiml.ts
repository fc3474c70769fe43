import { fail, ok, type Result } from '../../control/base/result.ts';
import { decodeBytes, mediaType } from './charset.ts';
import { readDocument } from './document.ts';
import { elementsOf, isBlank, textOf, type Element } from './element.ts';
import { fault, Warnings, type Fault } from './fault.ts';
import { limits } from './limits.ts';
import { verbs, voiceOnly, type Verb } from './registry.ts';
import type { Context, VerbSpec } from './verb.ts';

/** A document read to its end: what it asks for, and what its author should hear of. */
export interface Twiml {
  readonly verbs: readonly Verb[];
  readonly warnings: readonly Fault[];
}

/** Twilio reads these as TwiML (https://www.twilio.com/docs/messaging/twiml, MIME types). */
const xmlTypes: ReadonlySet<string> = new Set(['text/xml', 'application/xml', 'text/html']);

/** A reply to one message holds no more messages (14109). */
const messagesMax = 10;

const byName = new Map<string, VerbSpec<Verb>>(verbs.map((spec) => [spec.name, spec]));

function readVerb(element: Element, context: Context, warnings: Warnings): Verb | undefined {
  const spec = byName.get(element.name);
  if (spec?.contexts.includes(context) !== true) {
    const known = spec !== undefined || voiceOnly.has(element.name);
    if (known) warnings.add(14110, `<${element.name}> has no place in ${context}`, element.line);
    else warnings.add(12200, `<${element.name}> is not a verb`, element.line);
    return undefined;
  }
  for (const child of elementsOf(element)) {
    if (!spec.children.includes(child.name)) {
      warnings.add(12200, `<${child.name}> has no place in <${element.name}>`, child.line);
    }
  }
  return spec.parse(element, warnings);
}

function readResponse(root: Element, context: Context): Result<Twiml, Fault> {
  if (root.name !== 'Response') return fail(fault(12102, `found <${root.name}>`, root.line));
  const version = root.attributes.get('version');
  if (version !== undefined && !/^(?:1(?:\.0)?|2008-08-01|2010-04-01)$/.test(version)) {
    return fail(fault(12101, version, root.line));
  }
  const warnings = new Warnings();
  if (!isBlank(textOf(root))) warnings.add(12200, 'text directly in <Response> was ignored', root.line);
  const found: Verb[] = [];
  let messages = 0;
  for (const element of elementsOf(root)) {
    const verb = readVerb(element, context, warnings);
    if (verb === undefined) continue;
    if (verb.kind === 'message' && ++messages > messagesMax) {
      if (messages === messagesMax + 1) {
        warnings.add(14109, `only the first ${messagesMax} are sent`, element.line);
      }
      continue;
    }
    found.push(verb);
  }
  return ok({ verbs: found, warnings: warnings.all });
}

/** The whole of a text/plain answer is one message to whoever wrote. */
function readPlain(text: string): Result<Twiml, Fault> {
  const body: Element = { name: 'Message', attributes: new Map(), children: [text], line: 1 };
  return readResponse({ name: 'Response', attributes: new Map(), children: [body], line: 1 }, 'messaging');
}

/**
 * Reads the body of an answer into verbs, before anything of it runs. Faults end the document: 11750 too large,
 * 12300 a Content-Type that is not TwiML's, 12100 not well-formed, 12101 a wrong `version`, 12102 a wrong root.
 * Warnings (12200, 13710, 14103 …) leave the rest of the document to run. An empty body asks for nothing, whatever
 * its type. `contentType` is the header as it came, undefined if there was none. Never throws.
 */
export function parseTwiml(
  body: string | Buffer,
  contentType: string | undefined,
  context: Context,
): Result<Twiml, Fault> {
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (bytes > limits.documentBytes) return fail(fault(11750, `${bytes} bytes`));
  const { type, charset } = mediaType(contentType ?? '');
  let text: string;
  if (typeof body === 'string') text = body.replace(/^\ufeff/, '');
  else {
    const decoded = decodeBytes(body, charset);
    if (!decoded.ok) return fail(fault(12100, decoded.error));
    text = decoded.value;
  }
  if (isBlank(text)) return ok({ verbs: [], warnings: [] });
  if (type === 'text/plain') return readPlain(text);
  if (!xmlTypes.has(type)) return fail(fault(12300, type === '' ? 'there is none' : type));
  const document = readDocument(text);
  return document.ok ? readResponse(document.value, context) : document;
}
