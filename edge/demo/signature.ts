import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether `given` is the X-Twilio-Signature of a form POST (https://www.twilio.com/docs/usage/security): the base64 of
 * HMAC-SHA1, under the auth token, over the URL and every key and value, sorted by key.
 */
export function isSigned(authToken: string, url: string, form: URLSearchParams, given: string): boolean {
  const keys = [...new Set(form.keys())].sort();
  const values = (key: string): string[] => [...new Set(form.getAll(key))].sort();
  const signed =
    url +
    keys
      .map((key) =>
        values(key)
          .map((value) => key + value)
          .join(''),
      )
      .join('');
  const expected = createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
  const [shown, wanted] = [Buffer.from(given), Buffer.from(expected)];
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
}
