import { satisfies, type Address } from '../../control/addresses/address.ts';
import type { Account } from '../../control/accounts/account.ts';
import { fail, type Result } from '../../control/base/result.ts';
import { parseNumber } from '../../control/inventory/e164.ts';
import type { AssignedNumber } from '../../control/inventory/number.ts';
import {
  addressRequirements,
  type AddressRequirement,
  type NumberConfig,
  type NumberType,
} from '../../control/inventory/number.ts';
import type { ApiDeps } from './deps.ts';
import { printable, refused, type Refused } from './reply.ts';

type Bought = Promise<Result<AssignedNumber, Refused>>;

/** Buys this very number; with `type`, only as one of that type. */
export async function buyNumber(
  deps: ApiDeps,
  account: Account,
  text: string,
  type: NumberType | undefined,
  config: Partial<NumberConfig>,
  address: Address | undefined,
): Bought {
  const parsed = parseNumber(text);
  if (!parsed.ok)
    return fail(
      refused(21421, `PhoneNumber ${printable(text)} is not valid. Use E.164, as in +14155552671.`),
    );
  const { inventory } = deps;
  const { e164 } = parsed.value;
  const found = inventory.number(e164);
  if (found !== undefined && type !== undefined && found.type !== type)
    return fail(refused(21458, `${e164} is a ${found.type} number: buy it as one.`));
  const fault = found?.assignment === null ? addressFault(found, address) : undefined;
  if (fault !== undefined) return fail(fault);
  const bought = await paid(deps, account, found?.place.country ?? '', found?.type ?? 'local', () =>
    inventory.buy(account.sid, e164, config),
  );
  if (bought === 'unfunded') return fail(refused(20003, noMoney));
  return bought.ok ? bought : fail(refused(21422, `${e164} is not available.`));
}

const noMoney = 'The account has no money left for this number. Ask the operator to top it up.';

/** Buys while the price of the first month is kept, and charges it. */
async function paid<Fault>(
  { rents, durable }: ApiDeps,
  account: Account,
  country: string,
  type: NumberType,
  buy: () => Promise<Result<AssignedNumber, Fault>>,
): Promise<Result<AssignedNumber, Fault> | 'unfunded'> {
  const letGo = rents.reserve(account, country, type);
  if (letGo === undefined) return 'unfunded';
  try {
    const bought = await buy();
    if (bought.ok) rents.charge(bought.value);
    return bought;
  } finally {
    letGo();
    await durable();
  }
}

/** Buys any local number of an area that needs no other address than `address`. */
export async function buyFromArea(
  deps: ApiDeps,
  account: Account,
  areaCode: string,
  type: NumberType | undefined,
  config: Partial<NumberConfig>,
  address: Address | undefined,
): Bought {
  if (areaCode === '')
    return fail(refused(21421, 'Give the PhoneNumber to buy, or an AreaCode of the US or Canada.'));
  if (type !== undefined && type !== 'local')
    return fail(refused(21457, 'AreaCode finds local numbers only: give the PhoneNumber.'));
  if (!/^[2-9]\d\d$/.test(areaCode))
    return fail(refused(21451, `AreaCode ${printable(areaCode)} is not one of three digits.`));
  for (const country of ['US', 'CA']) {
    const excludeAddressRequired = addressRequirements.filter(
      (requirement) =>
        addressFault({ addressRequirement: requirement, place: { country } }, address) !== undefined,
    );
    const search = { country, type: 'local', areaCode, excludeAddressRequired } as const;
    const bought = await paid(deps, account, country, 'local', () =>
      deps.inventory.buyAny(account.sid, search, config),
    );
    if (bought === 'unfunded') return fail(refused(20003, noMoney));
    if (bought.ok) return bought;
  }
  return fail(refused(21452, `No number with area code ${areaCode} is available.`));
}

/** What a number's rules miss in the address that it would name. */
export function addressFault(
  { addressRequirement, place }: { addressRequirement: AddressRequirement; place: { country: string } },
  address: Address | undefined,
): Refused | undefined {
  if (addressRequirement === 'none') return undefined;
  if (address === undefined)
    return refused(21631, 'The number needs an AddressSid: make an address, and name it.');
  if (satisfies(addressRequirement, address.isoCountry, place.country)) return undefined;
  return addressRequirement === 'local'
    ? refused(21615, `The number needs an address in ${place.country}, not in ${address.isoCountry}.`)
    : refused(21631, `The number needs an address outside of ${place.country}.`);
}
