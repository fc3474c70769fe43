import type { World } from './world.ts';

/** The way of a message from the edge to the phone, and of its receipt back. */
export async function tellDelivery(world: World, sid: string, text: string, beganMs: number): Promise<void> {
  const { facts, screen, number, phone } = world;
  const sent = await facts.need(
    `the carrier's answer to the submit_sm of ${sid}`,
    'message.status',
    (fact) => fact.sid === sid && fact.status === 'sent',
  );
  const submitted = await facts.need(
    `the submit_sm of ${sid}`,
    'submitted',
    ({ messageId }) => messageId === sent.carrierId,
  );
  screen.step(
    submitted.atMs - beganMs,
    'carrier',
    `submit_sm taken, message_id ${submitted.messageId}: the message is sent`,
  );
  const received = await facts.need(
    `the arrival of ${sid} at ${phone}`,
    'received',
    (fact) => fact.from === number && fact.to === phone && fact.text === text,
  );
  screen.step(received.atMs - beganMs, 'phone', `${phone} shows “${received.text}”`);
  const reported = await facts.need(
    `the receipt of ${sid}`,
    'reported',
    (fact) => fact.messageId === submitted.messageId && fact.outcome === 'accepted',
  );
  const delivered = await facts.need(
    `the delivered status of ${sid}`,
    'message.status',
    (fact) => fact.sid === sid && fact.status === 'delivered',
  );
  screen.step(
    delivered.atMs - beganMs,
    'receipt',
    `${reported.state} for message_id ${reported.messageId}: the message is ${delivered.status}`,
  );
}
