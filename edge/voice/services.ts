import type { Account } from '../../control/accounts/account.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import type { Guards } from '../../control/guards/guards.ts';
import type { Media } from '../../media/media.ts';
import type { Recogniser } from '../../media/speech/recogniser.ts';
import type { CallCharges } from './charges.ts';
import type { Calling } from './outbound/calling.ts';
import type { Conferences } from './conferences/conferences.ts';
import type { LiveCall } from './live/live-call.ts';
import type { VoiceObserver } from './observer.ts';
import type { Documents } from './program/documents.ts';
import type { Programs } from './program/program.ts';
import type { Source } from './program/source.ts';
import type { Queues } from './queues/queues.ts';
import type { Recordings } from './recordings/recordings.ts';
import type { Speaker } from './speaker.ts';
import type { Streams } from './streams/streams.ts';
import type { Texting } from './texting.ts';
import type { Transcriptions } from './transcriptions/transcriptions.ts';

/** What verbs work with. */
export interface Services {
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly media: Media;
  readonly speaker: Speaker;
  readonly documents: Documents;
  readonly programs: Programs;
  readonly calling: Calling;
  readonly guards: Pick<Guards, 'call' | 'took'>;
  readonly charges: Pick<CallCharges, 'affords'>;
  readonly recordings: Recordings;
  readonly transcriptions: Transcriptions;
  readonly conferences: Conferences;
  readonly queues: Queues;
  readonly streams: Streams;
  readonly recogniser: Recogniser;
  readonly texting: Texting;
  readonly observer: VoiceObserver;
  /** Whether an account may show this number as its own. */
  readonly mayShow: (account: Account, e164: string) => boolean;
  /** From now on the call does what this source says, until it ends. For a party that a <Dial> lets go of. */
  readonly conduct: (live: LiveCall, source: Source) => void;
}
