import { fuzzer as authorization } from './authorization.ts';
import { fuzzer as capture } from './capture.ts';
import { fuzzer as form } from './form.ts';
import type { Fuzzer } from './fuzzer.ts';
import { fuzzer as mp3 } from './mp3.ts';
import { fuzzer as multipart } from './multipart.ts';
import { fuzzer as pdu } from './pdu.ts';
import { fuzzer as reassembly } from './reassembly.ts';
import { fuzzer as receipt } from './receipt.ts';
import { fuzzer as routes } from './routes.ts';
import { fuzzer as sdp } from './sdp.ts';
import { fuzzer as sipMessage } from './sip-message.ts';
import { fuzzer as soundFile } from './sound-file.ts';
import { fuzzer as ssml } from './ssml.ts';
import { fuzzer as streamMessage } from './stream-message.ts';
import { fuzzer as text } from './text.ts';
import { fuzzer as twiml } from './twiml.ts';
import { fuzzer as webhookUrl } from './webhook-url.ts';

/** Every fuzzer, and how many inputs it makes in a test run. */
export const fuzzers: readonly (readonly [Fuzzer, rounds: number])[] = [
  [authorization, 20_000],
  [capture, 3_000],
  [form, 20_000],
  [mp3, 200],
  [multipart, 3_000],
  [pdu, 40_000],
  [reassembly, 20_000],
  [receipt, 20_000],
  [routes, 2_000],
  [sdp, 10_000],
  [sipMessage, 10_000],
  [soundFile, 1_500],
  [ssml, 10_000],
  [streamMessage, 10_000],
  [text, 20_000],
  [twiml, 5_000],
  [webhookUrl, 10_000],
];
