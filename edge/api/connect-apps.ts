import {
  connectPermissions,
  type ConnectApp,
  type ConnectAppConfig,
} from '../../control/applications/connect-apps.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { shortList, sidList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';
import { json, noContent, notFound, orNull, printable, type Refused } from './reply.ts';

/**
 * ConnectApps (https://www.twilio.com/docs/usage/api/connect-apps), and AuthorizedConnectApps, of which there are none:
 * nobody can hand his account to an app of another here.
 */
export function connectAppRoutes({ connectApps }: ApiDeps): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/ConnectApps`;
  const one = `${list}/{Sid}`;
  const authorized = `${accountPath}/AuthorizedConnectApps`;
  const namesOf = ({ principal, parts }: ApiRequest): readonly [string, string] => [
    principal.account.sid,
    parts['Sid'] ?? '',
  ];
  return [
    {
      product,
      method: 'GET',
      path: list,
      handler: (request) =>
        sidList(
          request,
          'connect_apps',
          'CN',
          (page) => connectApps.list(request.principal.account.sid, page),
          { sid: (app) => app.sid, json: appJson },
        ),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler(request): Reply {
        const app = connectApps.fetch(...namesOf(request));
        return app === undefined ? notFound : json(appJson(app));
      },
    },
    {
      product,
      method: 'POST',
      path: one,
      async handler(request): Promise<Reply> {
        if (connectApps.fetch(...namesOf(request)) === undefined) return notFound;
        const change = readApp(request.form);
        if (!change.ok) return change.error;
        const after = await connectApps.update(...namesOf(request), change.value);
        return after === undefined ? notFound : json(appJson(after));
      },
    },
    {
      product,
      method: 'DELETE',
      path: one,
      async handler(request): Promise<Reply> {
        return (await connectApps.remove(...namesOf(request))) ? noContent : notFound;
      },
    },
    {
      product,
      method: 'GET',
      path: authorized,
      handler: (request) => shortList(request, 'authorized_connect_apps', []),
    },
    { product, method: 'GET', path: `${authorized}/{ConnectAppSid}`, handler: () => notFound },
  ];
}

function readApp(form: Params): Result<Partial<ConnectAppConfig>, Refused> {
  const reader = new Reader(form);
  const names = form.all('Permissions').filter((name) => name !== '');
  const permissions = connectPermissions.filter((name) => names.includes(name));
  const unknown = names.find((name) => !connectPermissions.some((known) => known === name));
  if (unknown !== undefined)
    reader.refuse(invalidParameter, `Permissions are get-all and post-all, not ${printable(unknown)}.`);
  const change = given<ConnectAppConfig>({
    friendlyName: reader.text('FriendlyName', 64),
    companyName: reader.text('CompanyName', 64),
    description: reader.text('Description', 500),
    homepageUrl: reader.url('HomepageUrl', invalidParameter),
    authorizeRedirectUrl: reader.url('AuthorizeRedirectUrl', invalidParameter),
    deauthorizeCallbackUrl: reader.url('DeauthorizeCallbackUrl', invalidParameter),
    deauthorizeCallbackMethod: reader.method('DeauthorizeCallbackMethod', invalidParameter),
    permissions: form.has('Permissions') ? permissions : undefined,
  });
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}

const appJson = (app: ConnectApp): Json => ({
  account_sid: app.accountSid,
  authorize_redirect_url: orNull(app.authorizeRedirectUrl),
  company_name: orNull(app.companyName),
  deauthorize_callback_method: app.deauthorizeCallbackMethod,
  deauthorize_callback_url: orNull(app.deauthorizeCallbackUrl),
  description: orNull(app.description),
  friendly_name: app.friendlyName,
  homepage_url: orNull(app.homepageUrl),
  permissions: app.permissions,
  sid: app.sid,
  uri: `${accountsPath}/${app.accountSid}/ConnectApps/${app.sid}.json`,
});
