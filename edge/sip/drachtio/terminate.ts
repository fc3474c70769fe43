import { nextHop, requestInDialog } from '../dialog/in-dialog.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import { meta } from './wire.ts';
import type { CallDialog } from './call-dialog.ts';
import type { Core } from './core.ts';
import { Dispatch } from './dispatch.ts';

/** Nothing more belongs to the dialog: what hangs on it is stopped, and its id means nothing. */
export function endDialog(core: Core, dialog: CallDialog): void {
  if (dialog.state === 'ended') return;
  dialog.state = 'ended';
  dialog.answer?.stop();
  dialog.session?.stop();
  dialog.session = undefined;
  dialog.asked?.terminate();
  core.dialogs.remove(dialog);
}

/**
 * Ends a dialog on our own account: BYE to the peer, and the same BYE shown to the application, as one that it did not
 * ask for. `reason` is for people and programs alike.
 */
export function terminate(core: Core, dialog: CallDialog, reason: string): void {
  if (dialog.state === 'ended') return;
  const { app } = dialog;
  endDialog(core, dialog);
  if (dialog.kind !== 'INVITE') return;
  sendBye(core, dialog, `SIP;cause=200;text="${reason}"`, (bytes, flow) =>
    app?.tell(
      `sip|${meta('application', bytes.length, flow, core.clock.now())}|unsolicited|${dialog.id}|`,
      bytes,
    ),
  );
}

/** Sends a BYE about whose answer nobody cares. */
export function sendBye(
  core: Core,
  dialog: Dialog,
  reason: string,
  sent: (bytes: Buffer, flow: Flow) => void = () => undefined,
): void {
  const bye = requestInDialog(dialog, 'BYE');
  bye.headers.append('Reason', reason);
  new Dispatch(core, bye, { sent, response: () => undefined, failed: () => undefined }).start(
    nextHop(dialog),
    standingFlow(dialog),
  );
}

/** The connection that a dialog without routes came by, while it stands: it leads back where addresses do not. */
export function standingFlow(dialog: Dialog): Flow | undefined {
  return dialog.routes.length === 0 && dialog.nextHop === undefined && dialog.flow.connection?.open === true
    ? dialog.flow
    : undefined;
}
