import { createCipheriv, createHmac } from 'node:crypto';

const tagBytes = 10;

/** Packets as AES_CM_128_HMAC_SHA1_80 makes them (RFC 3711), of a stream whose numbers do not wrap. */
export class SrtpSender {
  private readonly key: Buffer;
  private readonly salt: Buffer;
  private readonly authKey: Buffer;

  /** Master key and salt, 30 bytes. */
  constructor(master: Buffer) {
    const derive = (label: number, length: number): Buffer => {
      const iv = Buffer.concat([master.subarray(16, 30), Buffer.alloc(2)]);
      iv[7] = (iv[7] ?? 0) ^ label;
      return keystream(master.subarray(0, 16), iv, Buffer.alloc(length));
    };
    this.key = derive(0, 16);
    this.authKey = derive(1, 20);
    this.salt = derive(2, 14);
  }

  protect(packet: Buffer): Buffer {
    const header = packet.subarray(0, 12);
    const iv = Buffer.concat([this.salt, Buffer.alloc(2)]);
    for (let i = 0; i < 4; i++) iv[4 + i] = (iv[4 + i] ?? 0) ^ (header[8 + i] ?? 0);
    for (let i = 0; i < 2; i++) iv[12 + i] = (iv[12 + i] ?? 0) ^ (header[2 + i] ?? 0);
    const sealed = Buffer.concat([header, keystream(this.key, iv, packet.subarray(12))]);
    const tag = createHmac('sha1', this.authKey).update(sealed).update(Buffer.alloc(4)).digest();
    return Buffer.concat([sealed, tag.subarray(0, tagBytes)]);
  }
}

const keystream = (key: Buffer, iv: Buffer, over: Buffer): Buffer =>
  createCipheriv('aes-128-ctr', key, iv).update(over);
