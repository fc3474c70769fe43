import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Accounts } from '../../control/accounts/accounts.ts';
import { ApiKeys } from '../../control/accounts/api-keys.ts';
import { Authenticator } from '../../control/accounts/authenticator.ts';
import { TokenRotation } from '../../control/accounts/token-rotation.ts';
import { Tokens } from '../../control/accounts/tokens.ts';
import { systemRandom } from '../../control/base/random.ts';
import { sidFactory } from '../../control/base/sid.ts';
import { SipAccess } from '../../control/sip-access/sip-access.ts';
import { Store } from '../../control/store/store.ts';
import { readKeyFile, replaceKeyFile } from '../../control/vault/key-file.ts';
import { keySource } from '../../control/vault/key-source.ts';
import { rotate, type Rotation, type RotationContext } from '../../control/vault/rotation.ts';
import { Vault } from '../../control/vault/vault.ts';
import { sealedTables } from '../../edge/node/sealed.ts';
import { Orders } from '../../edge/voice/outbound/orders.ts';
import { temporaryDirectory } from '../control/store/temporary.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rawRows } from '../support/raw-store.ts';
import { root } from '../support/root.ts';

const sipPassword = 'Sealed-Password-1';

/** A node's store with something in every sealed column, and what opens it. */
class Node {
  readonly data = temporaryDirectory();
  readonly clock = new FakeClock();
  readonly sids = sidFactory(this.clock, systemRandom);
  readonly source = keySource({ data: this.data }, () => undefined);
  store = new Store(this.data);

  /** A process that has the store open. */
  process(vault = Vault.open(this.source, this.store, systemRandom)) {
    const { store, clock, sids } = this;
    const context = { store, vault, clock, random: systemRandom, sids };
    const accounts = new Accounts(context);
    return {
      vault,
      accounts,
      keys: new ApiKeys(context),
      gate: new Authenticator(accounts, context),
      rotation: new TokenRotation(accounts, context),
      tokens: new Tokens(context),
      sip: new SipAccess({ ...context, domain: 'edge.example' }),
      orders: new Orders(store, vault),
    };
  }

  /** Another process of the same node opens the store. */
  async reopen(): Promise<void> {
    await this.store.close();
    this.store = new Store(this.data);
  }

  rotate(change: Partial<RotationContext> = {}): Promise<Rotation> {
    const { store, clock } = this;
    const asked = rotate({
      store,
      clock,
      source: this.source,
      vault: Vault.open(this.source, store, systemRandom),
      random: systemRandom,
      tables: sealedTables,
      keep: (key) => replaceKeyFile(this.source.file, key, systemRandom),
      awaitEdge: () => Promise.resolve(undefined),
      ...change,
    });
    return this.inTime(asked);
  }

  /** Lets time pass until something is done. */
  private async inTime<T>(asked: Promise<T>): Promise<T> {
    let over = false;
    const done = asked.finally(() => (over = true));
    done.catch(() => undefined);
    while (!over) await this.clock.advanceAsync(1_000);
    return done;
  }
}

async function filled() {
  const node = new Node();
  const before = node.process();
  const made = await before.accounts.create({ friendlyName: 'Ann' });
  assert.ok(made.ok);
  const { account, secrets } = made.value;
  const { authToken, test } = secrets;
  const key = await before.keys.create(account.sid, { friendlyName: 'key', main: false });
  await before.rotation.create(account.sid);
  const list = await before.sip.credentialLists.create(account.sid, 'phones');
  assert.ok(list.ok);
  const added = await before.sip.credentialLists.add(list.value, 'ann', sipPassword);
  assert.ok(added.ok);
  const call = node.sids('CA');
  before.orders.put(call, { sipUsername: 'ann', sipPassword } as never);
  await node.store.durable();

  /** What a process makes of all of it. */
  const read = ({ accounts, sip, orders, gate, tokens }: ReturnType<Node['process']>) => ({
    token: accounts.authToken(account.sid),
    test: accounts.testCredentials(account.sid)?.token,
    secondary: tokens.secondary(account.sid)?.token,
    digest: sip.credentialLists.secrets(list.value.sid, 'ann'),
    loggedIn: gate.authenticate(account.sid, authToken).ok,
    keyLoggedIn: key.ok && gate.authenticate(key.value.key.sid, key.value.secret).ok,
    order: orders.has(call),
  });
  return {
    node,
    before,
    call,
    account,
    expected: { ...read(before), token: authToken, test: test?.token },
    read,
  };
}

