import { once } from 'node:events';
import { connect } from 'node:tls';

/** The common name in the certificate that a TLS listener on this port of 127.0.0.1 shows. */
export async function certificateAt(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}
