import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DueHeap, type HeapItem } from '../../edge/messaging/queue/heap.ts';
import type { SubmitOutcome } from '../../edge/messaging/outbound/carrier.ts';
import { Harness } from './harness.ts';

describe('a heap of due times', () => {
  it('gives the least, whatever is put in, moved and taken out', () => {
    const step = fc.record({ item: fc.nat(20), dueMs: fc.nat(50), take: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new DueHeap<HeapItem>();
        const items = Array.from({ length: 21 }, (): HeapItem => ({ dueMs: 0, heapIndex: -1 }));
        const inside = new Set<HeapItem>();
        for (const { item, dueMs, take } of steps) {
          const one = items[item] as HeapItem;
          if (take) {
            heap.remove(one);
            inside.delete(one);
          } else {
            one.dueMs = dueMs;
            heap.schedule(one);
            inside.add(one);
          }
          assert.equal(heap.size, inside.size);
          const least = Math.min(...Array.from(inside, (held) => held.dueMs));
          assert.equal(heap.peek()?.dueMs ?? Infinity, least);
        }
      }),
    );
  });
});

type Act =
  | { readonly kind: 'send'; readonly sender: number }
  | { readonly kind: 'answer'; readonly outcome: SubmitOutcome['kind'] }
  | { readonly kind: 'link'; readonly up: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' };

const acts = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), sender: fc.nat(2) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        outcome: fc.constantFrom<SubmitOutcome['kind']>('accepted', 'accepted', 'throttled', 'lost'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), up: fc.boolean() }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1500 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  ),
  { maxLength: 60 },
);

describe('messages of one sender', () => {
  it('are confirmed in the order of their acceptance, each once, whatever carriers and restarts do', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (steps: readonly Act[]) => {
        let h = new Harness({ rates: { alphanumeric: 50 } });
        h.alpha.window = 2;
        const wanted: string[][] = [[], [], []];
        const confirmed: string[][] = [[], [], []];
        let ids = 0;
        const reply = (kind: SubmitOutcome['kind']): void => {
          const first = h.alpha.open[0];
          if (first === undefined) return;
          const sender = Number(first.sm.source.addr.slice(1));
          if (kind === 'accepted') {
            confirmed[sender]?.push(first.sm.shortMessage.toString('latin1'));
            h.alpha.reply({ kind, messageId: `id${ids++}` });
          } else {
            h.alpha.reply(kind === 'lost' ? { kind } : { kind: 'throttled', status: 0x58 });
          }
          h.messaging.outbound.roomAt();
        };
        try {
          for (const act of steps) {
            switch (act.kind) {
              case 'send': {
                const queue = wanted[act.sender] as string[];
                queue.push(`m${queue.length}`);
                await h.messaging.acceptance.accept(
                  h.wanted({ from: `S${act.sender}`, body: queue.at(-1) as string }),
                );
                break;
              }
              case 'answer':
                reply(act.outcome);
                break;
              case 'link':
                h.alpha.up = act.up;
                h.messaging.outbound.roomAt();
                break;
              case 'wait':
                await h.advance(act.ms);
                break;
              case 'restart':
                await h.crash();
                h = new Harness({ folder: h.folder, clock: h.clock, rates: { alphanumeric: 50 } });
                h.alpha.window = 2;
                break;
            }
          }
          h.alpha.up = true;
          h.messaging.outbound.roomAt();
          const total = (lists: string[][]): number => lists.reduce((sum, list) => sum + list.length, 0);
          for (let i = 0; i < 600 && total(confirmed) < total(wanted); i++) {
            await h.advance(200);
            reply('accepted');
          }
          assert.deepEqual(confirmed, wanted);
        } finally {
          await h.end();
        }
      }),
      { numRuns: 12 },
    );
  });
});
