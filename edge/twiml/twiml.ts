import { fail, ok, type Result } from '../../control/base/result.ts';
import { decodeBytes, mediaType } from './charset.ts';
import { readDocument } from './document.ts';
import { elementsOf, isBlank, textOf, type Element } from './element.ts';
import { fault, Warnings, type Fault } from './fault.ts';
import { limits } from './limits.ts';
import { messagingVerbs, voiceVerbs, type Verb } from './registry.ts';
import { readElement, type Context, type VerbSpec } from './verb.ts';

/** A document read to its end: what it asks for, and what its author should hear of. */
export interface Twiml<In extends Context = 'messaging'> {
  readonly verbs: readonly Verb<In>[];
  readonly warnings: readonly Fault[];
}

/** Twilio reads these as TwiML (https://www.twilio.com/docs/messaging/twiml, MIME types). */
const xmlTypes: ReadonlySet<string> = new Set(['text/xml', 'application/xml', 'text/html']);

/** A reply to one message holds no more messages (14109). */
const messagesMax = 10;

type VerbTable<In extends Context> = ReadonlyMap<string, VerbSpec<Verb<In>>>;

const tables: { readonly [In in Context]: VerbTable<In> } = {
  messaging: new Map(messagingVerbs.map((spec) => [spec.name, spec])),
  voice: new Map(voiceVerbs.map((spec) => [spec.name, spec])),
};

function readVerb<In extends Context>(
  element: Element,
  context: In,
  warnings: Warnings,
): Verb<In> | undefined {
  const table: VerbTable<In> = tables[context];
  const spec = table.get(element.name);
  if (spec !== undefined) return readElement(spec, element, warnings);
  // Twilio has a number for the verbs of calls in a reply to a message.
  if (tables.voice.has(element.name)) {
    warnings.add(14110, `<${element.name}> has no place in ${context}`, element.line);
  } else warnings.add(12200, `<${element.name}> is not a verb`, element.line);
  return undefined;
}

function readResponse<In extends Context>(root: Element, context: In): Result<Twiml<In>, Fault> {
  if (root.name !== 'Response') return fail(fault(12102, `found <${root.name}>`, root.line));
  const version = root.attributes.get('version');
  if (version !== undefined && !/^(?:1(?:\.0)?|2008-08-01|2010-04-01)$/.test(version)) {
    return fail(fault(12101, version, root.line));
  }
  const warnings = new Warnings();
  if (!isBlank(textOf(root))) warnings.add(12200, 'text directly in <Response> was ignored', root.line);
  const found: Verb<In>[] = [];
  let messages = 0;
  for (const element of elementsOf(root)) {
    const verb = readVerb(element, context, warnings);
    if (verb === undefined) continue;
    if (context === 'messaging' && verb.kind === 'message' && ++messages > messagesMax) {
      if (messages === messagesMax + 1) {
        warnings.add(14109, `only the first ${messagesMax} are sent`, element.line);
      }
      continue;
    }
    found.push(verb);
  }
  return ok({ verbs: found, warnings: warnings.all });
}

/** What the whole of a text/plain answer stands for: a message to whoever wrote, words to whoever called. */
const plain: { readonly [In in Context]: string } = { messaging: 'Message', voice: 'Say' };

/** An answer that is one verb with nothing but text in it. */
function readAlone<In extends Context>(name: string, text: string, context: In): Result<Twiml<In>, Fault> {
  const verb: Element = { name, attributes: new Map(), children: [text], line: 1 };
  return readResponse({ name: 'Response', attributes: new Map(), children: [verb], line: 1 }, context);
}

/** Twilio plays an answer that is sound instead of TwiML (https://www.twilio.com/docs/voice/twiml, MIME types). */
const ownSound: Twiml<'voice'> = {
  verbs: [{ kind: 'play', sound: { kind: 'url', url: '' }, loop: 1, line: 1 }],
  warnings: [],
};

/** Whether an answer to a call is sound: it becomes a <Play> of its own URL, whatever its size. */
export const isSound = (contentType: string | undefined): boolean =>
  mediaType(contentType ?? '').type.startsWith('audio/');

/**
 * Reads the body of an answer into verbs, before anything of it runs. Faults end the document: 11750 too large,
 * 12300 a Content-Type that is not TwiML's, 12100 not well-formed, 12101 a wrong `version`, 12102 a wrong root.
 * Warnings (12200, 13710, 14103 …) leave the rest of the document to run. An empty body asks for nothing, whatever
 * its type. `contentType` is the header as it came, undefined if there was none. Never throws.
 */
export function parseTwiml<In extends Context>(
  body: string | Buffer,
  contentType: string | undefined,
  context: In,
): Result<Twiml<In>, Fault> {
  if (context === 'voice' && isSound(contentType)) return ok(ownSound as Twiml<In>);
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
  if (type === 'text/plain') return readAlone(plain[context], text, context);
  if (!xmlTypes.has(type)) return fail(fault(12300, type === '' ? 'there is none' : type));
  const document = readDocument(text);
  return document.ok ? readResponse(document.value, context) : document;
}
