import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { NumberConfig, PhoneNumber } from '../inventory/number.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import { newApplicationConfig, type Application, type ApplicationConfig } from './application.ts';

export interface ApplicationsContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly sids: SidFactory;
}

/** Twilio's limit for one account (error 21301). */
const applicationsMax = 1_000;

/** TwiML applications. Every operation names the account, and sees that account's applications only. */
export class Applications {
  private readonly context: ApplicationsContext;
  private readonly rows: OwnedRows<Application>;

  constructor(context: ApplicationsContext) {
    this.context = context;
    this.rows = new OwnedRows<Application>(
      context.store,
      'applications',
      'AP',
      ({ accountSid, friendlyName }) => [[accountSid], [accountSid, friendlyName]],
    );
  }

  async create(accountSid: Sid, config: Partial<ApplicationConfig>): Promise<Result<Application, 'tooMany'>> {
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      if (this.rows.reaches([accountSid], applicationsMax)) return fail('tooMany');
      const nowMs = clock.now();
      return ok(
        this.rows.keep({
          ...newApplicationConfig,
          ...config,
          sid: sids('AP'),
          accountSid,
          createdMs: nowMs,
          updatedMs: nowMs,
        }),
      );
    });
  }

  fetch(accountSid: Sid, sid: string): Application | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Newest first; with `friendlyName`, those of exactly this name. */
  list(accountSid: Sid, friendlyName: string | undefined, page: PageQuery<Sid>): Page<Application, Sid> {
    return this.rows.list(friendlyName === undefined ? [accountSid] : [accountSid, friendlyName], page);
  }

  async update(
    accountSid: Sid,
    sid: string,
    config: Partial<ApplicationConfig>,
  ): Promise<Application | undefined> {
    return this.context.store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return undefined;
      return this.rows.keep({ ...before, ...config, updatedMs: this.context.clock.now() }, before);
    });
  }

  /**
   * Gives false if the account has no such application. Numbers that name it go back to what they say themselves,
   * because `applied` finds it no more; its SID is never used again.
   */
  async remove(accountSid: Sid, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row !== undefined) this.rows.remove(row);
      return row !== undefined;
    });
  }

  /**
   * The number with its applications in place of its own URLs: what a call or message to it goes by. An application
   * that is gone, or stayed behind when the number was handed to another account, is as if it were not named.
   */
  applied<N extends PhoneNumber>(number: N): N {
    const held = number.assignment;
    if (held === null) return number;
    const { smsApplicationSid, voiceApplicationSid } = held.config;
    if (smsApplicationSid === '' && voiceApplicationSid === '') return number;
    const config: NumberConfig = {
      ...held.config,
      ...smsPart(this.fetch(held.accountSid, smsApplicationSid)),
      ...voicePart(this.fetch(held.accountSid, voiceApplicationSid)),
    };
    return { ...number, assignment: { ...held, config } };
  }

  /** The number without the SIDs of applications that `applied` would not find. */
  known<N extends PhoneNumber>(number: N): N {
    const held = number.assignment;
    if (held === null) return number;
    const { smsApplicationSid, voiceApplicationSid } = held.config;
    if (smsApplicationSid === '' && voiceApplicationSid === '') return number;
    const live = (sid: Sid): Sid => this.fetch(held.accountSid, sid)?.sid ?? '';
    const config = {
      ...held.config,
      smsApplicationSid: live(smsApplicationSid),
      voiceApplicationSid: live(voiceApplicationSid),
    };
    return { ...number, assignment: { ...held, config } };
  }
}

const smsPart = (application: Application | undefined): Partial<NumberConfig> =>
  application === undefined
    ? { smsApplicationSid: '' }
    : {
        smsUrl: application.smsUrl,
        smsMethod: application.smsMethod,
        smsFallbackUrl: application.smsFallbackUrl,
        smsFallbackMethod: application.smsFallbackMethod,
      };

const voicePart = (application: Application | undefined): Partial<NumberConfig> =>
  application === undefined
    ? { voiceApplicationSid: '' }
    : {
        voiceUrl: application.voiceUrl,
        voiceMethod: application.voiceMethod,
        voiceFallbackUrl: application.voiceFallbackUrl,
        voiceFallbackMethod: application.voiceFallbackMethod,
        voiceCallerIdLookup: application.voiceCallerIdLookup,
        statusCallback: application.statusCallback,
        statusCallbackMethod: application.statusCallbackMethod,
      };
