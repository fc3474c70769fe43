import type { Account } from '../../control/accounts/account.ts';
import type { Applications } from '../../control/applications/applications.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import type { CallTwiml, NewCall } from '../voice/outbound/new-call.ts';
import { readDial, readMachineDetection, readSendDigits } from './dial-params.ts';
import type { Params } from './exchange.ts';
import { invalidParameter, Reader } from './readers.ts';
import { printable, type Refused } from './reply.ts';

const twimlMaxCharacters = 4_000;

/**
 * The parameters of POST Calls (https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource). Judges
 * their form; whether such a call may be placed is voice's to say.
 */
export function readNewCall(
  params: Params,
  account: Account,
  applications: Pick<Applications, 'fetch'>,
): Result<NewCall, Refused> {
  const reader = new Reader(params);
  const dial = readDial(reader, params);
  const twiml = readTwiml(reader, params);
  const asyncDetection = reader.flag('AsyncAmd') ?? false;
  const machineDetection = readMachineDetection(reader, 'AsyncAmdStatusCallback');
  const sendDigits = readSendDigits(reader);
  const call: NewCall = { ...dial, account, twiml, sendDigits, machineDetection, asyncDetection };
  if (twiml.kind !== 'application') return reader.fault === undefined ? ok(call) : fail(reader.fault);
  // Documented: the application's callback takes the place of the request's.
  const application = applications.fetch(account.sid, twiml.sid);
  if (application === undefined)
    reader.refuse(21218, `There is no application ${printable(twiml.sid)}. Give a Url.`);
  if (reader.fault !== undefined || application === undefined) return fail(reader.fault ?? noApplication);
  const { statusCallback: url, statusCallbackMethod: method } = application;
  return ok({ ...call, statusCallback: url === '' ? null : { url, method, events: ['completed'] } });
}

const noApplication: Refused = { kind: 'error', code: 21218 };

/** Where a call's instructions come from: an application before a URL, a URL before TwiML. */
function readTwiml(reader: Reader, params: Params): CallTwiml {
  const sid = params.get('ApplicationSid');
  if (sid) return { kind: 'application', sid };
  const url = reader.url('Url', 21205) ?? '';
  const method = reader.method('Method', 21209) ?? 'POST';
  const fallbackUrl = reader.url('FallbackUrl', 21205) ?? '';
  const fallbackMethod = reader.method('FallbackMethod', 21209) ?? 'POST';
  if (url !== '') return { kind: 'url', url, method, fallbackUrl, fallbackMethod };
  const twiml = readTwimlText(reader);
  if (twiml === '') reader.refuse(21205, 'Give a Url, Twiml, or an ApplicationSid.');
  return { kind: 'twiml', twiml };
}

/** The parameter `Twiml`; '' for none. */
export const readTwimlText = (reader: Reader): string =>
  reader.text('Twiml', twimlMaxCharacters, invalidParameter) ?? '';
