import { readTarget } from '../webhook/target.ts';
import type { Params } from './exchange.ts';
import { printable, refused, type Refused } from './reply.ts';

/** "Invalid Parameter", for parameters without a number of their own. */
export const invalidParameter = 20422;
const urlMaxCharacters = 2083;

/**
 * Reads typed parameters. A bad value is read as if it were missing and leaves its numbered error in `fault`, the first
 * one staying; so a handler reads all it needs and asks once.
 */
export class Reader {
  fault: Refused | undefined;
  private readonly params: Params;

  constructor(params: Params) {
    this.params = params;
  }

  /** Notes an error; the first one stays. */
  refuse(code: number, detail: string): void {
    this.fault ??= refused(code, detail);
  }

  /** As it came; '' is a value, too. */
  text(name: string, maxCharacters: number, code = invalidParameter): string | undefined {
    const value = this.params.get(name);
    if (value !== undefined && value.length > maxCharacters) {
      this.refuse(code, `${name} must not be longer than ${maxCharacters} characters.`);
      return undefined;
    }
    return value;
  }

  /** `true` or `false` in any case, as helper libraries of several languages write them. An empty value is none. */
  flag(name: string): boolean | undefined {
    const value = this.params.get(name);
    if (value === undefined || value === '') return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    const lower = value.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower === 'true';
    this.refuse(invalidParameter, `${name} must be true or false, not ${printable(value)}.`);
    return undefined;
  }

  integer(name: string, min: number, max: number, code = invalidParameter): number | undefined {
    const value = this.params.get(name);
    if (value === undefined || value === '') return undefined;
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    this.refuse(code, `${name} must be an integer between ${min} and ${max}, not ${printable(value)}.`);
    return undefined;
  }

  /** An absolute http or https URL, or '' to have none. */
  url(name: string, code: number): string | undefined {
    const value = this.params.get(name);
    if (value === undefined || value === '') return value;
    const reason = urlFault(value);
    if (reason === undefined) return value;
    this.refuse(code, `${name} ${printable(value)} cannot be called: ${reason}.`);
    return undefined;
  }

  /** GET or POST. An empty value is none. */
  method(name: string, code: number): 'GET' | 'POST' | undefined {
    return this.choice(name, ['GET', 'POST'], code, (value) => value.toUpperCase());
  }

  /** One of a closed set. An empty value is none. */
  choice<const T extends string>(
    name: string,
    choices: readonly T[],
    code = invalidParameter,
    normalise: (value: string) => string = (value) => value.toLowerCase(),
  ): T | undefined {
    const value = this.params.get(name);
    if (value === undefined || value === '') return undefined;
    const normal = normalise(value);
    const found = choices.find((choice) => choice === normal);
    if (found === undefined)
      this.refuse(code, `${name} must be one of ${choices.join(', ')}, not ${printable(value)}.`);
    return found;
  }
}

/** Why a URL cannot be a webhook or a media file; undefined if it can. */
export function urlFault(text: string): string | undefined {
  if (text.length > urlMaxCharacters) return `it is longer than ${urlMaxCharacters} characters`;
  const target = readTarget(text);
  return target.ok ? undefined : target.error;
}
