import { textOf } from '../../smpp/message.ts';
import type { Pdu } from '../../smpp/pdu.ts';
import { isThrottle, statusName } from '../../smpp/status.ts';
import { messageIn, payloadOf, receiptIn, segmentOf } from '../mask/smpp.ts';
import { octetsText, printable } from '../mask/text.ts';
import type { Description } from './describe-sip.ts';

export function describeSmpp(pdu: Pdu): Description {
  const { label, detail, tone } = pdu.command.isResponse ? response(pdu) : request(pdu);
  return { label: printable(label), detail: printable(detail), tone };
}

function request(pdu: Pdu): Description {
  const { name } = pdu.command;
  const label = `${name} #${pdu.sequence}`;
  const message = messageIn(pdu);
  if (message === undefined) {
    const quiet = name === 'enquire_link' || name === 'unbind';
    const named = pdu.command.fields.some((field) => field.name === 'system_id');
    return { label, detail: named ? textOf(pdu, 'system_id') : '', tone: quiet ? 'quiet' : 'request' };
  }
  const receipt = receiptIn(pdu, message);
  if (receipt !== undefined) {
    const error = receipt.errorCode === undefined ? '' : `, error ${receipt.errorCode}`;
    return {
      label: `${label} receipt ${receipt.state}`,
      detail: `id ${receipt.messageIds.join(' or ')}${error}`,
      tone: receipt.state === 'DELIVERED' ? 'success' : receipt.final ? 'failure' : 'progress',
    };
  }
  const segment = segmentOf(message);
  const part = segment === undefined ? '' : ` part ${segment.sequence}/${segment.total}`;
  const ends = `${message.source.addr} to ${message.destination.addr}`;
  return {
    label: `${label}${part}`,
    detail: `${ends}, ${octetsText(payloadOf(message).length)}`,
    tone: 'request',
  };
}

function response(pdu: Pdu): Description {
  const { command, sequence, status } = pdu;
  const id = command.fields.some(({ name }) => name === 'message_id') ? textOf(pdu, 'message_id') : '';
  if (status === 0)
    return {
      label: `${command.name} #${sequence}`,
      detail: id === '' ? '' : `id ${id}`,
      tone: command.name === 'enquire_link_resp' || command.name === 'unbind_resp' ? 'quiet' : 'success',
    };
  return {
    label: `${command.name} #${sequence} ${statusName(status)}`,
    detail: '',
    tone: isThrottle(status) ? 'progress' : 'failure',
  };
}
