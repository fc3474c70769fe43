import { moreInfo, numberedError } from '../../control/errors/errors.ts';

/** The HTTP status of each numbered error that is not 400. */
const statuses: ReadonlyMap<number, number> = new Map([
  [20003, 401],
  [20004, 405],
  [20005, 403],
  [20006, 403],
  [20008, 403],
  [20010, 403],
  [20403, 403],
  [20404, 404],
  [20409, 409],
  [20410, 410],
  [20413, 413],
  [20429, 429],
  [20500, 500],
  [20503, 503],
  [21611, 429],
  [21710, 409],
  [21712, 409],
  [22005, 429],
  [70051, 401],
]);

/** The HTTP status that a numbered error is answered with. */
export const statusOf = (code: number): number => statuses.get(code) ?? 400;

/** The body that Twilio's clients parse: `{code, message, more_info, status}`. `detail` replaces the table's message. */
export function renderError(code: number, detail?: string, status = statusOf(code)): string {
  return JSON.stringify({
    code,
    message: detail ?? numberedError(code).message,
    more_info: moreInfo(code),
    status,
  });
}
