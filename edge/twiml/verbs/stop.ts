import { readAttributes } from '../attributes.ts';
import type { Element } from '../element.ts';
import type { Warnings } from '../fault.ts';
import { recordingNoun } from '../nouns/recording.ts';
import { streamAttributes } from '../nouns/stream.ts';
import { unsupported, type Unsupported } from '../unsupported.ts';
import { readChildren, type ElementSpec, type VerbSpec } from '../verb.ts';

/** What was started, by its name. */
export interface StopNoun {
  readonly kind: 'stream' | 'recording';
  readonly name: string;
  readonly line: number;
}

/** End what <Start> began (https://www.twilio.com/docs/voice/twiml/stop). */
export interface StopVerb {
  readonly kind: 'stop';
  /** At least one. */
  readonly nouns: readonly (StopNoun | Unsupported)[];
  readonly line: number;
}

/** Attributes other than the name mean nothing here, but are the noun's own. */
const byName = (
  kind: StopNoun['kind'],
  { name, attributes }: Pick<ElementSpec<unknown>, 'name' | 'attributes'>,
): ElementSpec<StopNoun> => ({
  name,
  attributes,
  children: ['Parameter'],
  parse(element, warnings) {
    readAttributes(element, attributes, warnings);
    const given = element.attributes.get('name')?.trim() ?? '';
    if (given !== '') return { kind, name: given, line: element.line };
    warnings.add(14300, `<${element.name}> needs the name that it was started with`, element.line);
    return undefined;
  },
});

const nounSpecs: readonly ElementSpec<StopNoun | Unsupported>[] = [
  byName('stream', { name: 'Stream', attributes: streamAttributes }),
  byName('recording', recordingNoun),
  unsupported('Siprec', 14300),
  unsupported('Transcription', 14300),
];

function parse(element: Element, warnings: Warnings): StopVerb | undefined {
  readAttributes(element, {}, warnings);
  const nouns = readChildren(element, nounSpecs, warnings);
  if (nouns.length > 0) return { kind: 'stop', nouns, line: element.line };
  warnings.add(14300, 'there is nothing to stop', element.line);
  return undefined;
}

export const stop: VerbSpec<StopVerb> = {
  name: 'Stop',
  contexts: ['voice'],
  attributes: {},
  children: nounSpecs.map(({ name }) => name),
  childFault: 14300,
  parse,
};