describe('rotating the seal key', () => {
  it('leaves nothing of the old key, and every secret as it was', async () => {
    const { node, before, call, expected, read } = await filled();
    const oldId = before.vault.keyId;
    const oldKey = readKeyFile(node.source.file);
    const done = await node.rotate();
    assert.ok(done.kind === 'done');
    assert.deepEqual([done.from, done.resealed], [oldId, 3]);
    assert.notEqual(done.to, oldId);
    assert.notDeepEqual(readKeyFile(node.source.file), oldKey);
    assert.deepEqual(read(node.process()), expected);
    assert.equal(node.process().orders.take(call)?.sipPassword, sipPassword);
    await node.store.durable();
    await node.store.close();
    const old = Buffer.from(oldId, 'hex');
    const rows = await rawRows(node.data);
    assert.ok(rows.some((bytes) => bytes.includes(Buffer.from(done.to, 'hex'))));
    assert.deepEqual(
      rows.filter((bytes) => bytes.includes(old) || bytes.includes(oldId)),
      [],
    );
    node.store = new Store(node.data);
    assert.deepEqual(read(node.process()), { ...expected, order: false });
    await node.store.close();
  });

  it('is followed by a process that runs, even if it asks for no secret meanwhile', async () => {
    const { node, before, account, expected, read } = await filled();
    const failures: string[] = [];
    const stop = before.vault.follow(node.clock, (reason) => failures.push(reason));
    const done = await node.rotate();
    assert.ok(done.kind === 'done');
    stop();
    assert.deepEqual(failures, []);
    assert.equal(before.vault.keyId, done.to);
    assert.deepEqual(read(before), expected);
    const rotated = before.vault.seal('later', account.sid);
    assert.equal(node.process().vault.unseal(rotated, account.sid), 'later');
    await node.store.close();
  });

  it('goes on where it was broken off, wherever that was', async () => {
    const { node, expected, read } = await filled();
    const broken = new Error('killed');
    const fail = (): never => {
      throw broken;
    };
    // Before anything is sealed anew; amid that; before and after the new key is where keys are kept.
    await assert.rejects(node.rotate({ awaitEdge: fail }), broken);
    await node.reopen();
    assert.deepEqual(read(node.process()), expected);
    let seen = 0;
    const tables = sealedTables.map(({ spec, reseal }) => ({
      spec,
      reseal: (...row: Parameters<typeof reseal>): unknown => (++seen === 3 ? fail() : reseal(...row)),
    }));
    await assert.rejects(node.rotate({ tables }), broken);
    await node.reopen();
    assert.deepEqual(read(node.process()), expected);
    await assert.rejects(node.rotate({ keep: fail }), broken);
    await node.reopen();
    assert.deepEqual(read(node.process()), expected);
    const keepThenFail = (key: Buffer): never => {
      replaceKeyFile(node.source.file, key, systemRandom);
      return fail();
    };
    await assert.rejects(node.rotate({ keep: keepThenFail }), broken);
    await node.reopen();
    assert.deepEqual(read(node.process()), expected);
    const last = await node.rotate();
    assert.ok(last.kind === 'done');
    assert.equal(last.resealed, 0);
    assert.deepEqual(read(node.process()), expected);
    await node.store.close();
  });

  it('is survived by a successor that finds the key of old, at each of its steps', async () => {
    const { node, before, account, expected, read } = await filled();
    const old = node.source.read();
    const lent = { ...node.source, read: () => old };
    const successor = () => node.process(Vault.open(lent, node.store, systemRandom, before.vault.bequest()));
    const steps: string[] = [];
    const look = (step: string): void => {
      assert.deepEqual(read(successor()), expected, step);
      steps.push(step);
    };
    const early = before.vault.bequest();
    const awaitEdge = (): Promise<undefined> => {
      look('handed over');
      return Promise.resolve(undefined);
    };
    let late: readonly Buffer[] = [];
    const keep = (key: Buffer): void => {
      look('sealed anew');
      late = before.vault.bequest();
      replaceKeyFile(node.source.file, key, systemRandom);
    };
    const done = await node.rotate({ awaitEdge, keep });
    assert.ok(done.kind === 'done');
    look('over');
    assert.equal(successor().vault.keyId, done.to);
    assert.deepEqual(steps, ['handed over', 'sealed anew', 'over']);
    // Told in the midst, opened when it was over.
    assert.equal(Vault.open(lent, node.store, systemRandom, late).keyId, done.to);
    // What was told before it began is of no use any more, and the key of old opens nothing.
    assert.throws(() => Vault.open(lent, node.store, systemRandom, early), /sealed with the key/);
    assert.throws(() => Vault.open(lent, node.store, systemRandom), /put the right one there/);
    // The next rotation begins from a process that never read the key in use.
    assert.equal((await node.rotate()).kind, 'done');
    assert.equal(successor().vault.unseal(before.vault.seal('x', account.sid), account.sid), 'x');
    await node.store.close();
  });

  it('waits for an edge that has not taken the new key', async () => {
    const { node, before, expected, read } = await filled();
    const reason = 'the running edge has not taken the new key';
    assert.deepEqual(await node.rotate({ awaitEdge: () => Promise.resolve(reason) }), {
      kind: 'unfinished',
      reason,
    });
    assert.deepEqual(read(before), expected);
    assert.equal((await node.rotate()).kind, 'done');
    await node.store.close();
  });

  it('knows every table that something is sealed into', () => {
    const files = execFileSync('git', ['ls-files', '--', 'edge', 'control', 'media'], { cwd: root })
      .toString()
      .split('\n')
      .filter((file) => file.endsWith('.ts') && !file.startsWith('control/vault/'));
    const sources = files.map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
    const sealing = sources.filter(([, text]) => /\bvault\.seal\(|\bsealSecrets\(vault/.test(text));
    assert.deepEqual(
      sealing.map(([file]) => file).sort(),
      [
        'control/accounts/tokens.ts',
        'control/sip-access/credential-lists.ts',
        'control/sip-access/digest.ts',
        'edge/voice/outbound/orders.ts',
      ],
      'whoever seals into a table adds it to edge/node/sealed.ts, and something to seal to this test',
    );
    assert.deepEqual(sealedTables.map(({ spec }) => spec.name).sort(), [
      'account-tokens',
      'call-orders',
      'sip-credentials',
    ]);
  });
});
