import type { ReferVerb } from '../../twiml/verbs/refer.ts';
import { isSipUri } from '../outbound/calling.ts';
import type { Param } from '../params.ts';
import type { RunVerb } from '../program/run.ts';

/** Hands a SIP call over by REFER (https://www.twilio.com/docs/voice/twiml/refer). */
export const runRefer: RunVerb<ReferVerb> = async (verb, run) => {
  const { live } = run;
  await run.leg();
  const { from, to, direction } = live.call;
  const peer = direction === 'inbound' ? from : to;
  if (!isSipUri(peer) || live.dialog === undefined) {
    run.alert(13801, 'only calls of SIP endpoints can be referred');
    return run.action(verb.action, verb.method, [['ReferCallStatus', 'failed']]);
  }
  const referred = await live.dialog.refer(verb.to.uri, verb.to.headers);
  const params: Param[] = referred.ok
    ? [
        ['ReferCallStatus', referred.value < 300 ? 'completed' : 'failed'],
        ['ReferSipResponseCode', '202'],
        ['NotifySipResponseCode', String(referred.value)],
      ]
    : [
        ['ReferCallStatus', 'failed'],
        ['ReferSipResponseCode', String(referred.error)],
      ];
  return run.action(verb.action, verb.method, params);
};
