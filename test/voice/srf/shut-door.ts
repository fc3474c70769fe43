import type { Door } from '../../../edge/voice/srf/door.ts';

/** Of an edge without SIP domains. */
export const shut: Door = {
  judge: () => ({ kind: 'refuse', status: 403 }),
  domainAt: () => undefined,
  mayRegister: () => false,
};
