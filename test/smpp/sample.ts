import type { ShortMessage } from '../../edge/smpp/message.ts';

/** A plain message for tests to vary. */
export const sample: ShortMessage = {
  serviceType: '',
  source: { ton: 1, npi: 1, addr: '15005550006' },
  destination: { ton: 1, npi: 1, addr: '14155552671' },
  esmClass: 0,
  protocolId: 0,
  priorityFlag: 0,
  scheduleDeliveryTime: '',
  validityPeriod: '',
  registeredDelivery: 1,
  replaceIfPresent: 0,
  dataCoding: 0,
  shortMessage: Buffer.from('Hello'),
  tlvs: [],
};
