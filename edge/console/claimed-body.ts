import type { Params } from '../webhook/signature.ts';

/** What a body may have been, as somebody pasted it. */
export interface ClaimedBody {
  readonly params: Params;
  /** Null: it can only have been a form. */
  readonly body: string | null;
}

/**
 * Reads a pasted body: a form as it was on the wire (`From=%2B1…&Body=…`), its parameters a line each (`From: +1…`,
 * `From=+1…`), or JSON, which is the body itself or, where it is an object of texts, the parameters as a framework shows
 * them.
 */
export function readClaimedBody(pasted: string): ClaimedBody {
  const text = pasted.trim();
  if (text === '') return { params: [], body: null };
  if (text.startsWith('{') || text.startsWith('[')) return { params: paramsOfJson(text), body: pasted };
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const isList = lines.length > 1 || /^[\w.-]+:\s/.test(text);
  return { params: isList ? lines.map(paramOfLine) : [...new URLSearchParams(text)], body: null };
}

function paramOfLine(line: string): readonly [string, string] {
  const match = /^\s*([^:=\s]+)\s*(?::\s?|=)(.*)$/.exec(line);
  return match === null ? [line.trim(), ''] : [match[1] ?? '', match[2] ?? ''];
}

function paramsOfJson(text: string): Params {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? entries : [];
}
