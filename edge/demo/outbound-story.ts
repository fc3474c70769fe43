import { tellDelivery } from './delivery-story.ts';
import type { World } from './world.ts';

const requestMs = 10_000;

/** The application sends by REST: REST → queue → carrier → phone → receipt → status callbacks. */
export async function tellOutbound(world: World, text: string): Promise<void> {
  const { clock, facts, screen, number, pacePerSecond } = world;
  screen.heading('The application sends the morning forecast');
  facts.forget();
  const beganMs = clock.now();
  const path = `/2010-04-01/Accounts/${world.account.sid}/Messages.json`;
  screen.step(0, 'app', `POST ${path}`);
  const { sid, status } = await create(world, path, text);
  screen.step(
    clock.now() - beganMs,
    'edge',
    `201: ${sid} ${status}, on disk; ${number} sends ${pacePerSecond} a second`,
  );
  await tellDelivery(world, sid, text, beganMs);
  const last = await facts.need(
    `the status callback of ${sid}`,
    'told',
    (fact) => fact.messageSid === sid && fact.status === 'delivered',
  );
  const told = facts.all('told', ({ messageSid }) => messageSid === sid).map((fact) => fact.status);
  screen.step(last.atMs - beganMs, 'callback', `${told.join(', ')}; X-Twilio-Signature valid`);
}

/** Creates a message with the request that Twilio's helper libraries send. */
async function create(
  { api, account, number, phone, statusCallback }: World,
  path: string,
  text: string,
): Promise<{ readonly sid: string; readonly status: string }> {
  const credentials = Buffer.from(`${account.sid}:${account.authToken}`).toString('base64');
  const response = await fetch(api + path, {
    method: 'POST',
    headers: { Authorization: `Basic ${credentials}`, Accept: 'application/json' },
    body: new URLSearchParams({ To: phone, From: number, Body: text, StatusCallback: statusCallback }),
    signal: AbortSignal.timeout(requestMs),
  });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  const { sid, status } = answer;
  if (response.status === 201 && typeof sid === 'string' && typeof status === 'string')
    return { sid, status };
  throw new Error(`the edge answered ${response.status} to the POST: ${String(answer['message'])}`);
}
