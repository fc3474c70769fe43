import type { Method, Product, Route } from './exchange.ts';

/**
 * The resource that a restricted key's permission names for each of ours, by product and the fixed words of the path
 * (https://www.twilio.com/docs/iam/api-keys/restricted-api-keys). What is not here no restricted key may use.
 */
const resources: Partial<Record<Product, Readonly<Record<string, string>>>> = {
  api: {
    Messages: 'messaging/messages',
    'Messages/Media': 'messaging/messages.media',
    'Messages/Feedback': 'messaging/messages.feedback',
    Calls: 'voice/calls',
    'Calls/Events': 'voice/request-inspector',
    'Calls/Notifications': 'voice/calls.notifications',
    'Calls/Recordings': 'voice/calls.recordings',
    Recordings: 'voice/recordings',
    'Recordings/Transcriptions': 'voice/recordings.transcriptions',
    Transcriptions: 'voice/transcriptions',
    Conferences: 'voice/conferences',
    'Conferences/Participants': 'voice/conferences.participants',
    'Conferences/Recordings': 'voice/conferences.recordings',
    Queues: 'voice/queues',
    'Queues/Members': 'voice/queues.member',
    Applications: 'voice/twiml.apps',
    OutgoingCallerIds: 'voice/outgoing-caller-ids',
    'SIP/Domains': 'voice/sip.domains',
    'SIP/Domains/Auth/Calls/CredentialListMappings': 'voice/sip.domains.auth.calls.credential-list-mappings',
    'SIP/Domains/Auth/Registrations/CredentialListMappings':
      'voice/sip.domains.auth.registrations.credential-list-mappings',
    'SIP/CredentialLists': 'voice/sip.credential-lists',
    'SIP/CredentialLists/Credentials': 'voice/sip.credential-lists.credentials',
    'SIP/IpAccessControlLists': 'voice/sip.ip-acls',
    'SIP/IpAccessControlLists/IpAddresses': 'voice/sip.ip-acls.ip-addresses',
    IncomingPhoneNumbers: 'phone-numbers/incoming-phone-numbers',
    AvailablePhoneNumbers: 'phone-numbers/available-phone-numbers',
    'Usage/Records': 'billing/usage',
  },
  iam: { Keys: 'iam/api-keys' },
  monitor: { Alerts: 'monitor/alerts', Events: 'monitor/events' },
};

const form = /^\/twilio\/[a-z][a-z-]{0,39}\/[a-z][a-z.-]{0,119}\/(create|read|list|update|delete|\*)$/;

/** Whether a text has the form of a permission. Those of products that are not here are taken and open nothing. */
export const isPermission = (text: string): boolean => form.test(text);

/** The routes with the permission that each asks of a restricted key. */
export const withPermissions = (routes: readonly Route[]): readonly Route[] =>
  routes.map((route) => {
    const permission = permissionOf(route.product, route.method, route.path);
    return permission === undefined ? route : { ...route, permission };
  });

function permissionOf(product: Product, method: Method, path: string): string | undefined {
  const segments = path
    .replace(/^\/2010-04-01\/Accounts\/\{AccountSid\}/, '')
    .replace(/^\/v\d+/, '')
    .split('/')
    .filter((segment) => segment !== '');
  const words = segments.filter((segment) => !segment.startsWith('{'));
  const resource = resources[product]?.[words.join('/')] ?? resources[product]?.[words[0] ?? ''];
  if (resource === undefined || (words.length > 1 && !isSameFamily(product, words))) return undefined;
  return `/twilio/${resource}/${actionOf(method, segments.at(-1)?.startsWith('{') === true)}`;
}

/** The lists of numbers by type, and of numbers for sale by country, are their resource, too. */
const isSameFamily = (product: Product, words: readonly string[]): boolean =>
  resources[product]?.[words.join('/')] !== undefined ||
  words[0] === 'IncomingPhoneNumbers' ||
  words[0] === 'AvailablePhoneNumbers';

function actionOf(method: Method, ofOne: boolean): string {
  switch (method) {
    case 'GET':
      return ofOne ? 'read' : 'list';
    case 'POST':
      return ofOne ? 'update' : 'create';
    case 'PATCH':
      return 'update';
    case 'DELETE':
      return 'delete';
  }
}
