import type { BundleItem } from '../../control/regulatory/bundle.ts';
import { bundlesPath } from './bundles.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { iso8601 } from './iso8601.ts';
import { rowList } from './lists.ts';
import { invalidParameter } from './readers.ts';
import { created, json, noContent, notFound, printable, refused } from './reply.ts';

const noSuchObject = 22205;
const badObjectType = 22206;
const notRemovable = 22229;

/** What bundles are made of (https://www.twilio.com/docs/phone-numbers/regulatory/api/item-assignments). */
export function bundleItemRoutes(deps: ApiDeps): readonly Route[] {
  const product = 'numbers';
  const path = `${bundlesPath}/{BundleSid}/ItemAssignments`;
  const one = `${path}/{Sid}`;
  const itemsOf = ({ principal, parts }: ApiRequest): readonly BundleItem[] | undefined =>
    deps.bundles.fetch(principal.account.sid, parts['BundleSid'] ?? '')?.items;
  return [
    {
      product,
      method: 'GET',
      path,
      handler: (request) => {
        const items = itemsOf(request);
        return items === undefined
          ? notFound
          : rowList(request, 'results', items, (item) => itemJson(item, request));
      },
    },
    { product, method: 'POST', path, handler: (request) => assign(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: (request) => {
        const item = itemsOf(request)?.find(({ sid }) => sid === request.parts['Sid']);
        return item === undefined ? notFound : json(itemJson(item, request));
      },
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: async ({ principal, parts }) => {
        const removed = await deps.bundles.unassign(
          principal.account.sid,
          parts['BundleSid'] ?? '',
          parts['Sid'] ?? '',
        );
        if (removed.ok) return noContent;
        return removed.error === 'notFound'
          ? notFound
          : refused(notRemovable, 'The bundle has been handed in: set its Status to draft first.');
      },
    },
  ];
}

async function assign({ bundles }: ApiDeps, request: ApiRequest): Promise<Reply> {
  const objectSid = request.form.get('ObjectSid') ?? '';
  if (!/^(IT|RD)[0-9a-f]{32}$/i.test(objectSid))
    return refused(badObjectType, `ObjectSid ${printable(objectSid)} names no end user and no document.`);
  const changed = await bundles.assign(
    request.principal.account.sid,
    request.parts['BundleSid'] ?? '',
    objectSid,
  );
  if (changed.ok) {
    const item = changed.value.items.at(-1);
    return item === undefined ? notFound : created(itemJson(item, request));
  }
  switch (changed.error) {
    case 'notFound':
      return notFound;
    case 'noSuchObject':
      return refused(noSuchObject, `ObjectSid ${printable(objectSid)} is nothing of the account's.`);
    case 'notOpen':
      return refused(invalidParameter, 'The bundle has been handed in: set its Status to draft first.');
    case 'tooMany':
      return refused(invalidParameter, 'The bundle has as many items as it may.');
  }
}

function itemJson({ sid, objectSid, createdMs }: BundleItem, { origin, parts, principal }: ApiRequest): Json {
  const bundleSid = parts['BundleSid'] ?? '';
  return {
    account_sid: principal.account.sid,
    bundle_sid: bundleSid,
    date_created: iso8601(createdMs),
    object_sid: objectSid,
    sid,
    url: `${origin}${bundlesPath}/${bundleSid}/ItemAssignments/${sid}`,
  };
}
