/**
 * The cookie that holds a session's token. Over TLS its name has the prefix `__Host-` (RFC 6265bis section 4.1.3.2), so that
 * no other host can set it; on a loopback address there is no TLS, and no such prefix.
 */
export interface SessionCookie {
  read(header: string | undefined): string | undefined;
  /** Values of Set-Cookie. Without an expiry, it ends with the browser. */
  set(token: string): string;
  clear(): string;
}

export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? '__Host-strowger' : 'strowger-console';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    read(header) {
      for (const pair of (header ?? '').split(';')) {
        const split = pair.indexOf('=');
        if (split > 0 && pair.slice(0, split).trim() === name) return pair.slice(split + 1).trim();
      }
      return undefined;
    },
    set: (token) => `${name}=${token}; ${attributes}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  };
}
