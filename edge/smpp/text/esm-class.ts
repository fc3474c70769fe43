/** The user data header indicator of esm_class (SMPP 3.4 §5.2.12). */
const udhi = 0x40;

/** Whether the user data begins with a header. */
export const hasUdh = (esmClass: number): boolean => (esmClass & udhi) !== 0;

/** `esmClass` saying that the user data begins with a header. */
export const withUdh = (esmClass: number): number => esmClass | udhi;

/** What a deliver_sm is, by bits 5 to 2 of its esm_class (SMPP 3.4 §5.2.12). */
export type MessageType =
  'message' | 'receipt' | 'deliveryAck' | 'userAck' | 'conversationAbort' | 'intermediate' | 'reserved';

const types: readonly (MessageType | undefined)[] = [
  'message',
  'receipt',
  'deliveryAck',
  undefined,
  'userAck',
  undefined,
  'conversationAbort',
  undefined,
  'intermediate',
];

/** The type of a deliver_sm or data_sm that came from an SMSC. */
export const messageType = (esmClass: number): MessageType => types[(esmClass >> 2) & 0x0f] ?? 'reserved';
