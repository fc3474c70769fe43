import type { Sid } from '../../control/base/sid.ts';
import { priceText } from '../../control/billing/micros.ts';
import { isOver, type Recording } from '../voice/recording.ts';
import { accountsPath, apiVersion } from './deps.ts';
import type { Json } from './exchange.ts';
import { orNull } from './reply.ts';
import { dateOrNull, rfc2822 } from './rfc2822.ts';

/** Under what a recording is shown: its account, its call or its conference. */
export type RecordingPlace = 'account' | 'call' | 'conference';

/** What every place shows. `base` is the path below which the recording is. */
function commonJson(
  recording: Recording,
  { accountSid, currency }: RecordingView,
  base: string,
): { readonly [key: string]: Json } {
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    call_sid: recording.callSid,
    channels: recording.channels,
    conference_sid: orNull(recording.conferenceSid),
    date_created: rfc2822(recording.createdMs),
    date_updated: rfc2822(recording.updatedMs),
    duration: isOver(recording.status) ? String(Math.ceil(recording.durationMs / 1000)) : null,
    encryption_details: null,
    error_code: recording.errorCode === 0 ? null : recording.errorCode,
    price: recording.priceMicros ? priceText(recording.priceMicros) : null,
    price_unit: currency,
    sid: recording.sid,
    source: recording.source,
    start_time: dateOrNull(recording.startedMs),
    status: recording.status,
    uri: `${base}/Recordings/${recording.sid}.json`,
  };
}

/** To whom and where recordings are shown. */
export interface RecordingView {
  readonly accountSid: Sid;
  /** Where the client reaches the API. */
  readonly origin: string;
  readonly currency: string;
}

/** https://www.twilio.com/docs/voice/api/recording#recording-properties */
export function recordingJson(recording: Recording, place: RecordingPlace, view: RecordingView): Json {
  const { accountSid, origin } = view;
  const base = `${accountsPath}/${accountSid}`;
  switch (place) {
    case 'call':
      return {
        ...commonJson(recording, view, `${base}/Calls/${recording.callSid}`),
        track: recording.track,
      };
    case 'conference':
      return commonJson(recording, view, `${base}/Conferences/${recording.conferenceSid}`);
    case 'account': {
      const own = `${base}/Recordings/${recording.sid}`;
      return {
        ...commonJson(recording, view, base),
        media_url: origin + own,
        subresource_uris: {
          add_on_results: `${own}/AddOnResults.json`,
          transcriptions: `${own}/Transcriptions.json`,
        },
      };
    }
  }
}
