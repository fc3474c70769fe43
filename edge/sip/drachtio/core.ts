import type { Clock } from '../../../control/base/clock.ts';
import type { Dialogs } from '../dialog/dialogs.ts';
import { parseUri } from '../message/uri.ts';
import type { SipUri } from '../message/uri.ts';
import type { SipMessage } from '../message/message.ts';
import type { Arrival, TransactionLayer } from '../transaction/layer.ts';
import type { Flow } from '../transport/flow.ts';
import { appBytes } from './app-bytes.ts';
import type { AppConnection } from './app.ts';
import type { Apps } from './apps.ts';
import type { CallDialog } from './call-dialog.ts';
import type { Locator } from './locator.ts';
import type { Log } from './observer.ts';
import { meta, receivedOn } from './wire.ts';

/** What everything in this room stands on. */
export interface Core {
  readonly clock: Clock;
  readonly layer: TransactionLayer;
  readonly apps: Apps;
  readonly dialogs: Dialogs<CallDialog>;
  readonly locator: Locator;
  readonly log: Log;
  /** Finds the first way to where a SIP URI leads, at once where no name has to be resolved. */
  route(uri: string, ready: (flow: Flow | undefined) => void): void;
  /** Any listener of ours, to write messages that never leave. */
  anyFlow(): Flow | undefined;
}

/** A fresh transaction id, as applications know transactions. */
export const transactionId = (core: Core): string => core.layer.ids.hex(24);

/** Our Contact toward the peer of a way. */
export function contactOf(flow: Flow): string {
  const { transport } = flow.endpoint;
  const params = transport === 'udp' ? '' : `;transport=${transport}`;
  return `<sip:${flow.endpoint.sentBy(flow.host)}${params}>`;
}

/** Shows an application a message of the network. */
export function show(
  core: Core,
  app: AppConnection,
  message: SipMessage,
  { flow, bytes }: Arrival,
  id: string,
  dialogId: string,
): void {
  const raw = appBytes(message, bytes);
  // Requests outside dialogs say at which of our addresses they came.
  const rest = dialogId === '' && message.kind === 'request' ? `|${receivedOn(flow)}` : `${dialogId}|`;
  app.tell(`sip|${meta('network', raw.length, flow, core.clock.now())}|${id}|${rest}`, raw);
}

/** Answers an application's command with the message that left. */
export function answerSent(
  core: Core,
  app: AppConnection,
  commandId: string,
  bytes: Buffer,
  flow: Flow,
  id: string,
): void {
  app.answer(
    commandId,
    `OK|${meta('application', bytes.length, flow, core.clock.now())}|${id}|Msg sent:|`,
    bytes,
  );
}

/** A SIP URI; undefined for anything else. */
export function sipUri(text: string): SipUri | undefined {
  const uri = parseUri(text);
  return uri?.kind === 'sip' ? uri : undefined;
}
