import { join } from 'node:path';
import type { Clock } from '../../control/base/clock.ts';
import { runTool } from '../../media/speech/tool.ts';
import type { World } from './world.ts';

/** The user presses a key after the edge has been silent for so long. */
const pauseMs = 700;

/**
 * A phone calls the application: phone → trunk → number look-up → webhook → TwiML → speech → digit → webhook → speech.
 * What the phone hears is left in a WAV file.
 */
export async function tellCall(world: World): Promise<void> {
  const { clock, facts, screen, trunk, number, phone } = world;
  screen.heading('A phone calls the weather application');
  facts.forget();
  const beganMs = clock.now();
  const told = (atMs: number, who: string, text: string): void => screen.step(atMs - beganMs, who, text);
  const recordTo = join(world.recordings, 'weather-call.wav');
  await trunk.call(phone, number, {
    presses: [{ digits: '1', when: { kind: 'pause', silenceMs: pauseMs } }],
    recordTo,
  });
  const dialled = await facts.need('the call of the phone', 'dialled');
  const { call } = dialled;
  told(dialled.atMs, 'phone', `${phone} dials ${number} (INVITE, Call-ID ${dialled.callId})`);
  // A call that comes to nothing says so at once, rather than after the patience for an answer.
  const refused = facts
    .need('', 'refused', (fact) => fact.call === call)
    .then(
      ({ status }) => Promise.reject(new Error(`the edge refused the phone's call with ${status}`)),
      () => new Promise<never>(() => undefined),
    );
  const ringing = await Promise.race([
    facts.need('the arrival of the call at the edge', 'call.status', (fact) => fact.from === phone),
    refused,
  ]);
  const { sid } = ringing;
  told(
    ringing.atMs,
    'edge',
    `INVITE from carrier ${ringing.carrier}; ${number} belongs to ${ringing.accountSid}: ${sid} is ${ringing.status}`,
  );
  const asked = await facts.need(
    `the webhook of ${sid}`,
    'called',
    (fact) => fact.callSid === sid && fact.digits === '',
  );
  told(asked.atMs, 'webhook', `the application is asked about ${asked.from}, X-Twilio-Signature valid`);
  told(asked.atMs, 'TwiML', bare(asked.twiml));
  const answered = await facts.need('the answer', 'answered', (fact) => fact.call === call);
  told(answered.atMs, 'phone', 'the edge has answered, and speaks');
  const pressed = await facts.need('the digit of the phone', 'pressed', (fact) => fact.call === call);
  told(pressed.atMs, 'phone', `the edge has spoken and pauses; ${phone} presses ${pressed.digits}`);
  const gathered = await facts.need(
    `the digits of ${sid}`,
    'called',
    (fact) => fact.callSid === sid && fact.digits !== '',
  );
  told(gathered.atMs, 'webhook', `the application gets Digits=${gathered.digits}, X-Twilio-Signature valid`);
  told(gathered.atMs, 'TwiML', bare(gathered.twiml));
  const ended = await facts.need('the end of the call', 'ended', (fact) => fact.call === call);
  const by = ended.by === 'peer' ? 'BYE from the edge' : `the call ended by ${ended.by}`;
  told(ended.atMs, 'phone', `${by} after ${seconds(ended.durationMs)}`);
  const heard = await facts.need(
    `the status callback of ${sid}`,
    'call-told',
    (fact) => fact.callSid === sid,
  );
  told(heard.atMs, 'callback', `${heard.status} after ${heard.durationS} s; X-Twilio-Signature valid`);
  const recorded = await facts.need('the recording', 'recorded', (fact) => fact.call === call);
  told(
    recorded.atMs,
    'phone',
    `has recorded ${seconds(recorded.durationMs)}. Listen to it: ${recorded.file}`,
  );
}

/** Throws what to do where the edge could not speak. */
export async function needSpeech(clock: Clock): Promise<void> {
  const options = {
    command: 'espeak-ng',
    args: ['--version'],
    input: '',
    timeoutMs: 10_000,
    outputMaxBytes: 65_536,
  };
  const run = await runTool({ ...options, clock });
  if (!run.ok) throw new Error('espeak-ng is missing, so the edge cannot speak: ./setup run installs it');
}

const bare = (twiml: string): string => twiml.replace(/^<\?xml[^>]*\?>/, '');

const seconds = (durationMs: number): string => `${(durationMs / 1_000).toFixed(1)} s`;
