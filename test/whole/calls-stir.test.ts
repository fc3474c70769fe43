import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import { Shaken } from '../peers/shaken.ts';
import { headerOf } from '../peers/sip-bytes.ts';
import { CallStage, mediaPorts, soon, VoiceResponse } from './calls-fixture.ts';

/** The ports of a test file for two edges. */
function halves(): [string, string] {
  const [first = 0] = mediaPorts().split('-').map(Number);
  return [`${first}-${first + 199}`, `${first + 200}-${first + 399}`];
}

describe('Proof of who calls (STIR/SHAKEN)', { timeout: 100_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-stir-'));
  let shaken: Shaken;
  /** `far` verifies; `near` verifies and signs, and its carrier is `far`. */
  let far: CallStage;
  let near: CallStage;
  before(async () => {
    shaken = await Shaken.open(folder);
    // Edges trust the web server that has the certificates.
    process.env['NODE_EXTRA_CA_CERTS'] = shaken.webAuthority;
    const [farPorts, nearPorts] = halves();
    far = await CallStage.open({ sip: [`stir: { anchors: ${shaken.anchors} }`], ports: farPorts });
    near = await CallStage.open({
      sip: [
        `stir: { anchors: ${shaken.anchors}, key: ${shaken.key}, certificateUrl: "${shaken.certificateUrl}" }`,
      ],
      ports: nearPorts,
      lines: [
        '  - name: far',
        '    routes: [ { prefix: "+1415", cost: 1 } ]',
        `    sip: { proxy: "sip:127.0.0.1:${far.sipPort};transport=udp" }`,
      ],
    });
  });
  after(async () => {
    await near.close();
    await far.close();
    shaken.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const hangUp = new VoiceResponse();
  hangUp.hangup();

  /** What the application is told of a call with this Identity. */
  async function told(
    identity: (from: string, to: string) => string | undefined,
  ): Promise<readonly (string | undefined)[]> {
    const script = far.script();
    const to = await far.number(script.on('voice', hangUp));
    const from = '+13125550199';
    const value = identity(from, to);
    const asserted: readonly [string, string] = ['P-Asserted-Identity', `<sip:${from}@carrier.test>`];
    const headers = value === undefined ? [asserted] : [asserted, ['Identity', value] as const];
    const call = await far.dial(to, { headers });
    const { form } = await soon('the webhook', script.next('voice'));
    await call.over;
    return [form['StirVerstat'], form['StirPassportToken']?.split('.').length.toString()];
  }

  it('is checked, and the application is told in Twilio’s words', async () => {
    const passing = (attest: string) => (from: string, to: string) => shaken.identity(attest, from, to);
    for (const attest of ['A', 'B', 'C'])
      assert.deepEqual(await told(passing(attest)), [`TN-Validation-Passed-${attest}`, '3']);
    assert.deepEqual(await told(() => undefined), [undefined, undefined]);
  });

  it('fails where the signature is of another token', async () => {
    const forged = (from: string, to: string): string => {
      const claims = (attest: string): string => shaken.identity(attest, from, to).split('.')[1] ?? '';
      return shaken.identity('A', from, to).replace(/\.[^.]+/, `.${claims('B')}`);
    };
    assert.deepEqual(await told(forged), ['TN-Validation-Failed-B', undefined]);
  });

  it('is none where it is old, of another call, or nonsense', async () => {
    const none = ['No-TN-Validation', undefined];
    assert.deepEqual(await told((from, to) => shaken.identity('A', from, to, Date.now() - 120_000)), none);
    assert.deepEqual(await told((from) => shaken.identity('A', from, '+12065550100')), none);
    assert.deepEqual(await told(() => 'nonsense'), none);
  });

  it('is given by an edge to calls from its own number, and lower to those that it passes on', async () => {
    const script = far.script();
    // The first numbers of both edges are the same: what it calls must not be its own.
    await far.number('');
    const to = await far.number(script.on('voice', hangUp));
    const own = await near.number('');
    await near.client.calls.create({ from: own, to, twiml: hangUp.toString() });
    const first = await soon('the webhook', script.next('voice'));
    assert.deepEqual([first.form['From'], first.form['StirVerstat']], [own, 'TN-Validation-Passed-A']);
    const dial = new VoiceResponse();
    dial.dial({}, to);
    const caller = await near.callTo(dial);
    const second = await soon('the webhook', script.next('voice', 1));
    assert.match(headerOf(caller.invite, 'from'), new RegExp(`sip:\\${second.form['From']}@`));
    assert.equal(second.form['StirVerstat'], 'TN-Validation-Passed-B');
    await caller.over;
  });

  it('goes on with a call that is passed on, by <Dial> and by a call with its CallToken', async () => {
    const script = far.script();
    const to = await far.number(script.on('voice', hangUp));
    const from = '+13125550188';
    const forwarding = near.script();
    const dial = new VoiceResponse();
    dial.dial({}, to);
    const by = await near.number(forwarding.on('voice', dial));
    const asserted: readonly [string, string] = ['P-Asserted-Identity', `<sip:${from}@carrier.test>`];
    const caller = await near.dial(by, {
      headers: [asserted, ['Identity', shaken.identity('A', from, by)]],
    });
    const { form } = await soon('the webhook', forwarding.next('voice'));
    await near.client.calls.create({
      from,
      to,
      callToken: form['CallToken'] ?? '',
      twiml: hangUp.toString(),
    });
    const heard = [0, 1].map((nth) => soon('the webhook', script.next('voice', nth)));
    for (const request of await Promise.all(heard)) {
      assert.deepEqual(
        [request.form['From'], request.form['ForwardedFrom'], request.form['StirVerstat']],
        [from, by, 'TN-Validation-Passed-A-Diverted'],
      );
    }
    await caller.over;
  });
});
