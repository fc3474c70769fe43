import { numberedError } from '../../control/errors/errors.ts';
import { code, state } from './components.ts';
import { html, type Html } from './html.ts';

/** A numbered error with what it means; nothing for 0. */
export const errorWords = (errorCode: number): Html | undefined =>
  errorCode === 0 ? undefined : html`${code(errorCode)} ${numberedError(errorCode).message}`;

const good = new Set(['delivered', 'received', 'completed', 'active', 'sent', 'in-progress']);
const bad = new Set(['undelivered', 'failed', 'closed']);
const warn = new Set(['busy', 'no-answer', 'canceled', 'suspended']);

/** A status of a message, a call or an account. */
export const status = (word: string): Html =>
  state(word, good.has(word) ? 'good' : bad.has(word) ? 'bad' : warn.has(word) ? 'warn' : 'plain');
