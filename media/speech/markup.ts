import { assertNever } from '../../control/base/result.ts';
import type { Prosody, Spoken } from './ssml.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

const withSign = (value: number): string => (value < 0 ? String(value) : `+${value}`);

function prosodyAttributes({ ratePercent, pitchPercent, volume }: Prosody): string {
  return (
    (ratePercent === undefined ? '' : ` rate="${ratePercent}%"`) +
    (pitchPercent === undefined ? '' : ` pitch="${withSign(pitchPercent)}%"`) +
    (volume === undefined ? '' : ` volume="${volume === 'silent' ? volume : `${withSign(volume)}dB`}"`)
  );
}

function element(name: string, attributes: string, children: readonly Spoken[]): string {
  return `<${name}${attributes}>${children.map(write).join('')}</${name}>`;
}

function write(node: Spoken): string {
  switch (node.kind) {
    case 'text':
      return escaped(node.text);
    case 'break':
      return `<break time="${Math.round(node.durationMs)}ms"/>`;
    case 'emphasis':
      return element('emphasis', ` level="${node.level}"`, node.children);
    case 'language':
      return element('lang', ` xml:lang="${escaped(node.language)}"`, node.children);
    case 'block':
      return element(node.block === 'paragraph' ? 'p' : 's', '', node.children);
    case 'phoneme':
      return element('phoneme', ` alphabet="${node.alphabet}" ph="${escaped(node.symbols)}"`, node.children);
    case 'prosody':
      return element('prosody', prosodyAttributes(node), node.children);
    case 'say-as':
      return element('say-as', ` interpret-as="${node.as}"`, node.children);
    case 'substitute':
      return element('sub', ` alias="${escaped(node.alias)}"`, node.children);
    default:
      return assertNever(node);
  }
}

/** Speech as SSML 1.1 of the W3C, for any synthesiser that reads it. */
export const ssmlDocument = (speech: readonly Spoken[], language: string): string =>
  `<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="${escaped(language)}">` +
  `${speech.map(write).join('')}</speak>`;
