import type { Json, Reply } from './exchange.ts';

/** A numbered error as an answer. */
export type Refused = Extract<Reply, { readonly kind: 'error' }>;

export const json = (body: Json): Reply => ({ kind: 'json', status: 200, body });
export const created = (body: Json): Reply => ({ kind: 'json', status: 201, body });
export const noContent: Reply = { kind: 'empty' };

/** `detail` says what is wrong and what to do; the table's message stands without it. */
export const refused = (code: number, detail: string): Refused => ({ kind: 'error', code, detail });
/** The front door names the path in the message. */
export const notFound: Refused = { kind: 'error', code: 20404 };

/** What a tenant wrote, fit for an error message. */
export const printable = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** What is '' where Twilio has null. */
export const orNull = (text: string): string | null => (text === '' ? null : text);
