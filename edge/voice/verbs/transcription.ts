import type { Leg } from '../../../media/media.ts';
import type { RecordVerb } from '../../twiml/verbs/record.ts';
import { deferred } from '../deferred.ts';
import { Listener } from '../gather/listener.ts';
import type { Params } from '../params.ts';
import type { Run } from '../program/run.ts';
import type { Recording } from '../recording.ts';

/** Twilio transcribes nothing shorter or longer (13617). */
const shortestMs = 2_000;
const longestMs = 120_000;

const language = 'en-US';

/** The text of a recording, heard while it is made (https://www.twilio.com/docs/voice/twiml/record, transcribe). */
export class Transcription {
  private readonly verb: RecordVerb;
  private readonly run: Run;
  private readonly listener: Listener;
  /** Undefined: it could not be had. */
  private readonly text = deferred<string | undefined>();

  constructor(verb: RecordVerb, run: Run, leg: Leg) {
    this.verb = verb;
    this.run = run;
    this.listener = new Listener({
      recogniser: run.services.recogniser,
      language,
      hints: [],
      partial: () => undefined,
      final: (text) => this.text.resolve(text),
      failed: (_code, detail) => {
        run.alert(13620, detail);
        this.text.resolve(undefined);
      },
    });
    void this.listener.listen(leg);
  }

  /** The recording is over: tells its text to whoever asked. */
  async finish(recording: Recording): Promise<void> {
    const { run, verb } = this;
    if (recording.status !== 'completed') {
      this.listener.cancel();
      return;
    }
    if (recording.durationMs < shortestMs || recording.durationMs > longestMs) {
      this.listener.cancel();
      run.alert(13617, `the recording lasts ${Math.round(recording.durationMs / 1000)} s`);
      this.text.resolve(undefined);
    } else this.listener.finish();
    const text = await this.text.promise;
    if (verb.transcribeCallback === undefined) return;
    const { services, live } = run;
    const params: Params = [
      ['TranscriptionSid', services.newSid('TR')],
      ['TranscriptionType', 'fast'],
      ['TranscriptionStatus', text === undefined ? 'failed' : 'completed'],
      ['TranscriptionText', text ?? ''],
      ...services.recordings.paramsOf(recording, live.account.sid),
    ];
    await services.documents.tell(live, run.resolve(verb.transcribeCallback), 'POST', params);
  }
}
