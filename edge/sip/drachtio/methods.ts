/** The methods that applications may ask for; ACK and CANCEL come to who has the INVITE. */
export const methods: ReadonlySet<string> = new Set([
  'INVITE',
  'BYE',
  'OPTIONS',
  'REGISTER',
  'INFO',
  'PRACK',
  'UPDATE',
  'MESSAGE',
  'SUBSCRIBE',
  'NOTIFY',
  'REFER',
  'PUBLISH',
]);

/** Allow (RFC 3261 §20.5). */
export const methodsAllowed = ['ACK', 'CANCEL', ...methods].join(', ');
