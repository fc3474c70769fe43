import { systemClock } from '../../../control/base/clock.ts';
import { dataLayout } from '../../../control/config/layout.ts';
import { Store } from '../../../control/store/store.ts';
import { buildLadder } from '../../capture/ladder/build.ts';
import { collect } from '../../capture/trace/collect.ts';
import { localAddresses, namesOf } from '../../capture/trace/names.ts';
import { nothingOf } from '../../capture/trace/nothing.ts';
import { wantedCall, wantedMessage } from '../../capture/trace/subjects.ts';
import type { WireAnswer, WireQuestion } from './words.ts';

// The entry of a process that reads what was on the wire of one call or message, and ends.

async function answer({ data, naming, subject, sid }: WireQuestion): Promise<WireAnswer> {
  const store = new Store(dataLayout(data).storeDirectory);
  try {
    const wanted = (subject === 'call' ? wantedCall : wantedMessage)(store, sid, systemClock);
    if (!wanted.ok) return wanted;
    const { captures } = dataLayout(data);
    const ladder = buildLadder(await collect(captures, wanted.value), {
      title: `${subject} ${sid}`,
      nameOf: namesOf(naming, localAddresses()),
      unmasking: { bodies: false },
    });
    return ladder.rows.length > 0
      ? { ok: true, value: ladder }
      : { ok: false, error: [nothingOf(captures, wanted.value), ...ladder.remarks].join('; ') };
  } finally {
    await store.close();
  }
}

process.once('message', (question: WireQuestion) => {
  void answer(question).then((words) => process.send?.(words, () => process.exit(0)));
});
process.on('disconnect', () => process.exit(0));
