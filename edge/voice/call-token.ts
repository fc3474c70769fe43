import { z } from 'zod';
import type { Clock } from '../../control/base/clock.ts';
import { isE164Form } from '../../control/inventory/e164.ts';
import type { Vault } from '../../control/vault/vault.ts';

/** A caller who is passed on to somebody else, and shown as who he is. */
export interface Forwarding {
  /** E.164. */
  readonly from: string;
  /** The number of ours that was called. */
  readonly by: string;
  /** The SHAKEN PASSporT that proved who calls; '' without. */
  readonly passport: string;
}

/** As long as a call may last, and so as long as anybody may want to pass its caller on. */
const validMs = 86_400_000;

const claims = z.object({ from: z.string(), by: z.string(), passport: z.string(), atMs: z.number() });

/**
 * The CallToken of a call that came in over a trunk
 * (https://www.twilio.com/docs/voice/twiml#request-parameters, https://www.twilio.com/docs/voice/api/call-resource):
 * with it, its account may place calls that show the caller's own number. It says by itself whom it is about, under a
 * keyed hash, so that nothing has to be kept for it.
 */
export class CallTokens {
  private readonly vault: Pick<Vault, 'hash' | 'matches'>;
  private readonly clock: Clock;

  constructor(vault: Pick<Vault, 'hash' | 'matches'>, clock: Clock) {
    this.vault = vault;
    this.clock = clock;
  }

  /** '' for a caller without a number, who has nothing to show. */
  issue(accountSid: string, { from, by, passport }: Forwarding): string {
    if (!isE164Form(from)) return '';
    const said = Buffer.from(JSON.stringify({ from, by, passport, atMs: this.clock.now() })).toString(
      'base64url',
    );
    return `${said}.${this.vault.hash(said, context(accountSid)).toString('base64url')}`;
  }

  /** undefined for what is no token of this account's, or is too old. */
  read(accountSid: string, token: string): Forwarding | undefined {
    const [said = '', proof = '', ...more] = token.split('.');
    if (more.length > 0) return undefined;
    const hash = Buffer.from(proof, 'base64url');
    // The last character has bits to spare, and other characters are passed over: there is one way to write a token.
    if (hash.toString('base64url') !== proof || !this.vault.matches(said, context(accountSid), hash))
      return undefined;
    const { atMs, ...forwarding } = claims.parse(JSON.parse(Buffer.from(said, 'base64url').toString('utf8')));
    return this.clock.now() - atMs <= validMs ? forwarding : undefined;
  }
}

const context = (accountSid: string): string => `call-token ${accountSid}`;
