import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { sidBytes } from '../../../control/base/sid.ts';
import { countryOf } from '../../../control/inventory/e164.ts';
import type { MessagingServices } from '../../../control/messaging-services/messaging-services.ts';
import type { OptOutType } from '../../../control/optouts/keywords.ts';
import type { Place } from '../../../control/inventory/number.ts';
import { beyond, bytesKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';
import type { Verb } from '../../twiml/registry.ts';
import { parseTwiml } from '../../twiml/twiml.ts';
import type { WebhookClient } from '../../webhook/client.ts';
import { fallbackParams, type WebhookOutcome } from '../../webhook/outcome.ts';
import type { Message } from '../message.ts';
import type { MessagingObserver } from '../observer.ts';
import type { Acceptance } from '../outbound/acceptance.ts';
import type { NumberLookup } from '../outbound/judgement.ts';
import type { NewMessage } from '../outbound/new-message.ts';
import { alertOf } from '../../webhook/alert.ts';
import { JobRunner, type JobEnd, type JobLoad } from '../../../control/jobs/job-runner.ts';
import type { TenantBooks } from '../../webhook/tenants.ts';
import type { Ledger } from '../store/ledger.ts';
import type { MediaStore } from '../media/media-store.ts';

type HttpMethod = 'GET' | 'POST';

/** The next document to ask for on behalf of an inbound message, as a row: a restart goes on from here. */
export interface Step {
  readonly url: string;
  readonly method: HttpMethod;
  /** '' for none; only the first document has one. */
  readonly fallbackUrl: string;
  readonly fallbackMethod: HttpMethod;
  /** Documents asked for so far. */
  readonly documents: number;
  /** The reply that an `action` is about: its SID and status, '' otherwise. */
  readonly about: string;
  /** '' unless the message is a keyword of Advanced Opt-Out. */
  readonly optOutType: OptOutType | '';
}

/** By the message's id. */
export const inboxTable: TableSpec<Buffer, Step> = {
  name: 'inbox',
  key: bytesKey,
  version: 2,
  // Version 1 knew no Advanced Opt-Out.
  upgrades: { 1: (packed) => ({ ...(packed as Omit<Step, 'optOutType'>), optOutType: '' }) },
};

/** Documents that one inbound message may lead to, by Redirect and action. */
const documentsMax = 10;

const pathOfMedia = (account: Account, message: Message, mediaSid: string): string =>
  `/2010-04-01/Accounts/${account.sid}/Messages/${message.sid}/Media/${mediaSid}`;

export interface InboxDeps {
  readonly ledger: Ledger;
  readonly acceptance: () => Acceptance;
  readonly media: MediaStore;
  readonly webhooks: Pick<WebhookClient, 'request'>;
  readonly books: TenantBooks;
  readonly lookup: NumberLookup;
  readonly services: Pick<MessagingServices, 'recentServiceOf'>;
  readonly clock: Clock;
  readonly observer: MessagingObserver;
  /** `https://api.<domain>`, for the URLs of media; known once the front door is open. */
  readonly publicOrigin: () => string;
  readonly concurrency: number;
}

/** Takes inbound messages to their applications, and runs the TwiML that these answer with. */
export class Inbox {
  private readonly deps: InboxDeps;
  private readonly steps: Table<Buffer, Step>;
  private readonly runner: JobRunner;

  constructor(store: Store, deps: InboxDeps) {
    this.deps = deps;
    this.steps = store.table({ ...inboxTable, readsOwnWrites: true });
    this.runner = new JobRunner({
      clock: deps.clock,
      concurrency: deps.concurrency,
      ownerOf: (id) => deps.ledger.messages.get(id)?.accountNo,
      run: (id) => this.step(id),
      pending: (after) => this.steps.keys(beyond(after)),
    });
  }

  start(): void {
    this.runner.start();
  }

  /** Begins nothing new; resolves when what is under way has ended and is written. */
  rest(): Promise<void> {
    return this.runner.rest();
  }

  stop(): void {
    this.runner.stop();
  }

  get load(): JobLoad {
    return this.runner.load;
  }

  /** Leaves an inbound message for its application; joins the write of the message. */
  leave(message: Message, step: Step): void {
    this.steps.put(sidBytes(message.sid), step);
  }

  due(message: Message): void {
    this.runner.due(sidBytes(message.sid));
  }

  private async step(id: Buffer): Promise<JobEnd> {
    const { ledger, books } = this.deps;
    const step = this.steps.get(id);
    const message = ledger.messages.get(id);
    if (step === undefined) return { kind: 'done' };
    const account = message === undefined ? undefined : books.accountByNo(message.accountNo);
    const token = account === undefined ? undefined : books.authToken(account);
    if (message === undefined || account === undefined || token === undefined) return this.finish(id);
    const answer = await this.ask(account, token, message, step);
    if (answer === undefined) return this.finish(id);
    return this.perform(id, account, message, step, answer);
  }

  /** The verbs of the document at a step, from its URL or the fallback; undefined once both have failed. */
  private async ask(
    account: Account,
    authToken: string,
    message: Message,
    step: Step,
  ): Promise<{ verbs: readonly Verb[]; url: string } | undefined> {
    const { webhooks } = this.deps;
    const params = this.params(account, message, step);
    const cookieKey = `${account.sid} ${message.to} ${message.from}`;
    const call = (
      url: string,
      method: HttpMethod,
      extra: readonly (readonly [string, string])[],
    ): Promise<WebhookOutcome> =>
      webhooks.request({
        url,
        method,
        params: extra,
        account: account.sid,
        authToken,
        cookieKey,
        allowBody: true,
      });
    const first = this.read(account, message, step.method, await call(step.url, step.method, params));
    if (first.ok || step.fallbackUrl === '') return first.ok ? first : undefined;
    const second = await call(
      step.fallbackUrl,
      step.fallbackMethod,
      fallbackParams(params, first.code, first.url),
    );
    const read = this.read(account, message, step.fallbackMethod, second);
    return read.ok ? read : undefined;
  }

  private read(
    account: Account,
    message: Message,
    method: HttpMethod,
    outcome: WebhookOutcome,
  ): { ok: true; verbs: readonly Verb[]; url: string } | { ok: false; code: number; url: string } {
    const { observer } = this.deps;
    if (!outcome.ok) {
      observer.alert(account, alertOf(message.sid, outcome, method));
      return { ok: false, code: outcome.code, url: outcome.url };
    }
    const parsed = parseTwiml(outcome.body, outcome.contentType, 'messaging');
    const last = outcome.attempts.at(-1);
    const about = {
      sid: message.sid,
      url: outcome.url,
      method,
      signedUrl: last?.signedUrl ?? '',
      signature: last?.signature ?? '',
      status: outcome.status,
      attempts: outcome.attempts,
    };
    for (const fault of parsed.ok ? parsed.value.warnings : [parsed.error]) {
      observer.alert(account, { ...about, code: fault.code, detail: fault.message });
    }
    if (parsed.ok) return { ok: true, verbs: parsed.value.verbs, url: outcome.url };
    return { ok: false, code: parsed.error.code, url: outcome.url };
  }

  /**
   * Runs verbs up to the first that leads to another document. The replies and the row of what comes next are put in
   * one stretch: a crash leaves either both or neither, and no reply is sent twice.
   */
  private async perform(
    id: Buffer,
    account: Account,
    message: Message,
    step: Step,
    { verbs, url }: { verbs: readonly Verb[]; url: string },
  ): Promise<JobEnd> {
    const durable: Promise<unknown>[] = [];
    let next: Step | undefined;
    for (const verb of verbs) {
      if (verb.kind === 'redirect') {
        next = stepTo(step, resolve(verb.url, url), verb.method, '');
        break;
      }
      const reply = this.deps.acceptance().take(this.reply(account, message, verb, url));
      if (reply.ok) durable.push(reply.value.durable);
      else {
        const { code, detail } = reply.error;
        this.deps.observer.alert(account, { ...emptyAlert, code, sid: message.sid, detail, url });
      }
      if (verb.action !== undefined) {
        const about = reply.ok ? reply.value.message.sid : '';
        next = stepTo(step, resolve(verb.action, url), verb.method, about);
        break;
      }
    }
    if (next === undefined || next.documents >= documentsMax) this.steps.remove(id);
    else this.steps.put(id, next);
    await Promise.all([...durable, this.deps.ledger.durable()]);
    return { kind: next === undefined ? 'done' : 'more' };
  }

  private reply(
    account: Account,
    message: Message,
    verb: Extract<Verb, { kind: 'message' }>,
    url: string,
  ): NewMessage {
    return {
      account,
      direction: 'outbound-reply',
      from: verb.from ?? message.to,
      to: verb.to ?? message.from,
      body: verb.body,
      mediaUrls: verb.media.map((media) => resolve(media, url)),
      statusCallback: verb.statusCallback === undefined ? '' : resolve(verb.statusCallback, url),
      validityMs: null,
      sendAtMs: null,
      smartEncoding: false,
      provideFeedback: false,
      raw: null,
      receipt: null,
      ...this.serviceOfReply(message, verb),
    };
  }

  /** What a service's number is answered with goes out by the service, while the number is in its pool. */
  private serviceOfReply(
    { to, messagingServiceSid }: Message,
    { from }: Extract<Verb, { kind: 'message' }>,
  ): Pick<NewMessage, 'messagingServiceSid'> {
    if (messagingServiceSid === '' || from !== undefined) return {};
    const number = this.deps.lookup(to);
    const service = number && this.deps.services.recentServiceOf(number);
    return service?.sid === messagingServiceSid ? { messagingServiceSid } : {};
  }

  private async finish(id: Buffer): Promise<JobEnd> {
    this.steps.remove(id);
    await this.deps.ledger.durable();
    return { kind: 'done' };
  }

  /** https://www.twilio.com/docs/messaging/guides/webhook-request */
  private params(account: Account, message: Message, step: Step): (readonly [string, string])[] {
    const own = this.deps.lookup(message.to);
    const { sid } = message;
    const params: [string, string][] = [
      ['ToCountry', own?.place.country ?? countryOf(message.to)],
      ['ToState', own?.place.region ?? ''],
      ['SmsMessageSid', sid],
      ['NumMedia', String(message.media)],
      ['ToCity', own?.place.locality ?? ''],
      ['FromZip', ''],
      ['SmsSid', sid],
      ['FromState', ''],
      ['SmsStatus', 'received'],
      ['FromCity', ''],
      ['Body', message.body],
      ['FromCountry', message.from.startsWith('+') ? countryOf(message.from) : ''],
      ['To', message.to],
      ['ToZip', placeZip(own?.place)],
      ['NumSegments', String(message.segments)],
      ['MessageSid', sid],
      ['AccountSid', account.sid],
      ['From', message.from],
      ['ApiVersion', '2010-04-01'],
    ];
    for (const [index, media] of this.deps.media.of(sid).entries()) {
      params.push([`MediaContentType${index}`, media.contentType]);
      params.push([`MediaUrl${index}`, this.deps.publicOrigin() + pathOfMedia(account, message, media.sid)]);
    }
    if (message.messagingServiceSid !== '') params.push(['MessagingServiceSid', message.messagingServiceSid]);
    if (step.optOutType !== '') params.push(['OptOutType', step.optOutType]);
    if (step.about !== '') params.push(['MessageStatus', 'queued'], ['ReplySid', step.about]);
    return params;
  }
}

const placeZip = (place: Place | undefined): string => place?.postalCode ?? '';

const emptyAlert = { url: '', method: 'POST', signedUrl: '', signature: '', status: 0 } as const;

/** The step after another: it has no fallback. */
const stepTo = ({ documents, optOutType }: Step, url: string, method: HttpMethod, about: string): Step => ({
  url,
  method,
  fallbackUrl: '',
  fallbackMethod: 'POST',
  documents: documents + 1,
  about,
  optOutType,
});

/** A URL of a document, which may be relative to it; one that cannot be read is left for the webhook client to refuse. */
function resolve(url: string, base: string): string {
  try {
    return new URL(url, base).href;
  } catch {
    return url;
  }
}
