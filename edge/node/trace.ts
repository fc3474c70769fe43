import { existsSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../control/base/clock.ts';
import { assertNever, fail, type Result } from '../../control/base/result.ts';
import { withBooks } from '../../control/cli/books.ts';
import {
  done,
  refused,
  textOption,
  type Call,
  type Command,
  type Outcome,
} from '../../control/cli/command.ts';
import { trace as liveTrace } from '../../control/cli/commands/trace.ts';
import { dataLayout } from '../../control/config/layout.ts';
import type { Json } from '../../control/events/protocol.ts';
import type { Subject } from '../capture/correlate/subject.ts';
import { Trace } from '../capture/correlate/trace.ts';
import { Dissector } from '../capture/events/dissector.ts';
import type { WireEvent } from '../capture/events/wire-event.ts';
import { buildLadder, LadderBuilder } from '../capture/ladder/build.ts';
import { LadderText, ladderText } from '../capture/ladder/text.ts';
import type { Row } from '../capture/ladder/ladder.ts';
import { followRing } from '../capture/ring/follow.ts';
import { listSegments } from '../capture/ring/segments.ts';
import { collect, packetsOf } from '../capture/trace/collect.ts';
import { Duplicates } from '../capture/trace/duplicates.ts';
import { localAddresses, namesOf } from '../capture/trace/names.ts';
import { nothingOf } from '../capture/trace/nothing.ts';
import { writePcap } from '../capture/trace/pcap-out.ts';
import { wantedCall, wantedLink, wantedMessage, type Wanted } from '../capture/trace/subjects.ts';
import type { Config } from '../config.ts';

const widthMax = 100;
const linkMinutes = 10;

/** `strowger trace`: live events, as `control` has it, and with `--call`, `--message` or `--link` what was on the wire. */
export const trace = (clock: Clock): Command<Config> => ({
  name: 'trace',
  summary: 'recent alerts, then messages and calls as they happen; or what was on the wire of one of them',
  arguments: liveTrace.arguments ?? [],
  options: [
    { flags: '--call <sid>', summary: 'the SIP of a call and of the calls it dialled, and their sound' },
    { flags: '--message <sid>', summary: 'the SMPP of a message and its receipts' },
    {
      flags: '--link <carrier>',
      summary: `all signalling with a carrier, of the last ${linkMinutes} minutes`,
    },
    { flags: '--minutes <n>', summary: 'with --link: of so many minutes' },
    { flags: '--follow', summary: 'with one of these: goes on with what comes, until Ctrl-C' },
    { flags: '--pcap <file>', summary: 'writes the packets to a file for Wireshark, instead' },
    { flags: '--lines', summary: 'shows each message below its arrow, too' },
    { flags: '--bodies', summary: 'shows texts, digits and other bodies, which are masked otherwise' },
    ...(liveTrace.options ?? []),
  ],
  needs: 'config',
  run: async (call, config) => {
    const subjects = ['call', 'message', 'link'].filter((name) => textOption(call, name) !== undefined);
    if (subjects.length === 0) return runLive(call, config);
    if (subjects.length > 1 || call.args.length > 0)
      return refused('one trace is about one thing: give --call, --message or --link alone');
    const { captures, storeFile } = dataLayout(config.data);
    if (config.capture === null && listSegments(captures).length === 0)
      return refused(
        'no packets are captured here: write `capture: {}` into the configuration and restart the edge ' +
          '(strowger doctor says what else that needs)',
      );
    if (!existsSync(storeFile)) return refused(`${config.data} holds no store: this edge has not run yet`);
    const wanted = await wantedOf(call, config, clock);
    if (!wanted.ok) return refused(wanted.error);
    const view = {
      title: `${subjects[0] ?? ''} ${textOption(call, subjects[0] ?? '') ?? ''}`,
      nameOf: namesOf(config, localAddresses()),
      unmasking: { bodies: call.options['bodies'] === true },
    };
    const file = textOption(call, 'pcap');
    if (call.options['follow'] !== true) return show(call, captures, wanted.value, view, file);
    if (file !== undefined) return refused('--pcap writes what has passed: leave out --follow');
    const sid = textOption(call, 'call');
    if (sid === undefined) return follow(call, captures, wanted.value, view, () => []);
    // The store stays open: it knows of legs that begin later.
    return withBooks(config, ({ store }) =>
      follow(call, captures, wanted.value, view, () => callIdsOf(wantedCall(store, sid, clock))),
    );
  },
});

type View = ConstructorParameters<typeof LadderBuilder>[0] & { readonly title: string };

function runLive(call: Call<Config>, config: Config): Promise<Outcome> {
  for (const name of ['follow', 'pcap', 'lines', 'bodies', 'minutes'])
    if (call.options[name] !== undefined && call.options[name] !== false)
      return Promise.resolve(refused(`--${name} goes with --call, --message or --link`));
  return liveTrace.needs === 'config' ? liveTrace.run(call, config) : liveTrace.run(call);
}

function wantedOf(call: Call<Config>, config: Config, clock: Clock): Promise<Result<Wanted, string>> {
  const [callSid, messageSid] = [textOption(call, 'call'), textOption(call, 'message')];
  if (callSid !== undefined)
    return withBooks(config, ({ store }) => Promise.resolve(wantedCall(store, callSid, clock)));
  if (messageSid !== undefined)
    return withBooks(config, ({ store }) => Promise.resolve(wantedMessage(store, messageSid, clock)));
  const minutes = Number(textOption(call, 'minutes') ?? linkMinutes);
  if (!(minutes > 0)) return Promise.resolve(fail('--minutes takes a number above 0'));
  const untilMs = clock.now();
  const window = { fromMs: untilMs - minutes * 60_000, untilMs };
  const resolve = (host: string): Promise<readonly string[]> =>
    lookup(host, { all: true }).then(
      (found) => found.map(({ address }) => address),
      () => [],
    );
  return wantedLink(config.carriers, textOption(call, 'link') ?? '', window, resolve);
}

async function show(
  call: Call<Config>,
  captures: string,
  wanted: Wanted,
  view: View,
  file: string | undefined,
): Promise<Outcome> {
  const collected = await collect(captures, wanted);
  const ladder = buildLadder(collected, view);
  if (ladder.rows.length === 0) return refused([nothingOf(captures, wanted), ...ladder.remarks].join('; '));
  if (file !== undefined) {
    const exported = collected.events.some(({ transport }) => transport === 'tls');
    const packets = await writePcap(file, packetsOf(captures, wanted, collected), { exported });
    return done({ file, packets }, `${packets} packets in ${file}`);
  }
  const options = {
    width: widthMax,
    colour: call.io.outIsTerminal && !call.json,
    lines: call.options['lines'] === true,
  };
  return done(ladder as unknown as Json, ladderText(ladder, options).trimEnd());
}

const callIdsOf = (wanted: Result<Wanted, string>): readonly string[] =>
  wanted.ok && wanted.value.subject.kind === 'call' ? wanted.value.subject.callIds : [];

/**
 * The rows of what passed and of what comes, as they come; sound when the trace is stopped. `callIdsNow` tells of which
 * legs the call is made by now.
 */
async function follow(
  call: Call<Config>,
  captures: string,
  { subject, window }: Wanted,
  view: View,
  callIdsNow: () => readonly string[],
): Promise<Outcome> {
  const { io, json } = call;
  const stop = io.untilStopped();
  const found = new Trace(endless(subject));
  const dissector = new Dissector();
  const duplicates = new Duplicates();
  const builder = new LadderBuilder(view);
  const text = new LadderText({
    width: widthMax,
    colour: io.outIsTerminal && !json,
    lines: call.options['lines'] === true,
  });
  const write = (rows: readonly Row[]): void => {
    if (!json) io.out(text.write(builder.participants, rows));
    else for (const row of rows) io.out(`${JSON.stringify(row)}\n`);
  };
  const writeEvents = (events: readonly WireEvent[]): void =>
    write(events.flatMap((one) => builder.row(one) ?? []));
  const pause = async (ms: number): Promise<void> => {
    await wait(ms);
    writeEvents(found.learn(callIdsNow()));
  };
  if (!json) io.err('following; Ctrl-C ends\n');
  for await (const packet of followRing(captures, window.fromMs, stop, pause)) {
    if (duplicates.isOne(packet)) continue;
    for (const event of dissector.push(packet)) writeEvents(found.push(event));
  }
  write(found.end().streams.map((stream) => builder.sound(stream)));
  return { kind: 'written', status: 0 };
}

/** The subject while it goes on. */
function endless(subject: Subject): Subject {
  switch (subject.kind) {
    case 'call':
      return { ...subject, grows: true };
    case 'message':
      return { ...subject, untilUs: Infinity };
    case 'link':
      return subject;
    default:
      return assertNever(subject);
  }
}
