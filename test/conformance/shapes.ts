import type { Json, OpenRequest, Reply, Route } from '../../edge/api/exchange.ts';
import { documentedAt, type Documented } from './documented.ts';

/** What the API answers beyond the helper library's types, as its documentation shows. */
const beyond = new Set(['subresource_uris', 'uri', 'type', 'links', 'url']);

/** What a resource shows by itself and not in a list. */
const notInLists = new Set([
  // https://www.twilio.com/docs/usage/monitor-alert#alert-properties
  ...['request_variables', 'request_headers', 'response_body', 'response_headers'],
  // https://www.twilio.com/docs/messaging/api/pricing: a list of countries has no prices.
  ...['price_unit', 'phone_number_prices', 'inbound_sms_prices', 'outbound_sms_prices'],
  ...['inbound_call_prices', 'outbound_prefix_prices'],
  ...['originating_call_prices', 'terminating_prefix_prices'],
]);

type Body = Readonly<Record<string, Json>>;

/** Answers that were not as documented, each once. */
export const misshapen = new Set<string>();

/** The routes, with each good answer compared with what the helper library reads of it. */
export const watched = (routes: readonly Route[]): readonly Route[] =>
  routes.map((route) => {
    const handler = async (request: OpenRequest): Promise<Reply> => {
      const reply = await (route.handler as (request: OpenRequest) => Reply | Promise<Reply>)(request);
      if (reply.kind === 'json') look(route, reply.body);
      return reply;
    };
    return { ...route, handler };
  });

function look({ method, product, path }: Route, body: Json): void {
  const documented = documentedAt(product, path);
  if (documented.length === 0 || body === null || typeof body !== 'object') return;
  const rows = rowsOf(body as Body, documented);
  for (const item of rows ?? [body as Body]) {
    const faults = documented.map((one) => faultOf(item, one, rows !== undefined));
    if (faults.includes(undefined)) continue;
    misshapen.add(`${method} ${product} ${path} is ${faults.join(', or ')}`);
  }
}

function faultOf(item: Body, { resource, properties }: Documented, isRow: boolean): string | undefined {
  const missing = properties.filter((name) => !(name in item) && !(isRow && notInLists.has(name)));
  const unknown = Object.keys(item).filter((name) => !properties.includes(name) && !beyond.has(name));
  if (missing.length === 0 && unknown.length === 0) return undefined;
  return `no ${resource}: missing [${missing.join(', ')}], unknown [${unknown.join(', ')}]`;
}

/** The rows of a list: an array under a name that no resource of the path has. */
function rowsOf(body: Body, documented: readonly Documented[]): readonly Body[] | undefined {
  for (const [name, value] of Object.entries(body)) {
    const isProperty = documented.some(({ properties }) => properties.includes(name));
    if (!isProperty && Array.isArray(value)) return value as readonly Body[];
  }
  return undefined;
}
