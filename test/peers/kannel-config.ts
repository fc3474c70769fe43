import { join } from 'node:path';

/** One SMPP connection of bearerbox to an SMSC: a `group = smsc` of its configuration. */
export interface KannelLink {
  readonly id: string;
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
  /** submit_sm without a response at one time; Kannel's default is 10. */
  readonly window?: number;
  /** Sessions of this link. */
  readonly instances?: number;
  /** Messages that come in here go out on that link, without smsbox. */
  readonly rerouteTo?: string;
  readonly transceiver?: boolean;
  /** Only messages routed to this link's id go out on it. Needed wherever `rerouteTo` is used. */
  readonly takesOnlyItsOwn?: boolean;
}

export interface KannelSettings {
  /** Run smsbox and its sendsms user. Default true. */
  readonly sendsms?: boolean;
  /** smsbox answers sendsms before bearerbox has taken the message. Default false. */
  readonly immediateReply?: boolean;
  /** Where smsbox posts incoming messages (sms-service get-url), e.g. `http://127.0.0.1:1/mo?from=%p&to=%P&text=%a`. */
  readonly incomingUrl?: string;
  /** 0 debug … 4 panic alone. Default 4. */
  readonly logLevel?: number;
}

/** What `startKannel` has chosen. */
export interface KannelPlace {
  readonly folder: string;
  readonly adminPort: number;
  readonly smsboxPort: number;
  readonly sendsmsPort: number;
  readonly user: string;
  readonly password: string;
}

/** One group of Kannel's configuration file. */
function group(name: string, lines: Readonly<Record<string, string | number | boolean>>): string {
  const body = Object.entries(lines).map(([key, value]) => `${key} = ${quoted(value)}`);
  return [`group = ${name}`, ...body, ''].join('\n');
}

const quoted = (value: string | number | boolean): string =>
  typeof value === 'string' && /[^\w.-]/.test(value) ? `"${value}"` : String(value);

/**
 * Kannel at its fastest: no store, no access log, no limit of throughput, no queue limit, receipts kept in
 * memory. `links` are its SMSC connections.
 */
export function kannelConfig(
  links: readonly KannelLink[],
  settings: KannelSettings,
  place: KannelPlace,
): string {
  const logLevel = settings.logLevel ?? 4;
  const groups = [
    group('core', {
      'admin-port': place.adminPort,
      'admin-interface': '127.0.0.1',
      'admin-password': 'admin-secret',
      'smsbox-port': place.smsboxPort,
      'smsbox-interface': '127.0.0.1',
      'box-allow-ip': '127.0.0.1',
      'log-file': join(place.folder, 'bearerbox.log'),
      'log-level': logLevel,
      'dlr-storage': 'internal',
      'sms-incoming-queue-limit': -1,
      'sms-outgoing-queue-limit': -1,
      'sms-combine-concatenated-mo': false,
      'sms-resend-freq': 1,
    }),
    ...links.map(smscGroup),
  ];
  // bearerbox does not start without an smsbox group, whether or not an smsbox will come.
  return [...groups, ...smsboxGroups(settings, place, logLevel)].join('\n');
}

function smscGroup(link: KannelLink): string {
  return group('smsc', {
    smsc: 'smpp',
    'smsc-id': link.id,
    // Without this a link also takes messages that are routed to another one.
    ...(link.takesOnlyItsOwn === true ? { 'allowed-smsc-id': link.id } : {}),
    host: '127.0.0.1',
    port: link.port,
    ...(link.transceiver === false ? { 'receive-port': link.port } : { 'transceiver-mode': true }),
    'smsc-username': link.systemId,
    'smsc-password': link.password,
    'system-type': '',
    'max-pending-submits': link.window ?? 50,
    'source-addr-autodetect': true,
    'enquire-link-interval': 30,
    'reconnect-delay': 1,
    ...(link.instances === undefined ? {} : { instances: link.instances }),
    ...(link.rerouteTo === undefined ? {} : { 'reroute-smsc-id': link.rerouteTo }),
  });
}

function smsboxGroups(settings: KannelSettings, place: KannelPlace, logLevel: number): string[] {
  return [
    group('smsbox', {
      'bearerbox-host': '127.0.0.1',
      'bearerbox-port': place.smsboxPort,
      'sendsms-port': place.sendsmsPort,
      'sendsms-interface': '127.0.0.1',
      'log-file': join(place.folder, 'smsbox.log'),
      'log-level': logLevel,
      'immediate-sendsms-reply': settings.immediateReply === true,
    }),
    group('sendsms-user', {
      username: place.user,
      password: place.password,
      'user-allow-ip': '127.0.0.1',
      'max-messages': 10,
      concatenation: true,
    }),
    group('sms-service', {
      keyword: 'default',
      ...(settings.incomingUrl === undefined ? { text: '' } : { 'get-url': settings.incomingUrl }),
      'omit-empty': true,
      'max-messages': 0,
      'catch-all': true,
    }),
  ];
}
