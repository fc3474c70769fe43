import { systemClock } from '../../../control/base/clock.ts';
import { sniff } from './sniffer.ts';
import { CaptureWork } from './work.ts';
import type { FromCapture, ToCapture } from './words.ts';

// The entry of the capture process.

const parent = process.ppid;
const tell = (words: FromCapture): void => void process.send?.(words);
let work: CaptureWork | undefined;

/** Packets that come faster than they can be written leave the event loop no turn: then this asks the system. */
const isOrphan = (): boolean => process.ppid !== parent;

function end(): never {
  work?.stop();
  process.exit(0);
}

process.on('message', (words: ToCapture) => {
  switch (words.kind) {
    case 'start':
      work = new CaptureWork(words, { clock: systemClock, sniff, tell, isOrphan, end });
      work.start();
      return;
    case 'overheard':
      work?.overheard(words.batch);
      return;
    case 'stop':
      end();
  }
});
process.on('disconnect', end);
// A terminal's Ctrl-C goes to the edge, too, which says when to stop.
process.on('SIGINT', () => undefined);
