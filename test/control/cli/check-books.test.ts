import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemRandom } from '../../../control/base/random.ts';
import { sidBytes, sidFactory, type Sid } from '../../../control/base/sid.ts';
import { systemClock } from '../../../control/base/clock.ts';
import { Accounts } from '../../../control/accounts/accounts.ts';
import type { Trigger } from '../../../control/billing/trigger.ts';
import { Triggers } from '../../../control/billing/triggers.ts';
import { numberKey } from '../../../control/billing/details.ts';
import { sidKey, textKey } from '../../../control/store/keys.ts';
import { Store } from '../../../control/store/store.ts';
import { keySource } from '../../../control/vault/key-source.ts';
import { Vault } from '../../../control/vault/vault.ts';
import { MessageCharges } from '../../../edge/messaging/charges.ts';
import type { Message, Status } from '../../../edge/messaging/message.ts';
import { messageTable } from '../../../edge/messaging/store/message-table.ts';
import { unbilled, type Call } from '../../../edge/voice/call.ts';
import { callTable } from '../../../edge/voice/store/tables.ts';
import { commandLine, type Ran } from '../../support/command-line.ts';
import { openMeter } from '../../support/meter.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-audit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const segmentMicros = 7_500;
const sids = sidFactory(systemClock, systemRandom);
const nowMs = Date.now();

const messageOf = (accountNo: number, status: Status, segments: number): Message => ({
  sid: sids('SM'),
  accountNo,
  direction: 'outbound-api',
  from: '+14155550100',
  to: '+13125550100',
  body: '',
  status,
  errorCode: 0,
  segments,
  media: 0,
  createdMs: nowMs,
  updatedMs: nowMs,
  sentMs: nowMs,
  sendAtMs: 0,
  deadlineMs: 0,
  smartEncoding: false,
  statusCallback: '',
  carrier: 'alpha',
  parts: [],
  raw: null,
  receipt: null,
  priceMicros: segments * segmentMicros,
  feedback: 'none',
  messagingServiceSid: '',
});

interface Opened {
  readonly store: Store;
  readonly ownerSid: Sid;
  /** By status, a message that holds, has spent and has released its price. */
  readonly messages: Readonly<Record<'queued' | 'sent' | 'failed', Message>>;
  readonly trigger: Trigger;
}

let made = 0;

/** `strowger check --books` on books that were good before `tamper`. */
async function checked(tamper: (opened: Opened) => void): Promise<Ran> {
  const data = join(folder, `data-${++made}`);
  const file = join(folder, `strowger-${made}.yaml`);
  writeFileSync(file, `data: ${data}\n`);
  const run = commandLine(file);
  const created = await run('account', 'create', '--friendly-name', 'Ann', '--json');
  const { sid: ownerSid } = created.json as { sid: Sid };
  const store = new Store(data);
  try {
    const vault = Vault.open(
      keySource({ data }, () => undefined),
      store,
      systemRandom,
    );
    const accounts = new Accounts({ store, vault, clock: systemClock, random: systemRandom, sids });
    const { meter, usage } = openMeter(store, systemClock);
    const triggers = new Triggers({ store, clock: systemClock, sids, usage });
    triggers.follow(() => undefined);
    const set = triggers.create(ownerSid, {
      friendlyName: '',
      usageCategory: 'sms',
      triggerBy: 'usage',
      thresholdMicros: 3_000_000,
      recurring: 'monthly',
      callbackUrl: 'https://application.example/',
      callbackMethod: 'POST',
    });
    assert.ok(set.ok);
    const { no } = accounts.fetch(ownerSid)!;
    const charges = new MessageCharges(meter, (wanted) => accounts.byNo(wanted));
    const enter = (status: Status, segments: number): Message => {
      const message = messageOf(no, status, segments);
      store.table(messageTable).put(sidBytes(message.sid), message);
      charges.changed(message, undefined, nowMs);
      return message;
    };
    const messages = { queued: enter('queued', 2), sent: enter('sent', 3), failed: enter('failed', 1) };
    const live = sids('CA');
    const call = { sid: live, accountNo: no, endedMs: 0, bill: { ...unbilled, heldMicros: 20_000 } } as Call;
    store.table(callTable).put(live, call);
    meter.wallet.hold(ownerSid, 20_000);
    await store.durable();
    const trigger = triggers.fetch(ownerSid, set.value.sid)!;
    assert.equal(trigger.fires, 1);
    tamper({ store, ownerSid, messages, trigger });
    await store.durable();
  } finally {
    await store.close();
  }
  return run('check', '--books', '--json');
}

const differencesOf = ({ status, json }: Ran): readonly string[] => {
  const { ok, differences } = json as { ok: boolean; differences: readonly string[] };
  assert.equal(status, ok ? 0 : 1);
  return differences;
};

const tampered = async (tamper: (opened: Opened) => void): Promise<readonly string[]> =>
  differencesOf(await checked(tamper));

const put = <Row>(store: Store, name: string, key: string, change: (row: Row) => Row): void => {
  const table = store.table<string, Row>({ name, key: textKey, version: 1 });
  table.put(key, change(table.get(key)!));
};

type PackedDetails = readonly (readonly unknown[])[];
const detailRows = (store: Store) =>
  store.table<number, PackedDetails>({ name: 'details', key: numberKey, version: 1 });

