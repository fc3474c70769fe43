import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePorts } from '../peers/ports.ts';
import { Sipp } from '../peers/sipp.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

/** Where one sipp is, and what of it. */
interface Where {
  readonly host: string;
  readonly sipPort: number;
  readonly rtpPort: number;
  readonly transport: 'u1' | 't1';
}

/** Some containers have no IPv6 at all. */
const hasSix = (networkInterfaces()['lo'] ?? []).some(({ address }) => address === '::1');
const notSix = hasSix ? '' : ' (NOT RUN: this machine has no ::1)';

describe('Calls with sipp over TCP, and over IPv6', { timeout: 100_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-sipp-'));
  let stage: CallStage;
  let edgePort6: number;
  let [wire, six]: Where[] = [];
  before(async () => {
    const [wirePort = 0, sixPort = 0, port6 = 0, ...rtp] = await freePorts(5);
    edgePort6 = port6;
    const [wireRtp = 0, sixRtp = 0] = rtp;
    wire = { host: '127.0.0.1', sipPort: wirePort, rtpPort: wireRtp, transport: 't1' };
    six = { host: '::1', sipPort: sixPort, rtpPort: sixRtp, transport: 'u1' };
    stage = await CallStage.open({
      listen: hasSix ? [`udp:[::1]:${edgePort6}`] : [],
      media: ['address6: "::1"'],
      lines: [
        '  - name: wire',
        '    routes: [ { prefix: "+44", cost: 1 } ]',
        `    sip: { proxy: "sip:127.0.0.1:${wirePort};transport=tcp" }`,
        '  - name: six',
        '    routes: [ { prefix: "+49", cost: 1 } ]',
        `    sip: { proxy: "sip:[::1]:${sixPort}", accept: [ "::1" ] }`,
      ],
    });
  });
  after(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A sipp that says what it hears. */
  function sipp(
    scenario: 'uac' | 'uas',
    { host, sipPort, rtpPort, transport }: Where,
    ...more: string[]
  ): Sipp {
    const media = ['-mi', host, '-mp', String(rtpPort), '-rtp_echo'];
    return new Sipp(
      [
        '-sn',
        scenario,
        '-t',
        transport,
        '-i',
        host,
        '-p',
        String(sipPort),
        ...media,
        '-timeout',
        '20',
        ...more,
      ],
      folder,
    );
  }

  /** sipp calls a number that a phone of the other carrier answers, which hears itself. */
  async function comesIn(where: Where, edge: string): Promise<void> {
    const phone = stage.phone();
    const script = stage.script();
    const document = new VoiceResponse();
    document.dial({}, phone.number);
    const number = await stage.number(script.on('voice', document));
    const [sipPort = 0] = await freePorts(1);
    const uac = sipp('uac', { ...where, sipPort }, '-s', number, '-m', '1', '-d', '1500', edge);
    try {
      const callee = await soon('the phone answers', phone.answered());
      callee.rtp.say(440);
      await soon('it hears itself', callee.rtp.hears(440));
      await callee.over;
      const { exitCode, output } = await soon('sipp', uac.done);
      assert.equal(exitCode, 0, output);
    } finally {
      await uac.stop();
    }
  }

  /** A phone dials a number that leads to sipp, and hears itself. */
  async function goesOut(where: Where, number: string): Promise<void> {
    const uas = sipp('uas', where);
    try {
      const document = new VoiceResponse();
      document.dial({}, number);
      const caller = await stage.callTo(document);
      caller.rtp.say(440);
      await soon('it hears itself', caller.rtp.hears(440));
      await caller.hangUp();
    } finally {
      await uas.stop();
    }
  }

  it('a carrier calls over TCP', () => comesIn(wire!, `127.0.0.1:${stage.sipPort}`));
  it('a carrier is called over TCP', () => goesOut(wire!, '+442071838750'));
  it(`a carrier calls over IPv6${notSix}`, { skip: !hasSix }, () => comesIn(six!, `[::1]:${edgePort6}`));
  it(`a carrier is called over IPv6${notSix}`, { skip: !hasSix }, () => goesOut(six!, '+493012345678'));
});
