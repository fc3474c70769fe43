import { systemRandom } from '../../control/base/random.ts';
import { generatePassword } from '../../control/console/passwords.ts';
import { withBooks, type Books } from '../../control/cli/books.ts';
import type { Account } from '../../control/accounts/account.ts';
import type { Listing } from '../../control/inventory/listing.ts';
import type { NumberConfig } from '../../control/inventory/number.ts';

export interface DemoAccount {
  readonly sid: string;
  readonly authToken: string;
}

const accountName = 'Weather demo';
const pageRows = 100;

/** The number that the weather application answers; 555-01xx numbers belong to nobody. */
export const demoNumber = '+14155550100';
const forSale = Array.from({ length: 9 }, (_, index) => `+1415555010${index + 1}`);

/** The demo's account: that of the last run, or a new one. */
export const openAccount = (data: string): Promise<DemoAccount> =>
  withBooks({ data }, async ({ accounts }) => {
    const known = findAccount(accounts);
    const sid = known?.sid ?? (await createAccount(accounts));
    const authToken = accounts.authToken(sid);
    if (authToken === undefined) throw new Error(`${data}: the account ${sid} has no auth token`);
    return { sid, authToken };
  });

function findAccount(accounts: Books['accounts']): Account | undefined {
  for (let after: string | null | undefined = undefined; after !== null;) {
    const page: ReturnType<typeof accounts.listAll> = accounts.listAll(
      after === undefined ? { limit: pageRows } : { after, limit: pageRows },
    );
    const found = page.rows.find(
      ({ friendlyName, status }) => friendlyName === accountName && status === 'active',
    );
    if (found !== undefined) return found;
    after = page.next;
  }
  return undefined;
}

async function createAccount(accounts: Books['accounts']): Promise<string> {
  const created = await accounts.create({ friendlyName: accountName });
  if (!created.ok) throw new Error(`the demo's account could not be made: ${created.error}`);
  return created.value.account.sid;
}

/** Gives the demo's number to its account with these webhooks, and puts a few more up for sale. */
export const openNumber = (
  data: string,
  accountSid: string,
  urls: Pick<NumberConfig, 'smsUrl' | 'voiceUrl' | 'statusCallback'>,
): Promise<void> =>
  withBooks({ data }, async ({ inventory }) => {
    await inventory.add([demoNumber, ...forSale].map(listing));
    const holder = inventory.number(demoNumber)?.assignment?.accountSid ?? accountSid;
    if (holder !== accountSid) await inventory.release(demoNumber);
    const assigned = await inventory.assign(accountSid, demoNumber);
    if (!assigned.ok) throw new Error(`${demoNumber} could not be assigned: ${assigned.error}`);
    await inventory.update(assigned.value.assignment.sid, {
      ...urls,
      smsMethod: 'POST',
      voiceMethod: 'POST',
      statusCallbackMethod: 'POST',
    });
  });

const listing = (e164: string): Listing => ({
  e164,
  type: 'local',
  place: {
    country: 'US',
    region: 'CA',
    locality: 'San Francisco',
    postalCode: '94105',
    lata: '722',
    rateCenter: 'SNFC CNTRL',
    latitude: '37.7749',
    longitude: '-122.4194',
  },
  capabilities: { voice: true, sms: true, mms: false, fax: false },
  addressRequirement: 'none',
  beta: false,
  carrier: 'loopback',
});

/** The operator who may use the demo's console, with a password that is new at each start. */
export const openOperator = (data: string): Promise<{ readonly name: string; readonly password: string }> =>
  withBooks({ data }, async ({ operators }) => {
    const name = 'demo';
    const password = generatePassword(systemRandom);
    const set = await operators.setPassword(name, password);
    if (!set.ok) await operators.add(name, password);
    return { name, password };
  });
