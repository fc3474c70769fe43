import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../base/random.ts';

/** What a person's password is recognised by: scrypt (RFC 7914), for people choose what can be guessed. */
export interface PasswordHash {
  /** Random; a password that is set anew has a new one. */
  readonly salt: Buffer;
  /** scrypt's N. Kept with each hash, so that a later build may ask for more. */
  readonly cost: number;
  readonly hash: Buffer;
}

export const passwordMinCharacters = 12;
export const passwordMaxCharacters = 128;

/** 32 MB of memory, thrice over: about a fifth of a second, in a thread of Node's pool. */
const presentCost = 2 ** 15;
const shape = { r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const hashBytes = 32;

export const isPassword = (text: string): boolean =>
  text.length >= passwordMinCharacters && text.length <= passwordMaxCharacters;

export async function hashPassword(password: string, random: Random): Promise<PasswordHash> {
  const salt = random.bytes(16);
  return { salt, cost: presentCost, hash: await derived(password, salt, presentCost) };
}

export async function matchesPassword(password: string, kept: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derived(password, kept.salt, kept.cost), kept.hash);
}

/** 100 random bits, in groups that can be read aloud. */
export function generatePassword(random: Random): string {
  const characters = Array.from(random.bytes(20), (byte) => legible.charAt(byte % legible.length));
  return [0, 5, 10, 15].map((start) => characters.slice(start, start + 5).join('')).join('-');
}

/** 32 characters, so that a byte chooses among them evenly; without those that look like others. */
const legible = 'abcdefghijkmnpqrstuvwxyz23456789';

const derived = (password: string, salt: Buffer, cost: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, { ...shape, N: cost }, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
