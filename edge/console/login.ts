import { assertNever } from '../../control/base/result.ts';
import { html, type Html } from './html.ts';
import type { LoginFault } from './logins.ts';

/** A path of this console and nothing else: what else a link may bring leads to the first page. */
export function ownPath(path: string): string {
  const isOwn = path.startsWith('/') && URL.canParse(path, 'http://console');
  if (!isOwn) return '/';
  const url = new URL(path, 'http://console');
  return url.host === 'console' && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}

function wordsOf(fault: LoginFault): string {
  switch (fault) {
    case 'wrong':
      return 'That name and password do not go together.';
    case 'suspended':
      return 'The account is suspended.';
    case 'closed':
      return 'The account is closed.';
    case 'notAllowed':
      return 'These credentials do not open the console: use the auth token, or a main API key.';
    case 'tooMany':
      return 'Too many attempts. Wait some minutes and try again.';
    default:
      return assertNever(fault);
  }
}

export interface LoginPage {
  /** Where to go then. */
  readonly next: string;
  readonly user: string;
  readonly fault: LoginFault | null;
}

export const loginPage = ({ next, user, fault }: LoginPage): Html =>
  html`<h1>Log in</h1>
    <form method="post" action="/login" class="stack narrow">
      ${fault !== null && html`<p class="notice wrong" role="alert" id="fault">${wordsOf(fault)}</p>`}
      <input type="hidden" name="next" value="${next}" />
      <p class="field">
        <label for="user">Name</label>
        <input
          id="user"
          name="user"
          value="${user}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
          aria-describedby="${fault !== null && html`fault `}user-hint"
        />
        <span class="hint" id="user-hint"
          >An operator’s name, an account SID (AC…) or an API key SID (SK…)</span
        >
      </p>
      <p class="field">
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-describedby="password-hint"
        />
        <span class="hint" id="password-hint"
          >An operator’s password, the auth token, or the key’s secret</span
        >
      </p>
      <p><button type="submit">Log in</button></p>
    </form>`;
