import { spokenForecast } from './weather.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** `text` as XML character data; characters that XML 1.0 (section 2.2) cannot carry are left out. */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');

const document = (verbs: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;

const say = (text: string): string => `<Say>${escapeXml(text)}</Say>`;

/** The document that answers a text with another. */
export const messageTwiml = (text: string): string => document(`<Message>${escapeXml(text)}</Message>`);

/** The city of whoever calls, and the one behind the digit 1. */
const [home, other] = ['Paris', 'London'];

/** The document that answers a call: the weather, and a choice. */
export function greetingTwiml(day: string): string {
  const words = `${spokenForecast(home, day)} Press 1 for ${other}.`;
  return document(`<Gather action="/digits" numDigits="1">${say(words)}</Gather>${say('Goodbye.')}`);
}

/** The document that answers a digit; the call ends with it. */
export const choiceTwiml = (digits: string, day: string): string =>
  document(say(digits === '1' ? `${spokenForecast(other, day)} Goodbye.` : 'Goodbye.'));
