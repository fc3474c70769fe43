/** The headers that tell where a request comes from. */
export interface Provenance {
  readonly 'sec-fetch-site'?: string | string[] | undefined;
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * Whether a POST comes from a page of this console, and not from another site in the same browser. Browsers say so in
 * Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/), which no page can set; where that is missing, Origin must be
 * ours. A request with neither is refused: our own forms always have one.
 */
export function isOurOwn(headers: Provenance, secure: boolean): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { host, origin } = headers;
  return host !== undefined && host !== '' && origin === `${secure ? 'https' : 'http'}://${host}`;
}
