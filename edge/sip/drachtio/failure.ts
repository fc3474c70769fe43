import type { SipRequest, SipResponse } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import type { Core } from './core.ts';
import type { DispatchFailure } from './dispatch.ts';

const answers: Readonly<Record<DispatchFailure, readonly [status: number, reason: string]>> = {
  unroutable: [503, 'No Transport'],
  unlocated: [503, 'DNS Error'],
  unsendable: [503, 'Transport Error'],
  timeout: [408, 'Request Timeout'],
};

/** The response that a request is taken to have got which got none (RFC 3261 §8.1.3.1). */
export function failureResponse(core: Core, request: SipRequest, why: DispatchFailure): SipResponse {
  const [status, reason] = answers[why];
  return responseTo(request, status, reason, core.layer.ids.tag());
}
