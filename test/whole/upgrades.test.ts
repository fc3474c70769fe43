import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { limitTable } from '../../control/accounts/limits.ts';
import { apiKeyTable, sealedTokenTable } from '../../control/accounts/tables.ts';
import { lifeTable } from '../../control/inventory/tables.ts';
import type { TableSpec } from '../../control/store/table.ts';
import { inboxTable } from '../../edge/messaging/inbound/inbox.ts';
import { messageTable } from '../../edge/messaging/store/message-table.ts';
import { unbilled } from '../../edge/voice/call.ts';
import { callTable, recordingTable, transcriptionTable } from '../../edge/voice/store/tables.ts';
import { temporaryDirectory } from '../control/store/temporary.ts';
import { rowVersions } from '../../control/store/row-versions.ts';
import { Store } from '../../control/store/store.ts';
import { root } from '../support/root.ts';

/** A table, a row as each of its older versions packed it, and what of that row the present version must say. */
interface Specimen {
  readonly name: string;
  readonly version: number;
  readonly read: (version: number) => Promise<unknown>;
}

/** Rows of versions 1, 2, … in their order. */
function specimen<Key, Row>(
  spec: TableSpec<Key, Row>,
  key: Key,
  rows: readonly unknown[],
  look: (row: Row) => unknown,
): Specimen {
  const { name, version } = spec;
  const read = async (older: number): Promise<unknown> => {
    const directory = temporaryDirectory();
    const before = new Store(directory);
    before.table<Key, unknown>({ name, key: spec.key, version: older }).put(key, rows[older - 1]);
    await before.durable();
    await before.close();
    const now = new Store(directory);
    const row = now.table(spec).get(key);
    await now.close();
    assert.ok(row !== undefined);
    return look(row);
  };
  return { name, version, read };
}

const zeros = '0'.repeat(32);
const step = { url: 'http://app.test/', method: 'POST', documents: 3, about: 'SM1' };
const messageOf1 = [
  ...[
    7,
    1,
    '+14155550001',
    '+12065550100',
    'hello',
    5,
    0,
    1,
    0,
    1_700_000_000_000,
    1,
    1,
    0,
    1,
    1,
    '',
    'alpha',
  ],
  ...[[[2, 'id']], null, 0, 0],
];

const specimens: readonly Specimen[] = [
  specimen(
    sealedTokenTable,
    `AC${zeros}`,
    [{ token: Buffer.from('sealed'), test: null }],
    ({ token, secondary }) => [token.toString(), secondary],
  ),
  specimen(
    apiKeyTable,
    `SK${zeros}`,
    [{ sid: `SK${zeros}`, accountSid: `AC${zeros}`, friendlyName: 'a key', main: true }],
    ({ friendlyName, allow }) => [friendlyName, allow],
  ),
  specimen(limitTable, `AC${zeros}`, [{ perSecond: 5 }], (row) => row),
  specimen(lifeTable, '+14155550001', [['available', 2.5, null]], (row) => row),
  specimen(callTable, `CA${zeros}`, [{ sid: `CA${zeros}`, status: 'completed' }], ({ status, bill }) => [
    status,
    bill,
  ]),
  specimen(recordingTable, `RE${zeros}`, [{ sid: `RE${zeros}`, status: 'completed' }], (row) => row),
  specimen(transcriptionTable, `TR${zeros}`, [{ sid: `TR${zeros}`, status: 'failed' }], (row) => row),
  specimen(inboxTable, Buffer.alloc(16), [step], ({ about, optOutType }) => [about, optOutType]),
  specimen(
    messageTable,
    Buffer.alloc(16),
    [messageOf1, [...messageOf1, 7_500]],
    ({ body, status, parts, priceMicros, messagingServiceSid }) => [
      [body, status, parts, messagingServiceSid],
      priceMicros,
    ],
  ),
];

const messageNow = ['hello', 'delivered', [{ state: 'delivered', carrierId: 'id' }], ''];
const expected: Readonly<Record<string, readonly unknown[]>> = {
  'account-tokens': [['sealed', null]],
  'api-keys': [['a key', null]],
  'request-limits': [{ requestsPerSecond: 5 }],
  'number-lives': [{ state: 'available', ratePerSecond: 2.5, assignment: null, withheld: null }],
  calls: [['completed', unbilled]],
  recordings: [{ sid: `RE${zeros}`, status: 'completed', priceMicros: null }],
  transcriptions: [{ sid: `TR${zeros}`, status: 'failed', priceMicros: null }],
  inbox: [['SM1', '']],
  messages: [
    [messageNow, null],
    [messageNow, 7_500],
  ],
};

/** `name version` of each table in the sources whose version has been raised. */
function raised(): string[] {
  const found: string[] = [];
  for (const room of ['control', 'edge', 'media'])
    for (const file of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(join(root, room, file), 'utf8');
      const tables = text.matchAll(/name: '([\w-]+)',\s+key: [^;]*?\bversion: (\d+)/g);
      for (const [, name, version] of tables) if (Number(version) > 1) found.push(`${name} ${version}`);
    }
  return found;
}

describe('rows of older builds', () => {
  it('have a specimen for every table whose version has been raised', () => {
    const covered = specimens.map(({ name, version }) => `${name} ${version}`);
    assert.deepEqual(raised().sort(), covered.sort());
  });

  it('are told apart by the versions that the store goes by', () => {
    const listed = Object.entries(rowVersions).map(([name, version]) => `${name} ${version}`);
    assert.deepEqual(listed.sort(), raised().sort());
  });

  for (const { name, version, read } of specimens)
    for (let older = 1; older < version; older++)
      it(`${name}: version ${older} is read by version ${version}`, async () => {
        assert.deepEqual(await read(older), expected[name]?.[older - 1]);
      });
});
