import { readAttributes, type AttributeTable } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { recordingNoun, type RecordingNoun } from '../nouns/recording.ts';
import { streamNoun, type StreamNoun } from '../nouns/stream.ts';
import { unsupported, type Unsupported } from '../unsupported.ts';
import { readChildren, type VerbSpec } from '../verb.ts';

/** Begin something that goes on beside the document (https://www.twilio.com/docs/voice/twiml/start). */
export interface StartVerb {
  readonly kind: 'start';
  /** At least one. */
  readonly nouns: readonly (StreamNoun | RecordingNoun | Unsupported)[];
  readonly line: number;
}

const attributes = {
  /** Twilio's SDKs have them; nothing is requested when what was started ends. */
  action: { kind: 'url', fault: 11100 },
  method: { kind: 'method', fault: 21209 },
} as const satisfies AttributeTable;

/** Nouns that only Twilio's own services can serve. */
const elsewhere = ['Siprec', 'Transcription'].map((name) => unsupported(name, 14300));

function parse(element: Element, warnings: Warnings): StartVerb | undefined {
  readAttributes(element, attributes, warnings);
  const nouns = readChildren<StartVerb['nouns'][number]>(
    element,
    [streamNoun, recordingNoun, ...elsewhere],
    warnings,
  );
  if (nouns.length > 0) return { kind: 'start', nouns, line: element.line };
  warnings.add(14300, 'there is nothing to start', element.line);
  return undefined;
}

export const start: VerbSpec<StartVerb> = {
  name: 'Start',
  contexts: ['voice'],
  attributes,
  children: ['Stream', 'Recording', 'Siprec', 'Transcription'],
  childFault: 14300,
  parse,
};
