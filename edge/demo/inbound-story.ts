import { tellDelivery } from './delivery-story.ts';
import type { World } from './world.ts';

/** A phone texts the application: phone → carrier → number look-up → webhook → TwiML → carrier → phone. */
export async function tellInbound(world: World, text: string): Promise<void> {
  const { clock, facts, screen, carrier, number, phone } = world;
  screen.heading('A phone texts the weather application');
  facts.forget();
  const beganMs = clock.now();
  screen.step(0, 'phone', `${phone} texts “${text}” to ${number}`);
  const handedOver = carrier.phone(phone, number, text);
  const inbound = await facts.need(
    `the arrival of the text at the edge`,
    'message.accepted',
    (fact) => fact.direction === 'inbound' && fact.from === phone && fact.to === number,
  );
  screen.step(
    inbound.atMs - beganMs,
    'edge',
    `deliver_sm from carrier ${inbound.carrier}; ${number} belongs to ${inbound.accountSid}`,
  );
  const outcome = await handedOver;
  if (outcome !== 'accepted') throw new Error(`the edge did not take the phone's message: ${outcome}`);
  const taken = await facts.need('the deliver_sm_resp', 'texted');
  screen.step(taken.atMs - beganMs, 'carrier', `deliver_sm_resp: ${inbound.sid} is on the edge's disk`);
  const asked = await facts.need(
    `the webhook of ${inbound.sid}`,
    'asked',
    ({ messageSid }) => messageSid === inbound.sid,
  );
  screen.step(
    asked.atMs - beganMs,
    'webhook',
    `the application is asked “${asked.body}”, X-Twilio-Signature valid`,
  );
  screen.step(asked.atMs - beganMs, 'TwiML', asked.twiml.replace(/^<\?xml[^>]*\?>/, ''));
  const reply = await facts.need(
    'the reply',
    'message.accepted',
    (fact) => fact.direction === 'outbound' && fact.from === number && fact.to === phone,
  );
  screen.step(reply.atMs - beganMs, 'edge', `${reply.sid} queued`);
  await tellDelivery(world, reply.sid, asked.answer, beganMs);
}
