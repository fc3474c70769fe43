import type { Params } from './signature.ts';

/** What a form leaves as it is (WHATWG URL, application/x-www-form-urlencoded percent-encode set). */
const plain = /^[A-Za-z0-9*\-._]*$/;

const escapes: Readonly<Record<string, string>> = {
  '%20': '+',
  '!': '%21',
  "'": '%27',
  '(': '%28',
  ')': '%29',
  '~': '%7E',
};

function encode(text: string): string {
  if (plain.test(text)) return text;
  let encoded: string;
  try {
    encoded = encodeURIComponent(text);
  } catch {
    // A lone surrogate has no UTF-8; as everywhere in the platform it is sent as U+FFFD.
    encoded = encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
  }
  return encoded.replace(/%20|[!'()~]/g, (found) => escapes[found] ?? found);
}

/** Parameters as application/x-www-form-urlencoded, in their order. What URLSearchParams gives, without building one. */
export function encodeForm(params: Params): string {
  let form = '';
  for (const [name, value] of params) form += `${form === '' ? '' : '&'}${encode(name)}=${encode(value)}`;
  return form;
}
