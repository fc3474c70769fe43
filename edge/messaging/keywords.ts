/** Twilio's OptOutType of an inbound message. */
export type OptOutType = 'STOP' | 'START' | 'HELP';

/** The default English keywords (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out). */
const keywords: ReadonlyMap<string, OptOutType> = new Map([
  ['STOP', 'STOP'],
  ['STOPALL', 'STOP'],
  ['UNSUBSCRIBE', 'STOP'],
  ['CANCEL', 'STOP'],
  ['END', 'STOP'],
  ['QUIT', 'STOP'],
  ['REVOKE', 'STOP'],
  ['OPTOUT', 'STOP'],
  ['START', 'START'],
  ['YES', 'START'],
  ['UNSTOP', 'START'],
  ['HELP', 'HELP'],
  ['INFO', 'HELP'],
]);

const replies: Readonly<Record<OptOutType, string>> = {
  STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
};

/** A keyword takes at most this many characters with the space around it; anything longer is not examined. */
const examinedMax = 64;

/**
 * The keyword that `body` is: the whole of it, without regard to case and surrounding white space. "STOP PLEASE" is
 * none (https://help.twilio.com/articles/223134027).
 */
export function keywordOf(body: string): OptOutType | null {
  if (body.length > examinedMax) return null;
  return keywords.get(body.trim().toUpperCase()) ?? null;
}

/** What an inbound message does to its sender's opt-out, before the tenant's webhook hears of it. */
export interface KeywordEffect {
  /** Opt the sender out of the number it wrote to, back in, or neither. */
  readonly optOut: 'set' | 'clear' | 'keep';
  /** What the number answers by itself, past the opt-out; null for nothing. */
  readonly reply: string | null;
}

const noEffect: KeywordEffect = { optOut: 'keep', reply: null };

/**
 * What Twilio does by default with a keyword sent to a long code. The message goes on to the webhook in every case,
 * so that the application may keep its own list; OptOutType is among the parameters only with Advanced Opt-Out of a
 * Messaging Service. A START or YES from someone who is not opted out is plain text, a second STOP is not answered
 * again, and HELP is not answered while the opt-out stands. Twilio leaves a short code of its own to its tenant, and
 * the carriers themselves handle STOP, START and UNSTOP on toll-free numbers: do not ask for either.
 */
export function keywordEffect(keyword: OptOutType | null, optedOut: boolean): KeywordEffect {
  switch (keyword) {
    case null:
      return noEffect;
    case 'STOP':
      return optedOut ? noEffect : { optOut: 'set', reply: replies.STOP };
    case 'START':
      return optedOut ? { optOut: 'clear', reply: replies.START } : noEffect;
    case 'HELP':
      return optedOut ? noEffect : { optOut: 'keep', reply: replies.HELP };
  }
}
