import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tlsDefaults } from '../../control/certificates/tls-defaults.ts';
import type { SmppLinkConfig } from './link-config.ts';

/** Starts a connection; `ready` is called when it may be spoken on: with TLS, once the certificate is verified. */
export function dial(config: SmppLinkConfig, ready: () => void): Socket {
  const { host, port } = config;
  if (!config.tls) return connectTcp({ host, port, noDelay: true }, ready);
  const servername = config.tlsServername ?? (isIP(host) === 0 ? host : undefined);
  const { certificate, key, authorities } = config.tlsMaterial?.() ?? {};
  return connectTls(
    {
      ...tlsDefaults,
      host,
      port,
      rejectUnauthorized: config.tlsInsecure !== true,
      ...(servername === undefined ? {} : { servername }),
      ...(authorities === undefined ? {} : { ca: authorities }),
      cert: certificate,
      key,
    },
    ready,
  );
}
