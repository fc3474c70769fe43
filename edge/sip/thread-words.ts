import type { OverheardBatch } from '../../control/base/overheard.ts';
import type { DrachtioOptions, Listening, SipStats } from './drachtio/drachtio.ts';
import type { TlsMaterial } from './transport/tls-material.ts';

/** What the thread is started with. */
export type ThreadStart = Pick<
  DrachtioOptions,
  'listen' | 'tls' | 'announce' | 'hosts' | 'control' | 'timers' | 'limits' | 'transactionsMax' | 'overload'
> & {
  /** Whether to tell what passes under TLS. */
  readonly overheard: boolean;
};

/** What the thread is told. */
export type ToThread =
  /** The answer to a pulse: the application's thread is alive. */
  | { readonly kind: 'pulse'; readonly serial: number }
  | { readonly kind: 'stats'; readonly serial: number }
  /** Other certificates for what speaks TLS; they have been judged. */
  | { readonly kind: 'exchange'; readonly tls: TlsMaterial }
  /** The last batch of what was overheard has been taken. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'close' };

/** What the thread tells. */
export type FromThread =
  | { readonly kind: 'ready'; readonly controlPort: number; readonly listening: readonly Listening[] }
  /** A listener could not be bound; the thread ends. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'pulse'; readonly serial: number }
  | { readonly kind: 'stats'; readonly serial: number; readonly stats: ThreadStats }
  | { readonly kind: 'overheard'; readonly batch: OverheardBatch }
  | { readonly kind: 'closed' };

/** The server's figures, and what its thread costs. */
export interface ThreadStats extends SipStats {
  /** Heap in use in the thread, in octets. */
  readonly heapUsed: number;
}
