import { fail, ok, type Result } from '../../../control/base/result.ts';
import { sidBytes } from '../../../control/base/sid.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { allOf, type OrderedKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table } from '../../../control/store/table.ts';
import type { VoiceVerb } from '../../twiml/registry.ts';
import { RecentTwiml } from '../../twiml/recent.ts';
import { isSound } from '../../twiml/twiml.ts';
import type { WebhookClient } from '../../webhook/client.ts';
import { fallbackParams, type WebhookOutcome } from '../../webhook/outcome.ts';
import { alertOf, type WebhookAlert } from '../../webhook/alert.ts';
import type { TenantBooks } from '../../webhook/tenants.ts';
import type { HttpMethod } from '../call.ts';
import type { LiveCall } from '../live/live-call.ts';
import { plainAlert, type VoiceObserver } from '../observer.ts';
import type { Params } from '../params.ts';
import { webhookEventTable, type WebhookEvent } from '../store/tables.ts';
import type { Source } from './source.ts';

/** A document that has been read and may run. */
export interface Document {
  readonly verbs: readonly VoiceVerb[];
  /** Where it came from; relative URLs in it are relative to this. '' where it came with a request. */
  readonly url: string;
  readonly method: HttpMethod;
  /** It was no TwiML, but a sound, which its one verb plays. */
  readonly isSound: boolean;
}

/** The URL to ask when a document cannot be had; url '' for none. */
export interface Fallback {
  readonly url: string;
  readonly method: HttpMethod;
}

export interface DocumentDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly webhooks: Pick<WebhookClient, 'request'>;
  readonly books: TenantBooks;
  readonly observer: VoiceObserver;
}

/** What is kept of an answer for the call's Events. */
const eventBodyMax = 4_096;
const eventsMax = 200;

interface Failed {
  readonly code: number;
  readonly url: string;
}

/** Asks applications for their TwiML, and keeps what was asked and answered as the call's events. */
export class Documents {
  private readonly deps: DocumentDeps;
  private readonly events: Table<OrderedKey, WebhookEvent>;
  private readonly twiml = new RecentTwiml('voice');
  private stopped = false;

  constructor(deps: DocumentDeps) {
    this.deps = deps;
    this.events = deps.store.table(webhookEventTable);
  }

  /** Nothing more is asked, and nothing kept of what is being asked. */
  stop(): void {
    this.stopped = true;
  }

  /** The document of a source, or of the fallback; the code of the failure once both have failed. */
  async fetch(
    live: LiveCall,
    source: Source,
    extra: Params,
    fallback: Fallback,
  ): Promise<Result<Document, number>> {
    switch (source.kind) {
      case 'verbs':
        return ok({ verbs: source.verbs, url: '', method: 'POST', isSound: false });
      case 'twiml': {
        const read = this.read(live, source.twiml, 'text/xml', { url: '', method: 'POST' });
        return read.ok ? read : this.fallBack(live, [...live.params, ...extra], fallback, read.error);
      }
      case 'url': {
        const params = [...live.params, ...extra, ...source.params];
        const read = await this.ask(live, source.url, source.method, params);
        return read.ok ? read : this.fallBack(live, params, fallback, read.error);
      }
    }
  }

  /** Tells an application something of a call while the call goes on; what it answers does not matter. */
  async tell(live: LiveCall, url: string, method: HttpMethod, params: Params): Promise<void> {
    await this.request(live, url, method, [...live.params, ...params], false);
  }

  /** What a call's application was asked, oldest first. */
  eventsOf(callSid: string): readonly WebhookEvent[] {
    return Array.from(this.events.entries(allOf(sidBytes(callSid))), ([, event]) => event);
  }

  forget(callSid: string): void {
    for (const key of this.events.keys(allOf(sidBytes(callSid)))) this.events.remove(key);
  }

  private async fallBack(
    live: LiveCall,
    params: Params,
    { url, method }: Fallback,
    failed: Failed,
  ): Promise<Result<Document, number>> {
    if (url === '' || live.isOver) return fail(failed.code);
    const read = await this.ask(live, url, method, fallbackParams(params, failed.code, failed.url));
    return read.ok ? read : fail(read.error.code);
  }

  private async ask(
    live: LiveCall,
    url: string,
    method: HttpMethod,
    params: Params,
  ): Promise<Result<Document, Failed>> {
    const outcome = await this.request(live, url, method, params, true);
    if (outcome === undefined) return fail({ code: 12400, url });
    if (!outcome.ok) return fail({ code: outcome.code, url: outcome.url });
    const last = outcome.attempts.at(-1);
    return this.read(live, outcome.body, outcome.contentType, {
      url: outcome.url,
      method,
      signedUrl: last?.signedUrl ?? '',
      signature: last?.signature ?? '',
      status: outcome.status,
      attempts: outcome.attempts,
    });
  }

  private read(
    live: LiveCall,
    body: string | Buffer,
    contentType: string | undefined,
    from: { url: string; method: HttpMethod } & Partial<WebhookAlert>,
  ): Result<Document, Failed> {
    const parsed = this.twiml.parse(body, contentType);
    for (const fault of parsed.ok ? parsed.value.warnings : [parsed.error]) {
      this.deps.observer.alert(live.account, {
        ...plainAlert(fault.code, live.sid, fault.message),
        ...from,
      });
    }
    if (!parsed.ok) return fail({ code: parsed.error.code, url: from.url });
    const { url, method } = from;
    return ok({ verbs: parsed.value.verbs, url, method, isSound: isSound(contentType) });
  }

  private async request(
    live: LiveCall,
    url: string,
    method: HttpMethod,
    params: Params,
    allowBody: boolean,
  ): Promise<WebhookOutcome | undefined> {
    const { books, webhooks, observer } = this.deps;
    const authToken = books.authToken(live.account);
    if (authToken === undefined || this.stopped) return undefined;
    const outcome = await webhooks.request({
      url,
      method,
      params,
      account: live.account.sid,
      authToken,
      cookieKey: live.sid,
      allowBody,
    });
    if (!outcome.ok) observer.alert(live.account, alertOf(live.sid, outcome, method));
    this.keep(live, url, method, params, outcome);
    return outcome;
  }

  private keep(
    live: LiveCall,
    url: string,
    method: HttpMethod,
    params: Params,
    outcome: WebhookOutcome,
  ): void {
    if (this.stopped || live.events >= eventsMax) return;
    this.events.put(
      { id: sidBytes(live.sid), order: live.events++ },
      {
        atMs: this.deps.clock.now(),
        url,
        method,
        params,
        status: outcome.ok ? outcome.status : (outcome.attempts.at(-1)?.status ?? 0),
        contentType: outcome.ok ? (outcome.contentType ?? '') : '',
        body: outcome.ok ? outcome.body.toString('utf8').slice(0, eventBodyMax) : '',
        errorCode: outcome.ok ? 0 : outcome.code,
      },
    );
  }
}
