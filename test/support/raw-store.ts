import { open } from 'lmdb';
import { join } from 'node:path';

/** Every key and value of every table of a store, as bytes; nobody else of this process may have it open. */
export async function rawRows(directory: string): Promise<readonly Buffer[]> {
  const root = open<Buffer, Buffer | string>({
    path: join(directory, 'store.lmdb'),
    maxDbs: 512,
    encoding: 'binary',
    keyEncoding: 'binary',
    readOnly: true,
  });
  try {
    return Array.from(root.getKeys() as Iterable<Buffer>, (name) =>
      name.toString().replace(/\0$/, ''),
    ).flatMap((name) => {
      const table = root.openDB<Buffer, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' });
      return Array.from(table.getRange(), ({ key, value }) => [Buffer.from(key), Buffer.from(value)]).flat();
    });
  } finally {
    await root.close();
  }
}
