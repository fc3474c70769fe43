import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { parseConfig } from '../../control/config/load.ts';
import { silentLog, type Log } from '../../control/log/log.ts';
import { Metrics } from '../../control/metrics/metrics.ts';
import { configPart } from '../../edge/config.ts';
import { openEmbeddedSip } from '../../edge/node/embedded-sip.ts';
import { openTenantServers } from '../../edge/node/tenants.ts';
import { silentObserver } from '../../edge/smpp/observer.ts';
import { selfSigned } from '../smpp/certificates.ts';
import { certificateAt } from '../support/certificate-shown.ts';
import { authority } from '../support/authority.ts';
import { FakeClock } from '../support/fake-clock.ts';

const unused = (): never => {
  throw new Error('nobody binds here');
};

describe('The certificate of a listener', () => {
  const clock = new FakeClock();
  const said: string[] = [];
  let metrics: Metrics;
  const note = (_: object, text: string): void => void said.push(text);
  const log: Log = { ...silentLog, info: note, warn: note };
  const closers: (() => void | Promise<void>)[] = [];
  let folder: string;
  let files: { certificate: string; key: string };

  function write({ cert, key }: { cert: string; key: string }): void {
    writeFileSync(files.certificate, cert);
    writeFileSync(files.key, key);
  }

  const open = (): Promise<number> =>
    openTenantServers(
      {
        listen: { host: '127.0.0.1', port: 0 },
        tls: files,
        window: 10,
        maxSessions: 10,
        maxSessionsPerAccount: 10,
      },
      { deliveries: {} as never, acceptance: {} as never, validityMaxMs: 1 },
      {
        authenticator: { authenticate: unused } as never,
        smppLogins: { authenticate: unused } as never,
        accounts: {} as never,
        messageRates: { enter: unused },
      },
      { clock, log, metrics, observer: silentObserver, opened: (closer) => closers.push(closer) },
    );

  beforeEach(() => {
    said.length = 0;
    metrics = new Metrics({ processMetrics: false });
    folder = mkdtempSync(join(tmpdir(), 'strowger-'));
    files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true });
    assert.equal(clock.timers, 0, 'nothing goes on after it has ended');
  });

  it('is exchanged when the files change', async () => {
    write(selfSigned('first.example'));
    const port = await open();
    assert.equal(await certificateAt(port), 'first.example');
    write(selfSigned('second.example'));
    clock.advance(4_000);
    assert.equal(await certificateAt(port), 'second.example');
    assert.deepEqual(said, ['certificate reloaded']);
  });

  it('tells until when it is good, and then until when the next is', async () => {
    const shown = async (): Promise<number> => {
      const { text } = await metrics.scrape();
      const found = /^strowger_certificate_expiry_timestamp_seconds\{certificate="smpp"\} (\d+)$/m.exec(text);
      return Number(found?.[1]);
    };
    const until = ({ cert }: { cert: string }): number =>
      Date.parse(new X509Certificate(cert).validTo) / 1000;
    const made = authority('authority.example');
    const [first, second] = [made.issue('first.example', []), made.issue('second.example', [], { days: 20 })];
    write(first);
    await open();
    assert.equal(await shown(), until(first));
    write(second);
    clock.advance(4_000);
    assert.equal(await shown(), until(second));
  });

  it('stays where what follows cannot be used', async () => {
    const first = selfSigned('first.example');
    write(first);
    const port = await open();
    write({ cert: selfSigned('second.example').cert, key: first.key });
    clock.advance(20_000);
    assert.equal(await certificateAt(port), 'first.example');
    assert.deepEqual(said, ['the changed certificate cannot be used; the old one stays']);
  });

  it("is exchanged at the SIP server's thread in the same way", async () => {
    write(selfSigned('first.example'));
    const tls = `{ certificate: ${files.certificate}, key: ${files.key} }`;
    const config = parseConfig(
      configPart,
      `data: ${folder}\ndomain: edge.example\nsip: { listen: [ "tls:127.0.0.1:0" ], tls: ${tls} }\n`,
    );
    assert.ok(config.ok, JSON.stringify(config));
    const { sip } = config.value;
    assert.ok(sip !== null);
    const server = await openEmbeddedSip(sip, undefined, [], {
      clock,
      log,
      metrics,
      random: systemRandom,
      overheard: undefined,
    });
    closers.push(() => server.close());
    const port = server.listening[0]?.port ?? 0;
    assert.equal(await certificateAt(port), 'first.example');
    write(selfSigned('second.example'));
    clock.advance(4_000);
    // What the thread is told, it does in order.
    await server.stats();
    assert.equal(await certificateAt(port), 'second.example');
    assert.deepEqual(said, ['certificate reloaded']);
  });

  it('must be good from the start', async () => {
    await assert.rejects(open(), /ENOENT/);
  });
});
