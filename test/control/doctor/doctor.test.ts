import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemRandom } from '../../../control/base/random.ts';
import { certificateFinding } from '../../../control/doctor/certificate.ts';
import { advice, outside, well, wrong } from '../../../control/doctor/finding.ts';
import {
  coresMask,
  kernelFindings,
  kernelNeeds,
  portFinding,
  queueFinding,
} from '../../../control/doctor/kernel.ts';
import { diskFinding, secrecyFinding } from '../../../control/doctor/machine.ts';
import { sealKeyFinding } from '../../../control/doctor/seal-key.ts';
import { Store } from '../../../control/store/store.ts';
import { keySource } from '../../../control/vault/key-source.ts';
import { Vault } from '../../../control/vault/vault.ts';
import { parseConfig } from '../../../control/config/load.ts';
import { configPart } from '../../../edge/config.ts';
import { examine, findingsText, isClean } from '../../../edge/node/doctor.ts';
import { authority } from '../../support/authority.ts';
import { root } from '../../support/root.ts';

describe('the doctor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-doctor-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('asks of the kernel what the package sets', () => {
    const set = new Map(
      readFileSync(join(root, 'systemd/debian/sysctl.conf'), 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.split(' = ') as [string, string]),
    );
    for (const { name, least } of kernelNeeds) assert.equal(set.get(name), String(least), name);
    for (const finding of kernelFindings((name) => set.get(name))) assert.equal(finding.verdict, 'ok');
    const [first] = kernelFindings(() => '1');
    assert.equal(first?.verdict, 'advice');
    assert.equal(first.remedy, 'sysctl -w net.core.rmem_max=16777216');
    assert.ok(kernelFindings(() => undefined).every(({ verdict }) => verdict === 'ok'));
  });

  it('asks nobody in a container for what its host alone can set', () => {
    const own = new Set(['net.core.somaxconn']);
    const findings = kernelFindings(
      () => '1',
      (name) => own.has(name),
    );
    const byName = new Map(findings.map((finding) => [finding.subject, finding]));
    assert.equal(byName.get('net.core.somaxconn')?.verdict, 'advice');
    const host = byName.get('net.core.rmem_max');
    assert.equal(host?.verdict, 'host');
    assert.equal(host.remedy, 'on the host: sysctl -w net.core.rmem_max=16777216');
  });

  it('is clean when nothing is to be done here', () => {
    const host = outside(advice('clock', 'not synchronised', 'timedatectl set-ntp true'));
    const clean = [host, well('disk', '20 GiB free')];
    assert.ok(isClean(clean));
    assert.deepEqual(findingsText(clean).split('\n'), [
      'host   clock: not synchronised',
      '       -> on the host: timedatectl set-ntp true',
      'ok     disk: 20 GiB free',
      'clean: there is nothing to be done on this machine',
    ]);
    for (const more of [advice('a', 'b', 'c'), wrong('a', 'b', 'c')]) {
      assert.ok(!isClean([...clean, more]));
      assert.doesNotMatch(findingsText([...clean, more]), /clean/);
    }
  });

  it('names cores as the kernel does', () => {
    assert.deepEqual([1, 4, 31, 32, 33, 64, 72].map(coresMask), [
      '1',
      'f',
      '7fffffff',
      'ffffffff',
      '1,ffffffff',
      'ffffffff,ffffffff',
      'ff,ffffffff,ffffffff',
    ]);
  });

  it('keeps the kernel’s own ports apart from those of calls', () => {
    const media = { first: 20_000, last: 39_999 };
    assert.equal(portFinding('40000\t65535', media).verdict, 'ok');
    assert.equal(portFinding('1024 19999', media).verdict, 'ok');
    const overlap = portFinding('32768\t60999', media);
    assert.equal(overlap.verdict, 'advice');
    assert.equal(overlap.remedy, 'sysctl -w net.ipv4.ip_local_port_range="40000 65535"');
  });

  it('wants packets spread over cores', () => {
    assert.equal(queueFinding('eth0', { queues: 8, spread: false, cores: 16 }).verdict, 'ok');
    assert.equal(queueFinding('eth0', { queues: 1, spread: true, cores: 16 }).verdict, 'ok');
    assert.equal(queueFinding('eth0', { queues: 1, spread: false, cores: 1 }).verdict, 'ok');
    const single = queueFinding('eth0', { queues: 1, spread: false, cores: 16 });
    assert.equal(single.remedy, 'echo ffff > /sys/class/net/eth0/queues/rx-0/rps_cpus');
  });

  it('finds secrets that others can read', () => {
    const file = join(folder, 'strowger.yaml');
    writeFileSync(file, '');
    chmodSync(file, 0o644);
    assert.equal(secrecyFinding('configuration', file)?.verdict, 'wrong');
    chmodSync(file, 0o640);
    assert.equal(secrecyFinding('configuration', file)?.verdict, 'ok');
    assert.equal(secrecyFinding('configuration', join(folder, 'none')), undefined);
  });

  it('looks whether the seal key is that of the store, and nowhere else', async () => {
    const data = mkdtempSync(join(folder, 'sealed-'));
    const file = join(folder, 'seal-key');
    const found = async (vault?: { readonly key: { readonly file: string } }) => {
      const { verdict, words } = await sealKeyFinding({ data, vault }, () => undefined);
      return `${verdict}: ${words}`;
    };
    assert.match(await found(), /^ok: there is no store yet/);
    const store = new Store(data);
    await store.durable();
    assert.match(await found(), /^ok: nothing is sealed yet/);
    const own = keySource({ data }, () => undefined).file;
    const { keyId } = Vault.open(
      keySource({ data }, () => undefined),
      store,
      systemRandom,
    );
    await store.durable();
    assert.equal(await found(), `ok: ${keyId}, in ${own}, which backups hold, too`);
    const elsewhere = { key: { file } };
    assert.match(await found(elsewhere), new RegExp(`^wrong: the secrets are sealed with the key ${keyId}`));
    writeFileSync(file, `${'a'.repeat(64)}\n`);
    assert.match(await found(elsewhere), /^wrong: .* put the right one there/);
    writeFileSync(file, 'no key');
    assert.match(await found(elsewhere), /^(advice|wrong): .* expected 64 hex digits/);
    copyFileSync(own, file);
    assert.match(await found(elsewhere), /^advice: the one in use is in .* goes into each backup/);
    rmSync(own);
    assert.equal(await found(elsewhere), `ok: ${keyId}, in ${file}, which backups do not hold`);
    await store.close();
  });

  it('looks at the disk of a data folder that is not there yet', () => {
    assert.match(diskFinding(join(folder, 'not', 'yet')).words, /GiB free/);
  });

  it('calls what is no certificate wrong', () => {
    const file = join(folder, 'edge.crt');
    writeFileSync(file, 'nonsense');
    const finding = certificateFinding('https', file, 0);
    assert.equal(finding.verdict, 'wrong');
    assert.equal(certificateFinding('https', join(folder, 'none'), 0).verdict, 'wrong');
  });

  it('says how long a certificate is good, and of one that is not', () => {
    const file = join(folder, 'good.crt');
    writeFileSync(file, authority('ca.example').issue('edge.example', [], { days: 30 }).cert);
    const untilMs = Date.parse(new X509Certificate(readFileSync(file)).validTo);
    const at = (days: number) => certificateFinding('sip.tls', file, untilMs - days * 86_400_000);
    assert.deepEqual([at(14).verdict, at(14).words], ['ok', `${file} is good for 14 days`]);
    assert.deepEqual([at(13.5).verdict, at(13.5).words], ['advice', `${file} expires in 13 days`]);
    assert.deepEqual(
      [at(-1.5).verdict, at(-1.5).words],
      ['wrong', `${file} expired 2 days ago: no client connects`],
    );
  });

  it('looks at every certificate and key that is configured, and at the seal key', async () => {
    const made = authority('ca.example').issue('edge.example', [], { days: 30 });
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('tls.crt'), made.cert);
    for (const name of ['tls.key', 'trunk.key', 'seal.key'])
      writeFileSync(at(name), name === 'seal.key' ? 'ab'.repeat(32) : made.key, { mode: 0o600 });
    chmodSync(at('trunk.key'), 0o644);
    chmodSync(at('seal.key'), 0o604);
    const pair = 'certificate: tls.crt, key: tls.key';
    const text = [
      `data: ${at('data')}`,
      'vault: { key: { file: seal.key } }',
      `https: { listen: "127.0.0.1:443", ${pair} }`,
      `smpp: { listen: "127.0.0.1:2775", tls: { ${pair} } }`,
      `sip: { listen: ["tls:127.0.0.1:5061"], tls: { ${pair} } }`,
      'carriers:',
      '  - name: alpha',
      '    sip: { proxy: "sips:sbc.example", tls: { certificate: gone.crt, key: trunk.key } }',
    ].join('\n');
    writeFileSync(at('gone.crt'), made.cert);
    const environment = () => undefined;
    const readText = (path: string): string => readFileSync(path, 'utf8');
    const parsed = parseConfig(configPart, text, { environment, files: { directory: folder, readText } });
    assert.ok(parsed.ok);
    rmSync(at('gone.crt'));
    const findings = await examine(parsed.value, at('strowger.yaml'), { now: () => Date.now() });
    const verdicts = Object.fromEntries(findings.map(({ subject, verdict }) => [subject, verdict]));
    const expected = {
      'vault.key': 'wrong',
      https: 'ok',
      'https key': 'ok',
      'smpp.tls': 'ok',
      'smpp.tls key': 'ok',
      'sip.tls': 'ok',
      'sip.tls key': 'ok',
      'carrier alpha sip.tls': 'wrong',
      'carrier alpha sip.tls key': 'wrong',
    };
    assert.deepEqual(
      Object.fromEntries(Object.keys(expected).map((subject) => [subject, verdicts[subject]])),
      expected,
    );
    const words = JSON.stringify(findings);
    assert.ok(!words.includes('ab'.repeat(32)) && !words.includes('PRIVATE'), 'no key is shown');
  });
});
