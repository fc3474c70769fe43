import { systemRandom } from '../../../control/base/random.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { Accounts, type AccountsContext } from '../../../control/accounts/accounts.ts';
import { ApiKeys } from '../../../control/accounts/api-keys.ts';
import { Authenticator } from '../../../control/accounts/authenticator.ts';
import { Vault } from '../../../control/vault/vault.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory, temporaryStore } from '../store/temporary.ts';

/** A set of books for one test: every repository of the room on a store of its own, at a time that stands still. */
export function openBooks() {
  const clock = new FakeClock();
  const directory = temporaryDirectory();
  const context: AccountsContext = {
    store: temporaryStore(directory),
    vault: new Vault(Buffer.alloc(32, 1), systemRandom),
    clock,
    random: systemRandom,
    sids: sidFactory(clock, systemRandom),
  };
  const accounts = new Accounts(context);
  const create = async (wanted: Parameters<Accounts['create']>[0] = {}) => {
    const created = await accounts.create(wanted);
    if (!created.ok) throw new Error(created.error);
    return created.value;
  };
  return {
    ...context,
    clock,
    directory,
    accounts,
    keys: new ApiKeys(context),
    gate: new Authenticator(accounts, context),
    /** Creates an account that must succeed. */
    create,
  };
}
