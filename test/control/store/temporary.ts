import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Store } from '../../../control/store/store.ts';

const opened: { readonly directory: string; readonly store: Store | undefined }[] = [];

after(async () => {
  for (const { store } of opened) await store?.close();
  for (const { directory } of opened) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is removed after the tests of this file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'strowger-test-'));
  opened.push({ directory, store: undefined });
  return directory;
}

/** A store that is closed and removed after the tests of this file. */
export function temporaryStore(directory = temporaryDirectory()): Store {
  const store = new Store(directory);
  opened.push({ directory, store });
  return store;
}
