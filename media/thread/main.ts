import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../control/base/clock.ts';
import { systemRandom } from '../../control/base/random.ts';
import { Engine, reasonOf } from './engine.ts';
import type { Ask, FromThread, RequestName, ThreadOptions, ToThread } from './protocol.ts';

/** The media thread: mediasoup's side in JavaScript, and all audio. Only messages come in and go out. */
const port = parentPort;
if (port === null) throw new Error('the media thread is started by media/open.ts');

const send = (message: FromThread): void => port.postMessage(message);

async function answer(engine: Engine, id: number, name: RequestName, ask: unknown): Promise<void> {
  try {
    const value = await engine.request(name, ask as Ask<typeof name>);
    send({ kind: 'answer', id, answer: value });
  } catch (error) {
    send({ kind: 'refused', id, reason: reasonOf(error) });
  }
}

try {
  const engine = await Engine.open(workerData as ThreadOptions, systemClock, systemRandom, {
    events: (events) => send({ kind: 'events', events }),
    trouble: (reason) => send({ kind: 'trouble', reason }),
  });
  port.on('message', (message: ToThread) => {
    if (message.kind === 'order') engine.order(message.order);
    else void answer(engine, message.id, message.name, message.ask);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unable', reason: reasonOf(error) });
}
