import { CookieJar } from 'tough-cookie';
import type { Clock } from '../../control/base/clock.ts';

interface Session {
  readonly jar: CookieJar;
  usedMs: number;
}

/** Twilio forgets a conversation's cookies after four hours of silence. */
const idleMaxMs = 4 * 3_600_000;
/** What browsers allow a cookie (RFC 6265bis section 5.6), and a few of them: a session identifier is the use. */
const cookieMaxCharacters = 4096;
const cookiesPerAnswerMax = 20;
const sessionMaxCharacters = 16_384;

/**
 * Cookies by conversation: the caller's key names one, such as account, From and To. Bounded in number, by use, and
 * in size; a session exists only once an application has set a cookie.
 */
export class CookieSessions {
  private readonly clock: Clock;
  private readonly max: number;
  /** In order of last use, the oldest first. */
  private readonly sessions = new Map<string, Session>();

  constructor(clock: Clock, max: number) {
    this.clock = clock;
    this.max = max;
  }

  get size(): number {
    return this.sessions.size;
  }

  /** The Cookie header for a request; undefined when there is nothing to send. */
  header(key: string, url: string): string | undefined {
    const session = this.sessions.get(key);
    if (session === undefined) return undefined;
    const nowMs = this.clock.now();
    this.sessions.delete(key);
    if (nowMs - session.usedMs >= idleMaxMs) return undefined;
    session.usedMs = nowMs;
    this.sessions.set(key, session);
    const header = session.jar.getCookieStringSync(url);
    return header === '' ? undefined : header;
  }

  /** Keeps what an answer's Set-Cookie headers say, as far as the bounds allow. */
  store(key: string, url: string, setCookies: readonly string[]): void {
    const nowMs = this.clock.now();
    const session = this.sessions.get(key) ?? { jar: new CookieJar(), usedMs: nowMs };
    for (const text of setCookies.slice(0, cookiesPerAnswerMax)) {
      if (text.length > cookieMaxCharacters) continue;
      session.jar.setCookieSync(text, url, { ignoreError: true, now: new Date(nowMs) });
    }
    session.usedMs = nowMs;
    this.sessions.delete(key);
    // An application that fills its session starts over with an empty one.
    if (JSON.stringify(session.jar.serializeSync()).length <= sessionMaxCharacters)
      this.sessions.set(key, session);
    this.prune(nowMs);
  }

  private prune(nowMs: number): void {
    for (const [key, { usedMs }] of this.sessions) {
      if (this.sessions.size <= this.max && nowMs - usedMs < idleMaxMs) return;
      this.sessions.delete(key);
    }
  }
}
