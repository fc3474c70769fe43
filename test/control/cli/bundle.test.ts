import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { withBooks } from '../../../control/cli/books.ts';
import { BundleNotices } from '../../../control/regulatory/notices.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-bundle-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('strowger bundle', () => {
  it('judges what has been handed in, and leaves a notice for the account', async () => {
    const data = join(folder, 'data');
    const file = join(folder, 'strowger.yaml');
    writeFileSync(file, `data: ${data}\n`);
    const run = commandLine(file);
    const made = await run('account', 'create', '--friendly-name', 'Ann', '--json');
    const { sid: accountSid } = made.json as { sid: string };
    const create = () =>
      withBooks({ data }, async ({ bundles, papers }) => {
        const user = await papers.endUsers.create(accountSid, {
          friendlyName: 'Ann Lee',
          type: 'individual',
          attributes: '{"last_name":"Lee"}',
        });
        const bundle = await bundles.create(accountSid, {
          friendlyName: 'Life',
          email: 'ann@example.com',
          statusCallback: 'https://example.com/bundle',
          regulationSid: '',
          isoCountry: 'DE',
          numberType: 'local',
          endUserType: 'individual',
        });
        assert.ok(user.ok && bundle.ok);
        await bundles.assign(accountSid, bundle.value.sid, user.value.sid);
        return bundle.value.sid;
      });
    const sid = await create();
    assert.match((await run('bundle', 'approve', sid)).err, /has not been handed in/);
    await withBooks({ data }, ({ bundles }) => bundles.hand(accountSid, sid, 'pending-review'));
    const pending = await run('bundle', 'list', '--status', 'pending-review');
    assert.match(pending.out, new RegExp(`${sid}  ${accountSid}  pending-review  Life\n`));
    for (const line of pending.out.split('\n')) assert.ok(line.length <= 100, line);
    assert.match((await run('bundle', 'show', sid)).out, /individual Ann Lee {"last_name":"Lee"}/);
    assert.equal((await run('bundle', 'reject', sid, '--reason', ' ')).status, 1);
    const rejected = (await run('bundle', 'reject', sid, '--reason', 'blurred', '--json')).json;
    assert.deepEqual(
      [(rejected as { status: string }).status, (rejected as { reason: string }).reason],
      ['twilio-rejected', 'blurred'],
    );
    const [notice] = await withBooks({ data }, ({ store }) =>
      Promise.resolve(new BundleNotices(store).waiting(10)),
    );
    assert.deepEqual(
      [notice?.sid, notice?.status, notice?.failureReason, notice?.url],
      [sid, 'twilio-rejected', 'blurred', 'https://example.com/bundle'],
    );
    assert.equal((await run('bundle', 'list', '--status', 'pending-review')).out, 'no bundles\n');
    for (const wrong of [
      ['approve', 'BU1'],
      ['show', 'BU1'],
      ['list', '--status', 'x'],
    ])
      assert.equal((await run('bundle', ...wrong)).status, 1, wrong.join(' '));
  });
});
