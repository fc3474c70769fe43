import { nextHop, requestInDialog } from '../dialog/in-dialog.ts';
import { refreshTarget } from '../dialog/dialog.ts';
import { cseq, minSe, sessionExpires } from '../message/fields.ts';
import type { SipResponse } from '../message/message.ts';
import type { CallDialog } from './call-dialog.ts';
import type { Core } from './core.ts';
import { Dispatch } from './dispatch.ts';
import { restartSession } from './session-timer.ts';
import { standingFlow, terminate } from './terminate.ts';

/** After which a refresh that came at a bad moment is tried again (RFC 3261 §14.1). */
const againMs = 2_500;
const intervalMaxS = 86_400;

/**
 * Refreshes a session whose refresher we are (RFC 4028 §7.4): with UPDATE where the peer knows it, else with a
 * re-INVITE that offers once more what was agreed.
 */
export function refreshSession(core: Core, dialog: CallDialog, intervalS: number): void {
  if (dialog.invite !== undefined || dialog.asked !== undefined || dialog.answer !== undefined) {
    dialog.session?.again(againMs);
    return;
  }
  const { offer } = dialog;
  const method = dialog.allowsUpdate || offer === undefined ? 'UPDATE' : 'INVITE';
  const plain = requestInDialog(dialog, method);
  const { headers } = plain;
  headers.append('Contact', dialog.contact);
  headers.append('Supported', 'timer');
  headers.append('Session-Expires', `${intervalS};refresher=uac`);
  if (method === 'INVITE' && offer !== undefined) headers.append('Content-Type', offer.type);
  const request = method === 'INVITE' ? { ...plain, body: Buffer.from(offer?.body ?? '') } : plain;
  new Dispatch(core, request, {
    sent: () => undefined,
    failed: () => terminate(core, dialog, 'Session timer expired'),
    response: (response, { flow }) => {
      if (response.status < 200 || dialog.state === 'ended') return;
      if (method === 'INVITE' && response.status < 300) {
        refreshTarget(dialog, method, response, flow);
        core.layer.sendAck(requestInDialog(dialog, 'ACK', undefined, cseq(request)?.number), flow);
      }
      refreshed(core, dialog, response, intervalS);
    },
  }).start(nextHop(dialog), standingFlow(dialog));
}

function refreshed(core: Core, dialog: CallDialog, response: SipResponse, intervalS: number): void {
  const { status } = response;
  if (status < 300) {
    const agreed = sessionExpires(response);
    restartSession(
      core,
      dialog,
      { intervalS: agreed?.intervalS ?? intervalS, weRefresh: agreed?.refresher !== 'uas' },
      (due, dueS) => refreshSession(core, due, dueS),
    );
  } else if (status === 422) {
    // Each step at least doubles, so that a peer that is never content is soon done.
    const nextS = Math.max(minSe(response) ?? 0, intervalS * 2);
    if (nextS <= intervalMaxS) refreshSession(core, dialog, nextS);
  } else if (status === 408 || status === 481) {
    terminate(core, dialog, 'Session timer expired');
  } else {
    // Glare, or a peer with other worries: the session lasts until it expires (RFC 4028 §10).
    dialog.session?.again(againMs);
  }
}
