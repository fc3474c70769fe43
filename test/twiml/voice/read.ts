import assert from 'node:assert/strict';
import type { VoiceVerb } from '../../../edge/twiml/registry.ts';
import { parseTwiml, type Twiml } from '../../../edge/twiml/twiml.ts';

/** Reads a voice document that must be readable. */
export function read(document: string): Twiml<'voice'> {
  const result = parseTwiml(document, 'text/xml', 'voice');
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

export const codes = (twiml: Twiml<'voice'>): number[] => twiml.warnings.map((warning) => warning.code);

/** The one verb of `<Response>inner</Response>`, of the kind that is expected, with nothing to complain of. */
export function only<Kind extends VoiceVerb['kind']>(
  document: string,
  kind: Kind,
): Extract<VoiceVerb, { kind: Kind }> {
  const twiml = read(document.includes('<Response') ? document : `<Response>${document}</Response>`);
  assert.deepEqual(twiml.warnings, []);
  assert.equal(twiml.verbs.length, 1);
  const verb = twiml.verbs[0]!;
  assert.equal(verb.kind, kind);
  return verb as Extract<VoiceVerb, { kind: Kind }>;
}
