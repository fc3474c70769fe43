import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Overhear } from '../../control/base/overheard.ts';
import { decode } from '../../edge/smpp/decode.ts';
import { textOf } from '../../edge/smpp/message.ts';
import { silentObserver } from '../../edge/smpp/observer.ts';
import { authority } from '../support/authority.ts';
import { until } from '../support/until.ts';
import { link, npmServer, server } from './loopback.ts';
import { sample } from './sample.ts';

describe('SMPP under TLS, overheard', () => {
  const theirs = authority('theirs.example');
  const centre = theirs.issue('smsc.example', ['DNS:smsc.example']);

  interface Heard {
    readonly way: string;
    readonly name: string;
    readonly bytes: Buffer;
  }
  /** Writes down what it hears; `port` is that of the listener. */
  function ear(port: () => number): { readonly heard: Heard[]; readonly overhear: Overhear } {
    const heard: Heard[] = [];
    return {
      heard,
      overhear(protocol, source, destination, bytes) {
        assert.equal(protocol, 'smpp');
        assert.deepEqual([source.address, destination.address], ['127.0.0.1', '127.0.0.1']);
        const decoded = decode(bytes);
        assert.ok(decoded.ok);
        const way = destination.port === port() ? 'to' : source.port === port() ? 'from' : 'neither';
        heard.push({ way, name: decoded.pdu.command.name, bytes: Buffer.from(bytes) });
      },
    };
  }
  const names = (heard: readonly Heard[]): readonly string[] =>
    heard.map(({ way, name }) => `${way} ${name}`);

  it('tells each PDU of a link to a carrier, without the password', async () => {
    const smsc = await npmServer((pdu, session) => session.send(pdu.response({ message_id: 'x1' })), {
      ...centre,
    });
    const { heard, overhear } = ear(() => smsc.port);
    const { link: alpha } = link(
      {
        port: smsc.port,
        tls: true,
        tlsServername: 'smsc.example',
        tlsMaterial: () => ({ authorities: theirs.cert }),
      },
      { observer: { ...silentObserver, overhear } },
    );
    alpha.start();
    await until(() => alpha.state === 'bound');
    const done = new Promise((resolve) => {
      alpha.submit(sample, () => undefined);
      alpha.submit(sample, resolve);
    });
    await done;
    await alpha.stop();
    await smsc.stop();
    assert.deepEqual(names(heard.slice(0, 6)), [
      'to bind_transceiver',
      'from bind_transceiver_resp',
      'to submit_sm',
      'to submit_sm',
      'from submit_sm_resp',
      'from submit_sm_resp',
    ]);
    const bind = decode(heard[0]?.bytes ?? Buffer.alloc(0));
    assert.ok(bind.ok);
    assert.deepEqual([textOf(bind.pdu, 'system_id'), textOf(bind.pdu, 'password')], ['user', '******']);
  });

  it('tells each PDU of a tenant at our listener, and nothing of one without TLS', async () => {
    const { heard, overhear } = ear(() => listener.server.port);
    const observer = { ...silentObserver, overhear };
    const listener = await server({}, { tls: centre }, { observer });
    const { link: tenant } = link({
      port: listener.server.port,
      tls: true,
      tlsServername: 'smsc.example',
      tlsMaterial: () => ({ authorities: theirs.cert }),
    });
    tenant.start();
    await until(() => tenant.state === 'bound');
    assert.deepEqual(names(heard), ['to bind_transceiver', 'from bind_transceiver_resp']);
    assert.equal(
      heard.some(({ bytes }) => bytes.includes('secret')),
      false,
    );
    await tenant.stop();
    await listener.server.stop();

    const plain = await server({}, {}, { observer });
    const before = heard.length;
    const { link: open } = link({ port: plain.server.port });
    open.start();
    await until(() => open.state === 'bound');
    assert.equal(heard.length, before);
    await open.stop();
    await plain.server.stop();
  });
});
