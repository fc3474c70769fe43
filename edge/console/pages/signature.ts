import type { Account } from '../../../control/accounts/account.ts';
import { assertNever } from '../../../control/base/result.ts';
import { alertOf, readExchange } from '../alert.ts';
import { readClaimedBody } from '../claimed-body.ts';
import { code, field } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest, Reply, Viewer } from '../page.ts';
import { visible } from '../scope.ts';
import { checkSignature, type Mistake, type Secret, type Verdict } from '../signature-check.ts';

/** What is pasted may be no larger, for it is signed some hundred times. */
const bodyMaxCharacters = 16_384;
const paramsMax = 300;
const urlMaxCharacters = 4_096;

/** Why does the signature not validate? */
export const signaturePage = (deps: ConsoleDeps): Page => ({
  path: '/signature',
  navigation: 'Signature',
  for: 'everybody',
  get(request) {
    const alert = request.query.get('alert');
    return alert === null ? pageOf(request, request.query, null) : pageOfAlert(deps, request, alert);
  },
  post: (request) => pageOf(request, request.form, resultOf(deps, request.viewer, request.form)),
});

/** The request of an alert, as it was sent: checked already, and ready to be given another URL. */
async function pageOfAlert(deps: ConsoleDeps, request: PageRequest, sid: string): Promise<Reply> {
  const found = alertOf(deps, request.viewer, sid);
  if (found === undefined || found.alert.request === null) return { kind: 'notFound' };
  const { signedUrl, signature, attempts = [] } = found.alert.request;
  // Of the last request that was made, which the signature is of; a fallback may have a method of its own.
  const { method } = attempts.at(-1) ?? found.alert.request;
  const exchange = await readExchange(deps, request.viewer, found);
  const { text, cutFrom } = exchange?.variables ?? { text: '', cutFrom: 0 };
  const given = new URLSearchParams({
    account: found.account.sid,
    url: signedUrl,
    // A GET's are in the URL.
    body: method === 'GET' ? '' : text,
    signature,
  });
  if (method !== 'GET' && cutFrom !== null)
    return pageOf(
      request,
      given,
      notice(
        'warn',
        'Not all parameters of this request are kept: paste those that your application received.',
      ),
    );
  return pageOf(request, given, resultOf(deps, request.viewer, given, sentPart));
}

function pageOf({ viewer }: PageRequest, given: URLSearchParams, result: Html | null): Reply {
  const text = (name: string): string => given.get(name) ?? '';
  const account = text('account') === '' && viewer.kind === 'tenant' ? viewer.account.sid : text('account');
  const body = html`<h1>Check a signature</h1>
    <p>
      Every webhook is signed: <code>X-Twilio-Signature</code> is an HMAC-SHA1, by the account’s auth token,
      over the URL as it was called and the parameters of the form, sorted. Give what your application saw,
      and this says whether the signature fits, or which usual mistake makes it fit.
    </p>
    ${result}
    <form method="post" action="/signature">
      ${field('account', 'Account', account, { code: true, size: 40, hint: 'the SID of the account whose webhook it is' })}
      ${field('url', 'URL', text('url'), {
        code: true,
        size: 70,
        hint: 'the URL that your code checks against, with its query',
      })}
      <p class="field">
        <label for="body">Parameters or body</label>
        <textarea id="body" name="body" rows="6" cols="70" spellcheck="false" aria-describedby="body-hint">
${text('body')}</textarea>
        <span class="hint" id="body-hint"
          >The form as it was sent, a parameter a line (Name: value), or JSON; empty for a GET. At most 16
          KB.</span
        >
      </p>
      ${field('signature', 'Signature', text('signature'), {
        code: true,
        size: 40,
        hint: 'the X-Twilio-Signature that came, or the one that your code computed',
      })}
      <p><button type="submit">Check</button></p>
    </form>`;
  return { kind: 'page', title: 'Check a signature', body };
}

