import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { headerOf, methodOf, readSip, responseTo, writeSip } from './sip-bytes.ts';

const realm = 'carrier.test';
const user = 'line-7';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A carrier that lets one user register, who proves himself by SHA-256. */
export class SipRegistrar {
  readonly port: number;
  /** The values of Authorization that came, right or not. */
  readonly proofs: string[] = [];
  private readonly password: string;
  private readonly socket: Socket;
  private readonly nonce = randomBytes(12).toString('hex');
  private readonly taken: string[] = [];
  private wake: () => void = () => undefined;

  private constructor(socket: Socket, password: string) {
    this.socket = socket;
    this.password = password;
    this.port = socket.address().port;
    socket.on('message', (bytes, from) => {
      const request = readSip(bytes);
      if (request === undefined) return;
      const register = methodOf(request) === 'REGISTER';
      const known = !register || this.proves(headerOf(request, 'authorization'));
      const contact = headerOf(request, 'contact');
      const fields: [string, string][] = known
        ? [['Contact', `${contact};expires=600`]]
        : [
            [
              'WWW-Authenticate',
              `Digest realm="${realm}", nonce="${this.nonce}", algorithm=SHA-256, qop="auth"`,
            ],
          ];
      socket.send(
        writeSip(responseTo(request, known ? 200 : 401, { tag: 'registrar', headers: fields })),
        from.port,
        from.address,
      );
      if (!register || !known) return;
      this.taken.push(`${headerOf(request, 'expires')} ${contact}`);
      this.wake();
    });
  }

  static async open(password = 'a secret'): Promise<SipRegistrar> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new SipRegistrar(socket, password);
  }

  /** Expires and Contact of the first REGISTER that was proven. */
  async registered(): Promise<string> {
    while (this.taken[0] === undefined) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.taken[0];
  }

  close(): void {
    this.socket.close();
  }

  private proves(authorization: string): boolean {
    if (authorization !== '') this.proofs.push(authorization);
    const param = (name: string): string =>
      new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(authorization)?.[1] ?? '';
    const ha2 = sha256(`REGISTER:${param('uri')}`);
    const fields = [param('nonce'), param('nc'), param('cnonce'), param('qop'), ha2].join(':');
    const right = sha256(`${sha256(`${user}:${realm}:${this.password}`)}:${fields}`);
    return param('nonce') === this.nonce && param('response') === right;
  }
}
