import type { Message } from '../message.ts';

/** What may still become of a message that its sender cannot get through. */
export interface Fallback {
  /** Whether the message, which has failed with this code, goes out by another sender. If so it is in its queue. */
  takes(message: Message, errorCode: number): boolean;
}
