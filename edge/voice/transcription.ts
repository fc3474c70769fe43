import type { Sid } from '../../control/base/sid.ts';
import type { Params } from './params.ts';

/** https://www.twilio.com/docs/voice/api/recording-transcription */
export type TranscriptionStatus = 'in-progress' | 'completed' | 'failed';

/** The text of a recording, as it is kept. */
export interface Transcription {
  /** TR… */
  readonly sid: Sid;
  readonly accountNo: number;
  readonly recordingSid: Sid;
  readonly status: TranscriptionStatus;
  /** '' until it is completed. */
  readonly text: string;
  /** Of the recording. */
  readonly durationMs: number;
  /** Millionths; null unless it is completed. */
  readonly priceMicros: number | null;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Who is to be told of its end, with the parameters of the call and its recording; null once that is done. */
  readonly callback: { readonly url: string; readonly params: Params } | null;
}
