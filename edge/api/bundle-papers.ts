import type { EndUser, SupportingDocument } from '../../control/regulatory/bundle.ts';
import type { PaperShelf } from '../../control/regulatory/papers.ts';
import { compliancePath, readAttributes } from './bundles.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, noContent, notFound, refused } from './reply.ts';

type Paper = EndUser | SupportingDocument;

/** One kind of what bundles are made of, as REST has it. */
interface Kind<Row extends Paper> {
  readonly path: string;
  readonly prefix: 'IT' | 'RD';
  readonly shelf: PaperShelf<Row>;
  readonly type: (reader: Reader) => Row['type'] | undefined;
  /** What is wrong where a type, or a name, is missing; and where a bundle names what is to be deleted. */
  readonly codes: { readonly type: number; readonly name: number; readonly inUse: number };
  readonly json: (row: Row, url: string) => Json;
}

/**
 * End users and supporting documents (https://www.twilio.com/docs/phone-numbers/regulatory/api/end-users and
 * …/supporting-documents). A document is its attributes: files are not taken.
 */
export function bundlePaperRoutes(deps: ApiDeps): readonly Route[] {
  const { endUsers, documents } = deps.papers;
  return [
    ...routesOf(deps, {
      path: `${compliancePath}/EndUsers`,
      prefix: 'IT',
      shelf: endUsers,
      type: (reader) => reader.choice('Type', ['individual', 'business'], 22212),
      codes: { type: 22212, name: invalidParameter, inUse: 21644 },
      json: endUserJson,
    }),
    ...routesOf(deps, {
      path: `${compliancePath}/SupportingDocuments`,
      prefix: 'RD',
      shelf: documents,
      type: (reader) => reader.text('Type', 64, 22210) || undefined,
      codes: { type: 22210, name: 22211, inUse: 21645 },
      json: documentJson,
    }),
  ];
}

function routesOf<Row extends Paper>(deps: ApiDeps, kind: Kind<Row>): readonly Route[] {
  const product = 'numbers';
  const { path, prefix, shelf, codes } = kind;
  const one = `${path}/{Sid}`;
  const view = (row: Row, { origin }: ApiRequest): Json => kind.json(row, `${origin}${path}/${row.sid}`);
  return [
    {
      product,
      method: 'GET',
      path,
      handler: (request) =>
        sidList(request, 'results', prefix, (page) => shelf.list(request.principal.account.sid, page), {
          sid: ({ sid }) => sid,
          json: (row) => view(row, request),
        }),
    },
    {
      product,
      method: 'POST',
      path,
      handler: async (request): Promise<Reply> => {
        const reader = new Reader(request.form);
        const attributes = readAttributes(reader, request.form) ?? '{}';
        const friendlyName = reader.text('FriendlyName', 255) ?? '';
        if (friendlyName === '') reader.refuse(codes.name, 'FriendlyName is missing.');
        const type = kind.type(reader);
        if (type === undefined) reader.refuse(codes.type, 'Type is missing.');
        if (reader.fault !== undefined || type === undefined) return reader.fault ?? notFound;
        const made = await shelf.create(request.principal.account.sid, { friendlyName, type, attributes });
        if (made.ok) return created(view(made.value, request));
        return refused(invalidParameter, 'The account has as many of these as it may: delete some.');
      },
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: (request) => {
        const row = shelf.fetch(request.principal.account.sid, request.parts['Sid'] ?? '');
        return row === undefined ? notFound : json(view(row, request));
      },
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: async (request): Promise<Reply> => {
        const reader = new Reader(request.form);
        const change = given<Pick<Paper, 'friendlyName' | 'attributes'>>({
          friendlyName: reader.text('FriendlyName', 255) || undefined,
          attributes: readAttributes(reader, request.form),
        });
        if (reader.fault !== undefined) return reader.fault;
        const after = await shelf.update(request.principal.account.sid, request.parts['Sid'] ?? '', change);
        return after === undefined ? notFound : json(view(after, request));
      },
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: async ({ principal, parts }): Promise<Reply> => {
        const accountSid = principal.account.sid;
        const removed = await shelf.remove(accountSid, parts['Sid'] ?? '', (sid) =>
          deps.bundles.names(accountSid, sid),
        );
        if (removed.ok) return noContent;
        return removed.error === 'notFound'
          ? notFound
          : refused(codes.inUse, 'A bundle names it: take it out of the bundle first.');
      },
    },
  ];
}

const common = (row: Paper, url: string) => ({
  account_sid: row.accountSid,
  attributes: JSON.parse(row.attributes) as Json,
  date_created: iso8601(row.createdMs),
  date_updated: iso8601(row.updatedMs),
  friendly_name: row.friendlyName,
  sid: row.sid,
  type: row.type,
  url,
});

const endUserJson = (row: EndUser, url: string): Json => common(row, url);

/** Documents are judged with their bundle, so they stay drafts by themselves. */
const documentJson = (row: SupportingDocument, url: string): Json => ({
  ...common(row, url),
  errors: null,
  failure_reason: null,
  mime_type: null,
  status: 'draft',
});
