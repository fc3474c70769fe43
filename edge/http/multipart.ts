import { isUtf8 } from 'node:buffer';
import busboy from 'busboy';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { ParamList } from '../api/params.ts';
import type { FormFault, FormLimits } from './form.ts';

/** Why a multipart body was refused; each is answered 400. */
export type MultipartFault = FormFault | 'noBoundary' | 'malformed' | 'fileNotExpected';

/**
 * Reads multipart/form-data (RFC 7578) out of a body that the front door has already bounded; `bytes` are not kept. Only fields are taken: no
 * resource of this API receives a file, so a part with a file name is a fault.
 */
export function parseMultipart(
  bytes: Buffer,
  contentType: string,
  limits: FormLimits,
): Promise<Result<ParamList, MultipartFault>> {
  // Without files every byte belongs to a header or a text field, so the whole body is UTF-8 or it is wrong.
  if (!isUtf8(bytes)) return Promise.resolve(fail('badUtf8'));
  const body = Buffer.from(bytes);
  return new Promise((resolve) => {
    const params = new ParamList();
    let parser: busboy.Busboy;
    try {
      parser = busboy({
        headers: { 'content-type': contentType },
        defParamCharset: 'utf8',
        limits: {
          // The library says so at the limit, not beyond it, and does not cut names at all in multipart.
          fields: limits.fieldsMax + 1,
          parts: limits.fieldsMax + 1,
          fieldSize: body.length,
          headerPairs: 16,
        },
      });
    } catch {
      resolve(fail('noBoundary'));
      return;
    }
    let fault: MultipartFault | undefined;
    const stop = (found: MultipartFault): void => {
      fault ??= found;
    };
    parser.on('field', (name, value) => {
      // A part without a name has no place in a form (RFC 7578 section 4.2); busboy's types do not admit it.
      if ((name as string | undefined) === undefined) stop('malformed');
      else if (Buffer.byteLength(name) > limits.nameBytesMax) stop('nameTooLong');
      else if (params.size === limits.fieldsMax) stop('tooManyFields');
      else params.add(name, value);
    });
    parser.on('file', (_name, stream) => {
      stop('fileNotExpected');
      // A body that ends inside a file fails on the file's own stream, too; unheard, that would end the process.
      stream.on('error', () => undefined);
      stream.resume();
    });
    parser.on('fieldsLimit', () => stop('tooManyFields'));
    parser.on('partsLimit', () => stop('tooManyFields'));
    parser.on('error', () => resolve(fail(fault ?? 'malformed')));
    parser.on('close', () => resolve(fault === undefined ? ok(params) : fail(fault)));
    parser.end(body);
  });
}
