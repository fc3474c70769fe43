import type { MessageVerb } from '../../twiml/verbs/message.ts';
import type { Call } from '../call.ts';
import type { Params } from '../params.ts';
import { next, type RunVerb } from '../program/run.ts';

/** The tenant's own number in a call, and the other party's. */
const ends = ({ direction, from, to }: Call): { readonly own: string; readonly other: string } =>
  direction === 'inbound' ? { own: to, other: from } : { own: from, other: to };

/** Sends a message during a call, by default to its other party (https://www.twilio.com/docs/voice/twiml/sms). */
export const runMessage: RunVerb<MessageVerb> = async (verb, run) => {
  const { live, services } = run;
  const { own, other } = ends(live.call);
  const sent = await services.texting.send({
    account: live.account,
    from: verb.from ?? own,
    to: verb.to ?? other,
    body: verb.body,
    mediaUrls: verb.media.map((url) => run.resolve(url)),
    statusCallback: verb.statusCallback === undefined ? '' : run.resolve(verb.statusCallback),
  });
  if (!sent.ok) run.alert(sent.error.code, sent.error.detail);
  if (verb.action === undefined) return next;
  const { sid, status } = sent.ok ? sent.value : { sid: '', status: 'failed' };
  const params: Params = [
    ['MessageSid', sid],
    ['MessageStatus', status],
    ['SmsSid', sid],
    ['SmsStatus', status],
    ...(sent.ok ? [] : [['ErrorCode', String(sent.error.code)] as const]),
  ];
  return run.action(verb.action, verb.method, params);
};