describe('strowger check --books', () => {
  it('finds nothing in books that agree', async () => {
    const ran = await checked(() => undefined);
    assert.deepEqual(ran.json, {
      ok: true,
      details: 3,
      accounts: 1,
      things: { messages: 3, calls: 1, recordings: 0, transcriptions: 0, participants: 0 },
      differences: [],
    });
    assert.equal(ran.status, 0);
  });

  it('finds detail records that are missing, twice there, or of another price', async () => {
    const missing = await tampered(({ store }) => {
      const rows = detailRows(store);
      const [first, ...rest] = rows.get(1)!;
      assert.ok(first !== undefined);
      rows.remove(1);
      rows.put(2, rest);
    });
    assert.ok(missing.includes('detail records 1 to 1 are missing'), missing.join('\n'));
    assert.ok(missing.some((text) => text.startsWith('usage AC')));
    assert.ok(missing.some((text) => text.startsWith('spending of AC')));
    assert.ok(missing.some((text) => text.includes('its records are not those of 3 parts')));
    const twice = await tampered(({ store }) => {
      const rows = detailRows(store);
      const packed = rows.get(1)!;
      rows.put(1, [...packed, packed[0]!]);
    });
    assert.ok(
      twice.some((text) => /^detail record 4 is of part 0 of SM\w+ again$/.test(text)),
      twice.join('\n'),
    );
    const dearer = await tampered(({ store }) => {
      const rows = detailRows(store);
      rows.put(
        1,
        rows.get(1)!.map((row) => row.map((value, place) => (place === 8 ? Number(value) + 1 : value))),
      );
    });
    assert.ok(dearer.some((text) => text.includes('22500 millionths were spent, its records say 22503')));
  });

  it('finds usage and spending that no record accounts for', async () => {
    const usage = await tampered(({ store, ownerSid }) => {
      const day = new Date(nowMs).toISOString().slice(0, 10);
      put<number[]>(store, 'usage-days', `${ownerSid}/own/${day}`, (row) => [...row, 1]);
    });
    assert.equal(usage.length, 1);
    assert.match(usage[0]!, /^usage AC\w+\/own\/[\d-]+: 1 is kept at place \d+, the records say 0$/);
    const spending = await tampered(({ store, ownerSid }) =>
      put<number[]>(store, 'billing-spend', ownerSid, ([spent = 0, ...rest]) => [spent + 5, ...rest]),
    );
    assert.match(spending.join('\n'), /^spending of AC\w+: 22505 is kept at place 0, the records say 22500$/);
  });

  it('finds money that is held for nothing, and messages that hold what nobody has', async () => {
    const held = await tampered(({ store, ownerSid }) =>
      put<number[]>(store, 'billing-spend', ownerSid, ([spent = 0, amount = 0]) => [spent, amount + 5]),
    );
    assert.match(held.join('\n'), /^what AC\w+ has held: 35005 is kept at place 0, the records say 35000$/);
    const ended = await tampered(({ store, messages }) =>
      store.table(messageTable).remove(sidBytes(messages.queued.sid)),
    );
    assert.match(ended.join('\n'), /^what AC\w+ has held: 35000 is kept at place 0, the records say 20000$/);
  });

  it('finds messages whose status and records tell different things', async () => {
    const unpaid = await tampered(({ store, messages: { failed } }) =>
      store.table(messageTable).put(sidBytes(failed.sid), { ...failed, status: 'delivered' }),
    );
    assert.match(unpaid.join('\n'), /^SM\w+: 7500 millionths were spent, and it has no record$/);
    const charged = await tampered(({ store, messages: { sent } }) =>
      store.table(messageTable).put(sidBytes(sent.sid), { ...sent, status: 'failed' }),
    );
    assert.match(charged.join('\n'), /^SM\w+: nothing was spent on it, and it has records$/);
    // A tenant may delete a message; what it cost stays.
    assert.deepEqual(
      await tampered(({ store, messages: { sent } }) => store.table(messageTable).remove(sidBytes(sent.sid))),
      [],
    );
  });

  it('finds triggers that have fired too early, and not at all', async () => {
    const rows = (store: Store) =>
      store.table<Sid, Trigger>({ name: 'usage-triggers', key: sidKey('UT'), version: 1 });
    const missed = await tampered(({ store, trigger }) =>
      rows(store).put(trigger.sid, { ...trigger, fires: 0, firedPeriod: '', firedMs: 0 }),
    );
    assert.match(
      missed.join('\n'),
      /^trigger UT\w+: the usage of [\d-]+ has reached its value, and it has not fired$/,
    );
    const early = await tampered(({ store, trigger }) =>
      rows(store).put(trigger.sid, { ...trigger, thresholdMicros: 4_000_000 }),
    );
    assert.match(
      early.join('\n'),
      /^trigger UT\w+: it has fired for [\d-]+, whose usage is below its value$/,
    );
    const never = await tampered(({ store, trigger }) =>
      rows(store).put(trigger.sid, { ...trigger, fires: 0 }),
    );
    assert.match(never.join('\n'), /has fired 0 times/);
  });

  it('says all that it has found, and that there is something', async () => {
    const ran = await checked(({ store, ownerSid }) =>
      put<number[]>(store, 'billing-spend', ownerSid, () => [0, 0]),
    );
    assert.equal(ran.status, 1);
    assert.match(ran.err, /the books disagree: 3 detail records/);
    assert.equal(differencesOf(ran).length, 2);
  });
});
