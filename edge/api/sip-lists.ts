import type { GuardList, GuardListFault, GuardLists } from '../../control/sip-access/guard-lists.ts';
import { accountPath, accountsPath } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { created, json, noContent, notFound, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/** One of the two kinds of lists that guard SIP Domains. */
export interface ListKind {
  /** Below `SIP/`. */
  readonly path: string;
  readonly prefix: string;
  /** The key of a list's rows. */
  readonly key: string;
  /** What is in a list: its key among the subresources, and its path. */
  readonly contents: readonly [key: string, path: string];
  readonly nameMax: number;
  readonly codes: { readonly invalid: number; readonly mapped: number; readonly tooMany: number };
}

/** The routes of the lists themselves. */
export function listRoutes(lists: GuardLists, kind: ListKind): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/SIP/${kind.path}`;
  const one = `${list}/{Sid}`;
  return [
    {
      product,
      method: 'POST',
      path: list,
      async handler({ form, principal }): Promise<Reply> {
        const made = await lists.create(principal.account.sid, form.get('FriendlyName') ?? '');
        return made.ok ? created(listJson(kind, made.value)) : faultReply(kind, made.error);
      },
    },
    {
      product,
      method: 'GET',
      path: list,
      handler: (request) =>
        sidList(request, kind.key, kind.prefix, (page) => lists.list(request.principal.account.sid, page), {
          sid: (row) => row.sid,
          json: (row) => listJson(kind, row),
        }),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: withList(lists, 'Sid', (row) => json(listJson(kind, row))),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withList(lists, 'Sid', async (row, { form }) => {
        const renamed = await lists.rename(row.accountSid, row.sid, form.get('FriendlyName') ?? '');
        return renamed.ok ? json(listJson(kind, renamed.value)) : faultReply(kind, renamed.error);
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withList(lists, 'Sid', async (row) => {
        const removed = await lists.remove(row.accountSid, row.sid);
        if (removed.ok) return noContent;
        return removed.error === 'notFound'
          ? notFound
          : refused(kind.codes.mapped, 'A SIP Domain is mapped to the list: remove the mapping first.');
      }),
    },
  ];
}

/** Hands over the list that a part of the path names, if it is the account's own. */
export const withList =
  (
    lists: GuardLists,
    part: string,
    handle: (list: GuardList, request: ApiRequest) => Reply | Promise<Reply>,
  ) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const list = lists.fetch(request.principal.account.sid, request.parts[part] ?? '');
    return list === undefined ? notFound : handle(list, request);
  };

function faultReply({ codes, nameMax }: ListKind, fault: GuardListFault): Reply {
  switch (fault) {
    case 'badName':
      return refused(codes.invalid, `FriendlyName must have 1 to ${nameMax} characters.`);
    case 'nameTaken':
      return refused(codes.invalid, 'The account has a list with this FriendlyName already.');
    case 'tooMany':
      return refused(codes.tooMany, 'The account has as many such lists as it may.');
    case 'notFound':
      return notFound;
  }
}

function listJson({ path, contents }: ListKind, list: GuardList): Json {
  const base = `${accountsPath}/${list.accountSid}/SIP/${path}/${list.sid}`;
  return {
    account_sid: list.accountSid,
    date_created: rfc2822(list.createdMs),
    date_updated: rfc2822(list.updatedMs),
    friendly_name: list.friendlyName,
    sid: list.sid,
    subresource_uris: { [contents[0]]: `${base}/${contents[1]}.json` },
    uri: `${base}.json`,
  };
}
