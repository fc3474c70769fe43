import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import type { Material } from '../../control/certificates/material.ts';
import { authority } from '../support/authority.ts';
import { until } from '../support/until.ts';
import { link, npmServer, server } from './loopback.ts';

const accept = (): void => undefined;

describe('SMPP in TLS with certificates of both sides', () => {
  const ours = authority('ours.example');
  const theirs = authority('theirs.example');
  const centre = theirs.issue('smsc.example', ['DNS:smsc.example']);
  const first = ours.issue('first.example', []);
  const second = ours.issue('second.example', []);

  it('shows a carrier our certificate, and another from the next connection on', async () => {
    const options = { ...centre, ca: ours.cert, requestCert: true, rejectUnauthorized: true };
    const smsc = await npmServer(accept, options);
    const shown = (session: (typeof smsc.sessions)[number] | undefined): string =>
      String((session?.socket as TLSSocket).getPeerCertificate().subject.CN);
    const asMaterial = ({ cert, key }: typeof first): Material => ({
      certificate: cert,
      key,
      authorities: theirs.cert,
    });
    let material = asMaterial(first);
    const { link: alpha } = link({
      port: smsc.port,
      tls: true,
      tlsServername: 'smsc.example',
      tlsMaterial: () => material,
      reconnectMinMs: 100,
    });
    alpha.start();
    await until(() => alpha.state === 'bound');
    assert.equal(shown(smsc.sessions[0]), 'first.example');
    material = asMaterial(second);
    smsc.sessions[0]?.socket.destroy();
    await until(() => smsc.sessions.length === 2 && alpha.state === 'bound');
    assert.equal(shown(smsc.sessions[1]), 'second.example');
    await alpha.stop();
    await smsc.stop();
  });

  describe('at our own listener', () => {
    let listener: Awaited<ReturnType<typeof server>>;
    before(async () => {
      listener = await server({}, { tls: { ...centre, clientAuthorities: ours.cert } });
    });
    after(() => listener.server.stop());

    /** Whether whoever shows this may speak: the listener answers one PDU, or ends the connection. */
    async function mayEnter(shown: { cert?: string; key?: string }): Promise<boolean> {
      const socket = connect({ host: '127.0.0.1', port: listener.port, rejectUnauthorized: false, ...shown });
      socket.on('error', () => undefined);
      const enquireLink = Buffer.from('00000010000000150000000000000001', 'hex');
      socket.write(enquireLink);
      const answered = await new Promise<boolean>((resolve) => {
        socket.once('data', () => resolve(true));
        socket.once('close', () => resolve(false));
      });
      socket.destroy();
      return answered;
    }

    it('takes who shows a certificate of the authorities that it names, and nobody else', async () => {
      assert.equal(await mayEnter(first), true);
      assert.equal(await mayEnter({}), false);
      assert.equal(await mayEnter(theirs.issue('first.example', [])), false);
    });

    it('goes by other authorities from the next handshake on', async () => {
      listener.server.setSecureContext({ ...centre, clientAuthorities: theirs.cert });
      assert.equal(await mayEnter(first), false);
      assert.equal(await mayEnter(theirs.issue('first.example', [])), true);
    });
  });
});
