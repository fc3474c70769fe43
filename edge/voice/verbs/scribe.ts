import type { Leg } from '../../../media/media.ts';
import type { RecordVerb } from '../../twiml/verbs/record.ts';
import { deferred } from '../deferred.ts';
import { Listener } from '../gather/listener.ts';
import type { Run } from '../program/run.ts';
import type { Recording } from '../recording.ts';

/** Twilio transcribes nothing shorter or longer (13617). */
const shortestMs = 2_000;
const longestMs = 120_000;

/** The only one that Twilio transcribes. */
const language = 'en-US';

/** Understands a party while it is recorded (https://www.twilio.com/docs/voice/twiml/record, transcribe). */
export class Scribe {
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

  /** The recording is over: keeps its text, and tells it to whoever asked. */
  async finish(recording: Recording): Promise<void> {
    const { run, verb } = this;
    const { durationMs } = recording;
    if (recording.status !== 'completed') {
      this.listener.cancel();
      return;
    }
    if (durationMs < shortestMs || durationMs > longestMs) {
      this.listener.cancel();
      run.alert(13617, `the recording lasts ${Math.round(durationMs / 1000)} s`);
      return;
    }
    const { services, live } = run;
    const url = verb.transcribeCallback;
    const callback =
      url === undefined
        ? null
        : {
            url: run.resolve(url),
            params: [...live.params, ...services.recordings.paramsOf(recording, live.account.sid)],
          };
    const { sid } = services.transcriptions.begin(recording, callback);
    this.listener.finish();
    services.transcriptions.finish(sid, await this.text.promise);
  }
}
