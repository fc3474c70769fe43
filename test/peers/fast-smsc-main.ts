/** The process behind `SmscProcess`: one `FastSmsc`, asked over IPC. */
import { assertNever } from '../../control/base/result.ts';
import { FastSmsc } from './fast-smsc.ts';
import { plainBehaviour, type SmscBehaviour } from './smsc-behaviour.ts';
import type { SmscQuestion, SmscReply, SmscRequest } from './smsc-process.ts';
import { takeCensus } from './smsc-record.ts';

let behaviour: SmscBehaviour = plainBehaviour;
let smsc = new FastSmsc();

async function answer(question: SmscQuestion): Promise<unknown> {
  switch (question.ask) {
    case 'listen':
      smsc = new FastSmsc(behaviour, undefined, question.firstId);
      return smsc.listen(question.port);
    case 'behave':
      behaviour = { ...behaviour, ...question.behaviour };
      smsc.behaviour = behaviour;
      return null;
    case 'counts':
      return smsc.counts;
    case 'census':
      return takeCensus(smsc.record.messages(), question.expected);
    case 'messages':
      return [...smsc.record.messages()].slice(question.from, question.from + question.limit);
    case 'inbound':
      return smsc.sendInbound(question.load);
    case 'drop':
      smsc.dropSessions();
      return null;
    case 'reset':
      smsc.reset();
      return null;
    default:
      return assertNever(question);
  }
}

process.on('message', (message) => {
  const { id, question } = message as SmscRequest;
  void answer(question).then((value) => {
    const reply: SmscReply = { id, answer: value };
    process.send?.(reply);
  });
});
process.on('disconnect', () => process.exit(0));
