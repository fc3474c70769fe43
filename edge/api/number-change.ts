import { fail, type Result } from '../../control/base/result.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { AssignedNumber } from '../../control/inventory/number.ts';
import type { ApiDeps } from './deps.ts';
import type { Params } from './exchange.ts';
import { readNumberConfig, readShortCodeConfig, type Nameable } from './number-params.ts';
import { addressFault } from './number-purchase.ts';
import { notFound, type Refused } from './reply.ts';

/** What an account's numbers may name. */
export const nameable = ({ addresses, applications, bundles }: ApiDeps, accountSid: Sid): Nameable => ({
  isApprovedBundle: (sid) => bundles.fetch(accountSid, sid)?.status === 'twilio-approved',
  isApplication: (sid) => applications.fetch(accountSid, sid) !== undefined,
  address: (sid) => addresses.fetch(accountSid, sid),
});

/**
 * Configures a phone number by the parameters of IncomingPhoneNumbers, and leaves it to `holder`, who need not be who
 * has it. What the holder does not have, the number may not name.
 */
export async function changeNumber(
  deps: ApiDeps,
  number: AssignedNumber,
  params: Params,
  holder: Sid = number.assignment.accountSid,
): Promise<Result<AssignedNumber, Refused>> {
  const before = number.assignment.config;
  const has = nameable(deps, holder);
  const config = readNumberConfig(params, has, before);
  if (!config.ok) return config;
  const fault = addressFault(number, has.address(config.value.addressSid ?? before.addressSid));
  if (fault !== undefined) return fail(fault);
  const updated = await deps.inventory.update(number.assignment.sid, config.value, holder);
  return updated.ok ? updated : fail(notFound);
}

/** Configures a short code by the parameters of ShortCodes. */
export async function changeShortCode(
  { inventory }: Pick<ApiDeps, 'inventory'>,
  { assignment }: AssignedNumber,
  params: Params,
): Promise<Result<AssignedNumber, Refused>> {
  const config = readShortCodeConfig(params, assignment.config);
  if (!config.ok) return config;
  const updated = await inventory.update(assignment.sid, config.value);
  return updated.ok ? updated : fail(notFound);
}
