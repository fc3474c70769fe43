/** What a running edge is asked at its control socket: answered by the id of the key that it seals with. */
export const sealQuestion = 'seal-key';
