import type { VerbSpec } from '../verb.ts';
import { message, type MessageVerb } from './message.ts';

/** Message's deprecated name (https://www.twilio.com/docs/voice/twiml/sms), still accepted: it holds text only. */
export const sms: VerbSpec<MessageVerb> = { ...message, name: 'Sms', children: [] };
