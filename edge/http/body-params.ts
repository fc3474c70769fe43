import { assertNever, fail, type Result } from '../../control/base/result.ts';
import type { Params } from '../api/exchange.ts';
import { noParams } from '../api/params.ts';
import { parseForm, type FormLimits } from './form.ts';
import { parseMultipart, type MultipartFault } from './multipart.ts';

/** Why a body gave no parameters. `contentType`: it is of a kind that this API does not take. */
export type BodyFault = MultipartFault | 'contentType';

/**
 * The parameters of a body, by its Content-Type. The 2010-04-01 API takes forms only
 * (https://www.twilio.com/docs/usage/requests-to-twilio). A body without a type is read as a form.
 */
export function bodyParams(
  bytes: Buffer,
  contentType: string,
  limits: FormLimits,
): Result<Params, BodyFault> | Promise<Result<Params, BodyFault>> {
  if (bytes.length === 0) return { ok: true, value: noParams };
  const semicolon = contentType.indexOf(';');
  const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded' || type === '') return parseForm(bytes, limits);
  if (type === 'multipart/form-data') return parseMultipart(bytes, contentType, limits);
  return fail('contentType');
}

/** What a client is told about its body. */
export function bodyFaultText(fault: BodyFault): string {
  switch (fault) {
    case 'contentType':
      return 'the body must be application/x-www-form-urlencoded or multipart/form-data';
    case 'tooManyFields':
      return 'the request has too many parameters';
    case 'nameTooLong':
      return "a parameter's name is too long";
    case 'badEscape':
      return 'a % is not followed by two hexadecimal digits';
    case 'badUtf8':
      return 'the parameters are not valid UTF-8';
    case 'noBoundary':
      return 'the multipart Content-Type has no boundary';
    case 'malformed':
      return 'the multipart body is malformed or cut short';
    case 'fileNotExpected':
      return 'a file was sent where only text parameters are taken';
    default:
      return assertNever(fault);
  }
}
