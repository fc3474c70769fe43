import type { IncomingMessage, ServerResponse } from 'node:http';
import { actingAs, type Actor } from '../../control/audit/actor.ts';
import type { Clock } from '../../control/base/clock.ts';
import { assertNever } from '../../control/base/result.ts';
import type { Log } from '../../control/log/log.ts';
import { addressOfText, partyOfText } from '../http/remote.ts';
import {
  assetAnswer,
  download,
  htmlAnswer,
  notFound,
  redirect,
  refusal,
  withHeaders,
  type Answer,
} from './answer.ts';
import { assets } from './assets.ts';
import { readForm } from './body.ts';
import { sessionCookie, type SessionCookie } from './cookies.ts';
import { securityHeaders } from './headers.ts';
import { layout, plainLayout } from './layout.ts';
import { loginPage, ownPath, type LoginPage } from './login.ts';
import type { Logins } from './logins.ts';
import type { Page, PageRequest, Reply, Viewer } from './page.ts';
import { routerOf, type Router } from './router.ts';
import { isOurOwn } from './same-site.ts';

export interface DoorOptions {
  readonly pages: readonly Page[];
  readonly logins: Logins;
  readonly clock: Clock;
  readonly log: Log;
  /** It stands behind TLS. */
  readonly secure: boolean;
}

const targetMaxCharacters = 8_192;

/** From a request to a page: who asks, whether he may, which page it is. Knows no page. */
export class Door {
  private readonly options: DoorOptions;
  private readonly router: Router;
  private readonly cookie: SessionCookie;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(options: DoorOptions) {
    this.options = options;
    this.router = routerOf(options.pages);
    this.cookie = sessionCookie(options.secure);
    this.headers = securityHeaders(options.secure);
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => response.destroy());
    let answer: Answer;
    try {
      answer = await this.admit(request);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : 'unknown';
      this.options.log.error({ path: (request.url ?? '').split('?', 1)[0], error: text }, 'a page failed');
      answer = refusal(500);
    }
    const { status, headers, body } = answer;
    // Node itself leaves the body out of the answer to HEAD.
    response.writeHead(status, { ...this.headers, ...headers, 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  }

  private async admit(request: IncomingMessage): Promise<Answer> {
    const { method = '', url: target = '' } = request;
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
      return withHeaders(refusal(405), { Allow: 'GET, HEAD, POST' });
    if (target.length > targetMaxCharacters) return refusal(414);
    if (!target.startsWith('/') || !URL.canParse(`http://console${target}`)) return refusal(400);
    const url = new URL(`http://console${target}`);
    const asset = assets.get(url.pathname);
    if (asset !== undefined) return assetAnswer(asset);
    if (method !== 'POST') return this.show(request, url);
    if (!isOurOwn(request.headers, this.options.secure)) return refusal(403);
    const form = await readForm(request);
    // What is left of the body is not read.
    if (!form.ok) return withHeaders(refusal(form.error), { Connection: 'close' });
    switch (url.pathname) {
      case '/login':
        return this.login(request, form.value);
      case '/logout':
        return this.logout(request);
      default:
        return this.show(request, url, form.value);
    }
  }

  /** A page; with a form, what its `post` answers. */
  private async show(request: IncomingMessage, url: URL, form?: URLSearchParams): Promise<Answer> {
    const viewer = await this.viewerOf(request);
    const { pathname: path, search, searchParams: query } = url;
    if (path === '/login') {
      const next = ownPath(query.get('next') ?? '');
      return viewer === undefined ? loginAnswer(200, { next, user: '', fault: null }) : redirect('/');
    }
    if (viewer === undefined)
      return redirect(form === undefined ? `/login?next=${encodeURIComponent(path + search)}` : '/login');
    const found = this.router(path);
    if (found === undefined || (found.page.for === 'operators' && viewer.kind !== 'operator'))
      return notFound(viewer, this.options.pages);
    const { page, parts } = found;
    const asked = { viewer, path, parts, query, nowMs: this.options.clock.now() };
    if (form === undefined) {
      const reply = await page.get({ ...asked, form: new URLSearchParams() });
      return this.answerOf(reply, asked, page);
    }
    const { post } = page;
    if (post === undefined) return withHeaders(refusal(405), { Allow: 'GET, HEAD' });
    const reply = await actingAs(actorOf(viewer, request), () => post({ ...asked, form }));
    return this.answerOf(reply, asked, page);
  }

  private answerOf(reply: Reply, { viewer, path }: Pick<PageRequest, 'viewer' | 'path'>, page: Page): Answer {
    const { pages } = this.options;
    switch (reply.kind) {
      case 'page': {
        const { title, body, status = 200 } = reply;
        return htmlAnswer(status, layout({ title, body, viewer, pages, page, path }));
      }
      case 'seeOther':
        return redirect(ownPath(reply.path));
      case 'download':
        return download(reply.name, reply.contentType, reply.bytes);
      case 'notFound':
        return notFound(viewer, pages);
      default:
        return assertNever(reply);
    }
  }

  private async login(request: IncomingMessage, form: URLSearchParams): Promise<Answer> {
    const { logins, log } = this.options;
    const user = (form.get('user') ?? '').trim();
    const next = ownPath(form.get('next') ?? '');
    const address = addressOf(request);
    const token = await logins.login(user, form.get('password') ?? '', partyOfText(address) ?? '');
    if (!token.ok) {
      const fault = token.error;
      log.warn({ address, reason: fault }, 'a login to the console was refused');
      const answer = loginAnswer(fault === 'tooMany' ? 429 : 403, { user, fault, next });
      return fault === 'tooMany' ? withHeaders(answer, { 'Retry-After': '60' }) : answer;
    }
    // Whatever session the browser brought ends with this one: nobody can prepare one for somebody else.
    const before = this.cookie.read(request.headers.cookie);
    if (before !== undefined) await logins.logout(before);
    log.info({ address, user }, 'logged in to the console');
    return withHeaders(redirect(next), { 'Set-Cookie': this.cookie.set(token.value) });
  }

  private async logout({ headers }: IncomingMessage): Promise<Answer> {
    const token = this.cookie.read(headers.cookie);
    if (token !== undefined) await this.options.logins.logout(token);
    return withHeaders(redirect('/login'), { 'Set-Cookie': this.cookie.clear() });
  }

  /** A page that renews itself is no sign of life of the person before it. */
  private async viewerOf({ headers }: IncomingMessage): Promise<Viewer | undefined> {
    const token = this.cookie.read(headers.cookie);
    return token === undefined
      ? undefined
      : this.options.logins.viewer(token, headers['x-live'] === undefined);
  }
}

const addressOf = (request: IncomingMessage): string => addressOfText(request.socket.remoteAddress ?? '');

const loginAnswer = (status: number, page: LoginPage): Answer =>
  htmlAnswer(status, plainLayout('Log in', loginPage(page)));

function actorOf(viewer: Viewer, request: IncomingMessage): Actor {
  const address = addressOf(request);
  switch (viewer.kind) {
    case 'operator':
      return { kind: 'operator', name: viewer.name, address };
    case 'tenant':
      return { kind: 'account', accountSid: viewer.account.sid, keySid: viewer.keySid, address };
    default:
      return assertNever(viewer);
  }
}
