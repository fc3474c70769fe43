import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { bytesKey, textKey } from '../../../control/store/keys.ts';
import { Store } from '../../../control/store/store.ts';
import type { TableSpec } from '../../../control/store/table.ts';
import { exitOf, runChild } from './child.ts';
import { pairTable } from './tables.ts';
import { temporaryDirectory, temporaryStore } from './temporary.ts';

const here = (name: string): URL =>
  new URL(import.meta.url.endsWith('.ts') ? `${name}.ts` : `${name}.js`, import.meta.url);

describe('Store.durable', () => {
  it('resolves once what was put before it can be read, here and by another opener', async () => {
    const directory = temporaryDirectory();
    const store = temporaryStore(directory);
    const table = store.table(pairTable('left'));
    table.put('a', 1);
    assert.equal(table.get('a'), undefined);
    await store.durable();
    assert.equal(table.get('a'), 1);
    await store.close();
    const again = temporaryStore(directory);
    assert.equal(again.table(pairTable('left')).get('a'), 1);
  });

  it('tells its observer of each commit', async () => {
    const durations: number[] = [];
    const store = new Store(temporaryDirectory(), ({ durationMs }) => durations.push(durationMs));
    store.table(pairTable('left')).put('a', 1);
    await store.durable();
    assert.equal(durations.length, 1);
    assert.ok((durations[0] ?? -1) >= 0);
    await store.close();
  });

  it('has writes that are in no hurry wait for company, until somebody asks', async () => {
    let commits = 0;
    const store = new Store(temporaryDirectory(), () => commits++);
    const calm = store.table({ ...pairTable('calm'), unhurried: true });
    for (const key of ['a', 'b', 'c']) {
      calm.put(key, 1);
      await new Promise(setImmediate);
    }
    assert.equal(commits, 0);
    await store.durable();
    assert.deepEqual([...calm.keys()], ['a', 'b', 'c']);
    assert.equal(commits, 1);
    // One that is in a hurry takes them along.
    calm.put('d', 1);
    store.table(pairTable('left')).put('a', 1);
    while (commits < 2) await new Promise(setImmediate);
    assert.equal(calm.get('d'), 1);
    // And where none comes and nobody asks, they go by themselves.
    calm.put('e', 1);
    while (commits < 3) await new Promise(setImmediate);
    assert.equal(calm.get('e'), 1);
    await store.close();
  });

  it('keeps everything a killed writer was told is durable, in whole transactions', async () => {
    const directory = temporaryDirectory();
    const child = runChild(here('writer'), directory);
    let acknowledged = -1;
    for await (const line of createInterface({ input: child.stdout! })) {
      acknowledged = Number(line);
      if (acknowledged >= 200 && !child.killed) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) assert.equal(await exitOf(child), 'SIGKILL');
    const store = temporaryStore(directory);
    const left = [...store.table(pairTable('left')).entries()];
    const right = [...store.table(pairTable('right')).entries()];
    assert.ok(left.length > acknowledged);
    assert.deepEqual(left, right);
    left.forEach(([key, value], index) => {
      assert.equal(Number(key), index);
      assert.equal(value, index);
    });
    // And it goes on from there.
    const table = store.table(pairTable('left'));
    table.put('next', 1);
    await store.durable();
    assert.equal(table.get('next'), 1);
  });
});

