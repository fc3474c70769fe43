import type { Sid } from '../../control/base/sid.ts';
import { priceText } from '../../control/billing/micros.ts';
import type { Transcription } from '../voice/transcription.ts';
import { accountPath, accountsPath, apiVersion, type ApiDeps, type VoiceDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { deletedBy } from './monitor-events.ts';
import { json, noContent, notFound } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/** Where transcriptions are found: under their account, and under their recording. */
const places = [accountPath, `${accountPath}/Recordings/{RecordingSid}`] as const;

/** Transcriptions (https://www.twilio.com/docs/voice/api/recording-transcription): lists, one, and an end for good. */
export function transcriptionRoutes({ audit, currency }: ApiDeps, { voice }: VoiceDeps): readonly Route[] {
  const product = 'api';
  return places.flatMap((base): Route[] => [
    {
      product,
      method: 'GET',
      path: `${base}/Transcriptions`,
      handler: (request) => readList(voice, currency, request),
    },
    {
      product,
      method: 'GET',
      path: `${base}/Transcriptions/{Sid}`,
      handler: withTranscription(voice, (transcription, { principal }) =>
        json(transcriptionJson(transcription, principal.account.sid, currency)),
      ),
    },
    {
      product,
      method: 'DELETE',
      path: `${base}/Transcriptions/{Sid}`,
      handler: withTranscription(voice, async (transcription, { principal }) => {
        audit.note('transcription', 'deleted', deletedBy(principal, transcription.sid));
        await voice.transcriptions.remove(transcription);
        return noContent;
      }),
    },
  ]);
}

type Voice = VoiceDeps['voice'];

/** Hands over the transcription that a path names, if it is the account's own and of the recording named. */
const withTranscription =
  (
    { transcriptions }: Voice,
    handle: (transcription: Transcription, request: ApiRequest) => Reply | Promise<Reply>,
  ) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const { parts, principal } = request;
    const transcription = transcriptions.get(parts['Sid'] ?? '');
    if (transcription?.accountNo !== principal.account.no) return notFound;
    const { RecordingSid: recordingSid = transcription.recordingSid } = parts;
    return recordingSid === transcription.recordingSid ? handle(transcription, request) : notFound;
  };

function readList({ recordings, transcriptions }: Voice, currency: string, request: ApiRequest): Reply {
  const { account } = request.principal;
  const recordingSid = request.parts['RecordingSid'];
  if (recordingSid !== undefined && recordings.get(recordingSid)?.accountNo !== account.no) return notFound;
  return sidList(
    request,
    'transcriptions',
    'TR',
    (page) => transcriptions.list(account.no, recordingSid, page),
    {
      sid: ({ sid }) => sid,
      json: (transcription) => transcriptionJson(transcription, account.sid, currency),
    },
  );
}

const transcriptionJson = (transcription: Transcription, accountSid: Sid, currency: string): Json => ({
  account_sid: accountSid,
  api_version: apiVersion,
  date_created: rfc2822(transcription.createdMs),
  date_updated: rfc2822(transcription.updatedMs),
  duration: String(Math.ceil(transcription.durationMs / 1000)),
  price: transcription.priceMicros ? priceText(transcription.priceMicros) : null,
  price_unit: currency,
  recording_sid: transcription.recordingSid,
  sid: transcription.sid,
  status: transcription.status,
  transcription_text: transcription.text,
  type: 'fast',
  uri: `${accountsPath}/${accountSid}/Transcriptions/${transcription.sid}.json`,
});
