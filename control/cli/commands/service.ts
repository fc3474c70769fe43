import type { CoreConfig } from '../../config/core.ts';
import { faultText } from '../../config/fault.ts';
import { loadConfig } from '../../config/load.ts';
import type { MessagingService } from '../../messaging-services/service.ts';
import { optOutEntry, optOutFile } from '../../optouts/config.ts';
import { optOutTypes, type OptOutLanguage } from '../../optouts/keywords.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command, type Outcome } from '../command.ts';

const serviceArgument = { name: 'MG…', summary: 'SID of the Messaging Service' };
const noService = (sid: string): Outcome => refused(`${sid}: the Messaging Service does not exist`);

const list: Command<CoreConfig> = {
  name: 'service list',
  summary: 'every Messaging Service, or those of an account, newest first',
  options: [{ flags: '--account <sid>', summary: 'of this account alone' }],
  needs: 'config',
  run: (call, config) =>
    withBooks(config, ({ messagingServices }) => {
      const account = textOption(call, 'account');
      const rows = Array.from(messagingServices.every())
        .filter(({ accountSid }) => account === undefined || accountSid === account)
        .map((service) => ({
          sid: service.sid,
          account_sid: service.accountSid,
          friendly_name: service.friendlyName,
          senders: messagingServices.pool(service).length,
        }));
      const text = rows.map((row) => [row.sid, row.account_sid, String(row.senders), row.friendly_name]);
      return Promise.resolve(
        done(
          rows,
          rows.length === 0
            ? 'no Messaging Services'
            : columnsText([['SID', 'ACCOUNT', 'SENDERS', 'NAME'], ...text]),
        ),
      );
    }),
};

/** What a service is configured to do, in the words of its REST resource. */
const settings = (service: MessagingService) => ({
  sid: service.sid,
  account_sid: service.accountSid,
  friendly_name: service.friendlyName,
  inbound_request_url: service.inboundRequestUrl,
  fallback_url: service.fallbackUrl,
  status_callback: service.statusCallback,
  use_inbound_webhook_on_number: service.useInboundWebhookOnNumber,
  sticky_sender: service.stickySender,
  area_code_geomatch: service.areaCodeGeomatch,
  smart_encoding: service.smartEncoding,
  fallback_to_long_code: service.fallbackToLongCode,
  validity_period: service.validityPeriodSeconds,
  date_created: new Date(service.createdMs).toISOString(),
  date_updated: new Date(service.updatedMs).toISOString(),
});

const show: Command<CoreConfig> = {
  name: 'service show',
  summary: 'a Messaging Service, its settings and the senders in its pool',
  arguments: [serviceArgument],
  needs: 'config',
  run: ({ args: [sid = ''] }, config) =>
    withBooks(config, ({ messagingServices }) => {
      const service = messagingServices.get(sid);
      if (service === undefined) return Promise.resolve(noService(sid));
      const json = {
        ...settings(service),
        advanced_opt_out: messagingServices.optOuts.of(service).map(({ language }) => language),
        senders: messagingServices.pool(service).map(({ sid, sender, kind, country }) => ({
          sid,
          sender,
          kind,
          country,
        })),
      };
      const { senders, ...rest } = json;
      const lines = Object.entries(rest).map(([name, value]) => [name, String(value)]);
      const pool = senders.map((row) => [row.sid, row.sender, row.kind, row.country || 'any']);
      const text =
        pool.length === 0 ? 'no senders' : columnsText([['SID', 'SENDER', 'KIND', 'COUNTRY'], ...pool]);
      return Promise.resolve(done(json, `${columnsText(lines)}\n\n${text}`));
    }),
};

const optOut: Command<CoreConfig> = {
  name: 'service optout',
  summary: 'show or change the opt-out keywords and replies of a Messaging Service (Advanced Opt-Out)',
  arguments: [
    serviceArgument,
    { name: 'FILE.yaml', summary: 'its own from now on, as under messages.optOut', optional: true },
  ],
  options: [{ flags: '--off', summary: 'the edge’s keywords again, without OptOutType' }],
  needs: 'config',
  run: async (call, config) => {
    const [sid = '', file] = call.args;
    const off = call.options['off'] === true;
    if (off && file !== undefined) return refused('give a file or --off, not both');
    const read = file === undefined ? undefined : loadConfig(optOutFile, file);
    if (read?.ok === false) {
      const [fault] = read.error;
      return refused(fault === undefined ? `${file} is faulty` : faultText(file ?? '', fault));
    }
    return withBooks(config, async ({ messagingServices }) => {
      const service = messagingServices.get(sid);
      if (service === undefined) return noService(sid);
      const { optOuts } = messagingServices;
      if (off) await optOuts.set(service, []);
      if (read !== undefined) await optOuts.set(service, read.value.optOut);
      return shownOptOut(optOuts.of(service));
    });
  },
};

function shownOptOut(languages: readonly OptOutLanguage[]): Outcome {
  const rows = languages.flatMap(({ language, country, keywords, replies }) =>
    optOutTypes.map((type) => [
      language,
      country || 'any',
      type,
      keywords[type].join(', '),
      replies[type] || '(none)',
    ]),
  );
  const text =
    rows.length === 0
      ? 'Advanced Opt-Out is off: the edge’s keywords hold'
      : columnsText([['LANGUAGE', 'COUNTRY', 'TYPE', 'KEYWORDS', 'REPLY'], ...rows]);
  return done({ optOut: languages.map(optOutEntry) }, text);
}

export const serviceCommands: readonly Command<CoreConfig>[] = [list, show, optOut];