function resultOf(
  { api: { accounts, rotation } }: ConsoleDeps,
  viewer: Viewer,
  form: URLSearchParams,
  part: (verdict: Verdict) => Html = verdictPart,
): Html {
  const sid = (form.get('account') ?? '').trim();
  const account = visible(viewer, accounts, sid);
  if (account === undefined) return notice('wrong', 'There is no such account, or it is not yours.');
  const url = (form.get('url') ?? '').trim();
  const pasted = form.get('body') ?? '';
  const signature = form.get('signature') ?? '';
  if (url === '' || signature.trim() === '')
    return notice('wrong', 'Give the URL and the signature at least.');
  const { params, body } = readClaimedBody(pasted);
  if (url.length > urlMaxCharacters || pasted.length > bodyMaxCharacters || params.length > paramsMax)
    return notice('wrong', `That is more than can be checked: 16 KB, and ${paramsMax} parameters.`);
  return part(checkSignature({ url, params, body, signature }, secretsOf(account)));

  function secretsOf(of: Account): readonly Secret[] {
    const candidates: readonly (readonly [string, string | undefined])[] = [
      ['the auth token', accounts.authToken(of.sid)],
      ['the secondary auth token', rotation.secondaryOf(of.sid)],
      ['the token of the test credentials', accounts.testCredentials(of.sid)?.token],
      ['the parent account’s token', of.ownerSid === of.sid ? undefined : accounts.authToken(of.ownerSid)],
    ];
    return candidates.flatMap(([name, token]) => (token === undefined ? [] : [{ name, token }]));
  }
}

/** Of a request as this edge has sent it, in which nothing can differ but the token. */
function sentPart(verdict: Verdict): Html {
  switch (verdict.kind) {
    case 'match':
      return html`${notice('fine', 'The signature fits: this is the request as it was sent.')}
        <p>
          If your application refuses it, it checks against something else: put the URL that your code uses
          below, and check again.
        </p>`;
    case 'mistaken':
      return verdictPart(verdict);
    case 'unknown':
      return notice('warn', 'It was signed with a token that this account has no more.');
    default:
      return assertNever(verdict);
  }
}

function verdictPart(verdict: Verdict): Html {
  switch (verdict.kind) {
    case 'match':
      return notice('fine', 'The signature fits: URL, parameters and auth token are those of the request.');
    case 'mistaken': {
      const { url, mistakes } = verdict;
      return html`<div class="notice warn" role="status">
        <p><strong>The signature fits, but for ${mistakes.length === 1 ? 'this' : 'these'}:</strong></p>
        <ul>
          ${mistakes.map((mistake) => html`<li>${wordsOf(mistake)}</li>`)}
        </ul>
        <p>It was made over ${code(url)}.</p>
      </div>`;
    }
    case 'unknown':
      return notice(
        'wrong',
        'Nothing makes it fit: not this URL with another scheme, port, slash or query, nor with the other tokens of the account. Compare with “URL signed” and “Signature sent” of the alert, and see that no parameter is missing.',
      );
    default:
      return assertNever(verdict);
  }
}

function wordsOf(mistake: Mistake): string {
  switch (mistake.kind) {
    case 'scheme':
      return `The request was made by ${mistake.is}. Behind a proxy that ends TLS an application sees http: give the check the public URL, or build it from X-Forwarded-Proto.`;
    case 'port':
      return 'The port differs: a proxy shows the application its own. Use the port of the public URL, and none where it is the usual one.';
    case 'slash':
      return 'The slash at the end of the path differs: a router has added or taken it away.';
    case 'query':
      return 'The request had no query: your code, or a proxy, has added one.';
    case 'fragment':
      return 'What follows # is never sent, nor signed.';
    case 'host':
      return 'The host differs: credentials before @ and the case of letters are not part of what is signed.';
    case 'decoded':
      return 'The URL was decoded or encoded anew on its way. Use it as it stands in the request line.';
    case 'unsorted':
      return 'The parameters must be sorted by name, byte by byte, before they are joined.';
    case 'paramsSigned':
      return 'It was made without these parameters: it is a GET, or the body is no form. They do not belong into the check.';
    case 'paramsInUrl':
      return 'The parameters were part of the URL’s query: it is a GET. Check the URL with its query, and no parameters.';
    case 'bodyHashMissing':
      return 'The body is no form: the URL that was signed ends with bodySHA256, which is missing here.';
    case 'bodyChanged':
      return 'The URL and signature fit, but the body is not the one whose hash the URL names: it was changed or parsed before the check.';
    case 'token':
      return `It was made with ${mistake.name}. The present auth token signs.`;
    default:
      return assertNever(mistake);
  }
}

const notice = (mood: 'fine' | 'warn' | 'wrong', words: string): Html =>
  html`<p class="notice ${mood}" role="status">${words}</p>`;
