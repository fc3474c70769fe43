import type { World } from './world.ts';

/** Where things are that a newcomer needs, beside the `World`. */
export interface Places {
  readonly proxy: string;
  readonly caFile: string;
  readonly smpp: string;
  readonly metrics: string;
  /** Its URL, and how to log in. */
  readonly console: string;
  readonly configFile: string;
  readonly logFile: string;
}

/** What somebody needs to send a message and place a call of their own. */
export function tellNewcomer(world: World, places: Places): void {
  const { screen, account, number, phone, api } = world;
  screen.heading('Now you');
  screen.field('API', api);
  screen.field('Account SID', account.sid);
  screen.field('Auth token', account.authToken);
  screen.field('From', `${number} (the account's own)`);
  screen.field('To', `${phone} (a phone of the loopback carrier; so is every other number)`);
  screen.line();
  screen.line("  Twilio's SDK as it is. Save this as send.mjs in the checkout:");
  screen.line();
  for (const line of program(world)) screen.line(line === '' ? line : `    ${line}`);
  screen.line();
  screen.line('  and run it in another terminal:');
  screen.line();
  screen.line(
    `    HTTP_PROXY=http://${places.proxy} NODE_EXTRA_CA_CERTS=${quoted(places.caFile)} node send.mjs`,
  );
  screen.line();
  screen.line('  (The SDK for Node reads HTTP_PROXY; those for other languages read HTTPS_PROXY.)');
  screen.line();
  screen.field('SMPP', `${places.smpp} (system_id: the account SID, password: the auth token)`);
  screen.field('Metrics', `${places.metrics}/metrics`);
  screen.field('Console', places.console);
  screen.field('Log', places.logFile);
  screen.field('Trace', `npx strowger trace --config ${quoted(places.configFile)}`);
}

/** The program a newcomer runs, line by line. */
const program = ({ account, number, phone }: World): readonly string[] => [
  "import twilio from 'twilio';",
  '',
  `const client = twilio('${account.sid}', '${account.authToken}');`,
  'const message = await client.messages.create({',
  `  from: '${number}',`,
  `  to: '${phone}',`,
  "  body: 'Hello from my own code',",
  '});',
  'const call = await client.calls.create({',
  `  from: '${number}',`,
  `  to: '${phone}',`,
  "  twiml: '<Response><Say>Hello from my own code</Say></Response>',",
  '});',
  'console.log(message.sid, message.status, call.sid, call.status);',
];

/** A word of a shell's command line. */
const quoted = (text: string): string =>
  /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