describe('Store.transact', () => {
  it('reads its own writes and gives back what the change gives', async () => {
    const store = temporaryStore();
    const table = store.table(pairTable('left'));
    const seen = await store.transact(() => {
      table.put('a', 1);
      table.put('a', (table.get('a') ?? 0) + 1);
      return [...table.keys()];
    });
    assert.deepEqual(seen, ['a']);
    assert.equal(table.get('a'), 2);
  });

  it('writes nothing if the change throws, in tables that read their own writes, too', async () => {
    const store = temporaryStore();
    const plain = store.table(pairTable('plain'));
    const eager = store.table({ ...pairTable('eager'), readsOwnWrites: true });
    plain.put('a', 1);
    eager.put('a', 1);
    await store.durable();
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(
        store.transact(() => {
          plain.put('a', 2);
          plain.put('b', 2);
          eager.put('a', 2);
          eager.remove('b');
          throw new Error('changed my mind');
        }),
        /changed my mind/,
      );
    }
    assert.equal(plain.get('a'), 1);
    assert.equal(plain.get('b'), undefined);
    assert.equal(eager.get('a'), 1);
  });

  it('does not undo the transactions beside it', async () => {
    const store = temporaryStore();
    const table = store.table(pairTable('left'));
    table.put('before', 1);
    const outcomes = await Promise.allSettled([
      store.transact(() => table.put('a', 1)),
      store.transact(() => {
        table.put('a', 2);
        throw new Error('no');
      }),
      store.transact(() => table.get('a')),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(outcomes[2], { status: 'fulfilled', value: 1 });
    assert.equal(table.get('before'), 1);
  });

  it('sees what was put before it in the same turn', async () => {
    const store = temporaryStore();
    const table = store.table({ ...pairTable('eager'), readsOwnWrites: true });
    table.put('a', 1);
    await store.transact(() => table.put('a', (table.get('a') ?? 0) + 1));
    assert.equal(table.get('a'), 2);
  });

  it('loses no increment between two processes', async () => {
    const directory = temporaryDirectory();
    const store = temporaryStore(directory);
    const table = store.table(pairTable('left'));
    const exits = [runChild(here('incrementer'), directory, '50')].map(exitOf);
    for (let i = 0; i < 50; i++) {
      await store.transact(() => table.put('counter', (table.get('counter') ?? 0) + 1));
    }
    assert.deepEqual(await Promise.all(exits), [0]);
    assert.equal(await store.transact(() => table.get('counter')), 100);
  });
});

describe('Table', () => {
  it('shows uncommitted rows where the table asks for it, and commits the last of them', async () => {
    const store = temporaryStore();
    const table = store.table({ ...pairTable('eager'), readsOwnWrites: true });
    table.put('a', 1);
    assert.equal(table.get('a'), 1);
    table.put('a', 2);
    assert.equal(table.get('a'), 2);
    table.remove('a');
    assert.equal(table.get('a'), undefined);
    assert.equal(table.has('a'), false);
    table.put('a', 3);
    await store.durable();
    assert.equal(table.get('a'), 3);
    assert.deepEqual([...table.entries()], [['a', 3]]);
  });

  it('keeps a row that is rewritten while its first write commits', async () => {
    const store = temporaryStore();
    const table = store.table({ ...pairTable('eager'), readsOwnWrites: true });
    table.put('a', 1);
    const first = store.durable();
    await Promise.resolve();
    table.put('a', 2);
    await first;
    assert.equal(table.get('a'), 2);
    await store.durable();
    assert.equal(table.get('a'), 2);
  });

  it('walks ranges: the start is included, the end is not, in both directions', async () => {
    const store = temporaryStore();
    const table = store.table(pairTable('left'));
    for (let i = 0; i < 10; i++) table.put(`k${i}`, i);
    await store.durable();
    assert.deepEqual([...table.keys({ start: 'k2', end: 'k5' })], ['k2', 'k3', 'k4']);
    assert.deepEqual([...table.keys({ start: 'k5', end: 'k2', reverse: true })], ['k5', 'k4', 'k3']);
    assert.deepEqual([...table.keys({ start: 'k5~', end: 'k2', reverse: true, limit: 2 })], ['k5', 'k4']);
    assert.deepEqual([...table.keys({ reverse: true, limit: 1 })], ['k9']);
    assert.deepEqual(
      [...table.entries({ start: 'k8' })],
      [
        ['k8', 8],
        ['k9', 9],
      ],
    );
    assert.equal(table.count({ start: 'k2', end: 'k5' }), 3);
    assert.equal(table.count(), 10);
  });

  it('reads rows of older versions through every upgrade, and refuses those of newer ones', async () => {
    const directory = temporaryDirectory();
    const spec = { name: 'things', key: textKey } as const;
    const first = new Store(directory);
    first.table<string, string>({ ...spec, version: 1 }).put('a', 'red');
    await first.close();

    interface Thing {
      readonly colour: string;
      readonly size: number;
    }
    const upgraded: TableSpec<string, Thing> = {
      ...spec,
      version: 3,
      upgrades: {
        1: (colour) => [colour],
        2: (packed) => [...(packed as unknown[]), 7],
      },
      pack: ({ colour, size }) => [colour, size],
      unpack: (packed) => {
        const [colour, size] = packed as [string, number];
        return { colour, size };
      },
    };
    const second = new Store(directory);
    const table = second.table(upgraded);
    assert.deepEqual(table.get('a'), { colour: 'red', size: 7 });
    table.put('b', { colour: 'blue', size: 1 });
    await second.durable();
    assert.deepEqual(
      [...table.entries()].map(([, { colour }]) => colour),
      ['red', 'blue'],
    );
    await second.close();

    // Not the store's own note, but each row says so, too.
    const old = new Store(directory, undefined, { things: 3 });
    const before = old.table<string, string>({ ...spec, version: 1 });
    assert.equal(before.get('a'), 'red');
    assert.throws(() => before.get('b'), /newer build/);
    const other = old.table<string, string>({ name: 'gap', key: textKey, version: 1 });
    other.put('x', 'y');
    await old.close();
    const gap = new Store(directory, undefined, { things: 3 });
    const gapped = gap.table<string, string>({ name: 'gap', key: textKey, version: 2 });
    assert.throws(() => gapped.get('x'), /no upgrade from version 1/);
    await gap.close();
  });

  describe('that a newer build has written to', () => {
    const older: TableSpec<string, string> = { name: 'things', key: textKey, version: 1 };
    const newer: TableSpec<string, string> = { ...older, version: 2, upgrades: { 1: (packed) => packed } };
    const newBuild = (directory: string): Store => new Store(directory, undefined, { things: 2 });
    const refusal = /table things: version 2, here 1\): install that build, or restore the backup/;

    it('cannot be opened by an older one, and is left as it was', async () => {
      const directory = temporaryDirectory();
      const first = newBuild(directory);
      first.table(newer).put('a', 'red');
      await first.close();
      assert.throws(() => new Store(directory), refusal);
      const again = newBuild(directory);
      assert.deepEqual([...again.table(newer).entries()], [['a', 'red']]);
      await again.close();
    });

    it('can, as long as that build has written nothing in its own shape', async () => {
      const directory = temporaryDirectory();
      const first = new Store(directory);
      first.table(older).put('a', 'red');
      await first.close();
      const second = newBuild(directory);
      assert.equal(second.table(newer).get('a'), 'red');
      await assert.rejects(
        second.transact(() => {
          second.table(newer).put('b', 'blue');
          throw new Error('given up');
        }),
      );
      await second.close();
      await new Store(directory).close();
      const third = newBuild(directory);
      await third.transact(() => third.table(newer).put('b', 'blue'));
      await third.close();
      assert.throws(() => new Store(directory), refusal);
    });

    it('is refused also once what was given up has been written again', async () => {
      const directory = temporaryDirectory();
      const store = newBuild(directory);
      const table = store.table(newer);
      const givenUp = store.transact(() => {
        table.put('a', 'red');
        throw new Error('given up');
      });
      await assert.rejects(givenUp);
      table.put('a', 'red');
      await store.close();
      assert.throws(() => new Store(directory), refusal);
    });
  });

  it('gives bytes that stay as they are when other rows are read', async () => {
    const store = temporaryStore();
    const table = store.table<Buffer, Buffer>({ name: 'bytes', key: bytesKey, version: 1 });
    table.put(Buffer.of(1), Buffer.alloc(16, 1));
    table.put(Buffer.of(2), Buffer.alloc(16, 2));
    table.put(Buffer.of(3), Buffer.alloc(2_000_000, 3));
    await store.durable();
    const first = table.get(Buffer.of(1));
    const large = table.get(Buffer.of(3));
    assert.deepEqual(table.get(Buffer.of(2)), Buffer.alloc(16, 2));
    assert.deepEqual(first, Buffer.alloc(16, 1));
    assert.deepEqual(large, Buffer.alloc(2_000_000, 3));
  });

  it('sees what another process has committed', async () => {
    const directory = temporaryDirectory();
    const store = temporaryStore(directory);
    const table = store.table(pairTable('left'));
    assert.equal(table.get('counter'), undefined);
    assert.equal(await exitOf(runChild(here('incrementer'), directory, '3')), 0);
    assert.equal(table.get('counter'), 3);
  });
});

describe('Store.backup', () => {
  it('copies a store that goes on being written', async () => {
    const store = temporaryStore();
    const table = store.table(pairTable('left'));
    table.put('a', 1);
    await store.durable();
    const directory = temporaryDirectory();
    const done = store.backup(directory);
    table.put('b', 2);
    await done;
    await store.durable();
    const copy = temporaryStore(directory);
    assert.equal(copy.table(pairTable('left')).get('a'), 1);
    assert.ok(store.sizeBytes > 0);
  });
});
