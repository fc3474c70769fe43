import type { Sid } from '../../control/base/sid.ts';
import type { Call } from '../voice/call.ts';
import type { Stream } from '../voice/stream.ts';
import type { StreamWish } from '../voice/streams/streams.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { callsPath, withCall } from './calls.ts';
import { accountsPath, type VoiceDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { invalidParameter, Reader } from './readers.ts';
import { json, notFound, orNull, printable, refused, type Refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const parametersMax = 99;
const urlMaxCharacters = 2083;
/** Of a name and its value together. */
const parameterMaxCharacters = 500;

/** Streams (https://www.twilio.com/docs/voice/api/stream-resource): begun and stopped, by SID or by name. */
export function streamRoutes({ voice, durable }: VoiceDeps): readonly Route[] {
  const product = 'api';
  const list = `${callsPath}/{CallSid}/Streams`;
  return [
    {
      product,
      method: 'POST',
      path: list,
      handler: withCall(voice, 'CallSid', async (call, { form, principal }) => {
        const wish = readWish(form);
        if (!wish.ok) return wish.error;
        const started = await voice.startStream(call, wish.value);
        // Documented: 200, although it makes a resource.
        return started.ok
          ? json(streamJson(started.value, principal.account.sid))
          : refused(started.error.code, started.error.detail);
      }),
    },
    {
      product,
      method: 'POST',
      path: `${list}/{Sid}`,
      handler: withCall(voice, 'CallSid', async (call, request) => {
        const stopped = await stop(voice.streams, call, request);
        if (stopped !== undefined) return stopped;
        await durable();
        const stream = recordOf(voice.streams, call, request.parts['Sid'] ?? '');
        return stream === undefined ? notFound : json(streamJson(stream, request.principal.account.sid));
      }),
    },
  ];
}

type Streams = VoiceDeps['voice']['streams'];

/** Ends a stream that goes on; undefined once it has ended, or the refusal. */
async function stop(streams: Streams, call: Call, { form, parts }: ApiRequest): Promise<Reply | undefined> {
  const reader = new Reader(form);
  if (reader.choice('Status', ['stopped']) === undefined)
    reader.refuse(invalidParameter, 'Status can only become stopped.');
  if (reader.fault !== undefined) return reader.fault;
  const active = streams.underWay(parts['Sid'] ?? '', call.sid);
  active?.stop();
  await active?.done;
  return undefined;
}

/** The newest stream of a call with this SID or name. */
const recordOf = (streams: Streams, call: Call, name: string): Stream | undefined =>
  streams.recordsOf(call.accountNo, call.sid).findLast((row) => row.sid === name || row.name === name);

function readWish(form: Params): Result<StreamWish, Refused> {
  const reader = new Reader(form);
  const url = reader.text('Url', urlMaxCharacters, 31923) ?? '';
  if (!/^wss?:\/\/[^/]/i.test(url) || !URL.canParse(url))
    reader.refuse(31922, `Url ${printable(url)} must be an absolute wss:// URL.`);
  const name = reader.text('Name', 256) || undefined;
  const track =
    reader.choice('Track', ['inbound_track', 'outbound_track', 'both_tracks'], 31941) ?? 'inbound_track';
  const callback = reader.url('StatusCallback', 21609) ?? '';
  const method = reader.method('StatusCallbackMethod', 21209) ?? 'POST';
  const parameters: [string, string][] = [];
  for (let n = 1; n <= parametersMax; n++) {
    const key = form.get(`Parameter${n}.Name`);
    const value = form.get(`Parameter${n}.Value`) ?? '';
    if (!key) continue;
    if (key.length + value.length > parameterMaxCharacters)
      reader.refuse(
        invalidParameter,
        `Parameter${n} must not be longer than ${parameterMaxCharacters} characters, name and value.`,
      );
    parameters.push([key, value]);
  }
  if (reader.fault !== undefined) return fail(reader.fault);
  return ok({
    url,
    track,
    parameters,
    bidirectional: false,
    ...(name === undefined ? {} : { name }),
    ...(callback === '' ? {} : { statusCallback: { url: callback, method } }),
  });
}

function streamJson({ sid, callSid, name, status, updatedMs }: Stream, accountSid: Sid): Json {
  return {
    account_sid: accountSid,
    call_sid: callSid,
    date_updated: rfc2822(updatedMs),
    name: orNull(name),
    sid,
    status,
    uri: `${accountsPath}/${accountSid}/Calls/${callSid}/Streams/${sid}.json`,
  };
}
