import table from './error-codes.json' with { type: 'json' };

/** ERROR ends what was asked; WARNING is only reported. */
export type Level = 'ERROR' | 'WARNING';

/** One of Twilio's numbered errors (https://www.twilio.com/docs/api/errors). */
export interface NumberedError {
  readonly code: number;
  readonly message: string;
  readonly level: Level;
}

type Row = readonly [code: number, message: string, level: string, product: string | null];

const byCode = new Map<number, NumberedError>(
  (table as unknown as Row[]).map(([code, message, level]) => [
    code,
    { code, message, level: level === 'WARNING' ? 'WARNING' : 'ERROR' },
  ]),
);

/** The numbered error with this code; asking for one that the table does not know is our own mistake and throws. */
export function numberedError(code: number): NumberedError {
  const found = byCode.get(code);
  if (found === undefined) throw new Error(`error code ${code} is not in the table`);
  return found;
}

/** Where an error is explained, as Twilio's clients show it. */
export const moreInfo = (code: number): string => `https://www.twilio.com/docs/errors/${code}`;
