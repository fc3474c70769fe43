import { fail, ok, type Result } from '../../control/base/result.ts';
import type { IpAddress, IpAddressConfig, IpAddressFault } from '../../control/sip-access/address-lists.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { Json, Params, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, refused, type Refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';
import { listRoutes, withList, type ListKind } from './sip-lists.ts';

const kind: ListKind = {
  path: 'IpAccessControlLists',
  prefix: 'AL',
  key: 'ip_access_control_lists',
  contents: ['ip_addresses', 'IpAddresses'],
  nameMax: 255,
  codes: { invalid: 21235, mapped: 21236, tooMany: 21255 },
};

/**
 * IpAccessControlLists (https://www.twilio.com/docs/voice/sip/api/sip-ipaccesscontrollist-resource) and their
 * IpAddresses (https://www.twilio.com/docs/voice/sip/api/sip-ipaddress-resource).
 */
export function sipAddressRoutes({ sipAccess: { addressLists } }: ApiDeps): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/SIP/IpAccessControlLists/{IpAccessControlListSid}/IpAddresses`;
  const one = `${list}/{Sid}`;
  const part = 'IpAccessControlListSid';
  return [
    ...listRoutes(addressLists, kind),
    {
      product,
      method: 'POST',
      path: list,
      handler: withList(addressLists, part, async (row, { form }) => {
        const read = readAddress(form);
        if (!read.ok) return read.error;
        const made = await addressLists.add(row, { ...noAddress, ...read.value });
        return made.ok ? created(addressJson(made.value)) : faultReply(made.error);
      }),
    },
    {
      product,
      method: 'GET',
      path: list,
      handler: withList(addressLists, part, (row, request) =>
        sidList(request, 'ip_addresses', 'IP', (page) => addressLists.addressesOf(row, page), {
          sid: (address) => address.sid,
          json: addressJson,
        }),
      ),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: withList(addressLists, part, (row, { parts }) => {
        const found = addressLists.address(row, parts['Sid'] ?? '');
        return found === undefined ? notFound : json(addressJson(found));
      }),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withList(addressLists, part, async (row, { form, parts }) => {
        const read = readAddress(form);
        if (!read.ok) return read.error;
        const changed = await addressLists.change(row, parts['Sid'] ?? '', read.value);
        return changed.ok ? json(addressJson(changed.value)) : faultReply(changed.error);
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withList(addressLists, part, async (row, { parts }) => {
        const removed = await addressLists.removeAddress(row, parts['Sid'] ?? '');
        return removed ? noContent : notFound;
      }),
    },
  ];
}

const noAddress: IpAddressConfig = { friendlyName: '', ipAddress: '', cidrPrefixLength: null };

/** "Address Validation Error" */
const invalid = 21238;

function readAddress(params: Params): Result<Partial<IpAddressConfig>, Refused> {
  const reader = new Reader(params);
  const change = given<IpAddressConfig>({
    friendlyName: reader.text('FriendlyName', 255, invalid),
    ipAddress: reader.text('IpAddress', 64, invalid),
    cidrPrefixLength: reader.integer('CidrPrefixLength', 1, 128, invalid),
  });
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}

function faultReply(fault: IpAddressFault): Reply {
  switch (fault) {
    case 'badName':
      return refused(invalid, 'FriendlyName must have 1 to 255 characters.');
    case 'badAddress':
      return refused(invalid, 'IpAddress must be an IP address, as in 192.0.2.1.');
    case 'badPrefix':
      return refused(invalid, 'CidrPrefixLength must be 1 to 32, or 128 for IPv6.');
    case 'taken':
      return refused(invalid, 'The list has this address or network already.');
    case 'tooMany':
      return refused(21237, 'The list has as many addresses as it may.');
    case 'notFound':
      return notFound;
  }
}

function addressJson(address: IpAddress): Json {
  const { accountSid, listSid, sid } = address;
  return {
    account_sid: accountSid,
    cidr_prefix_length: address.cidrPrefixLength,
    date_created: rfc2822(address.createdMs),
    date_updated: rfc2822(address.updatedMs),
    friendly_name: address.friendlyName,
    ip_access_control_list_sid: listSid,
    ip_address: address.ipAddress,
    sid,
    uri: `${accountsPath}/${accountSid}/SIP/IpAccessControlLists/${listSid}/IpAddresses/${sid}.json`,
  };
}
