import type { CoreConfig } from '../../config/core.ts';
import { dataLayout } from '../../config/layout.ts';
import { askEdge } from '../../events/client.ts';
import { numberTest } from '../../inventory/test-question.ts';
import { outcomeOf, type Check, type Verdict } from '../../inventory/verdicts.ts';
import type { Books } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Call, type Command, type Outcome } from '../command.ts';
import { minuteText, timeJson, withNumbers } from './number-words.ts';

/** Numbers of one run; more are for the schedule. */
const numbersMax = 10_000;
const limitDefault = 50;
const limitMax = 100_000;
const whyMax = 29;

/** A number with what its last test found; null: it has not been tested. */
type Tested = readonly [e164: string, verdict: Verdict | null];

/** The numbers that a call of the command is for, or what is wrong with it. */
function wanted(call: Call<CoreConfig>, { numberLives }: Books): readonly string[] | string {
  const { args, options } = call;
  const carrier = textOption(call, 'carrier');
  const [held, imported] = [options['held'] === true, options['imported'] === true];
  const ways = [args.length > 0, held || imported || carrier !== undefined].filter((way) => way).length;
  if (ways !== 1 || (held && imported))
    return 'name the numbers, or say which: --carrier NAME, --held or --imported';
  if (args.length > 0) return args;
  const of = carrier === undefined ? {} : { carrier };
  const state = held ? ({ state: 'held' } as const) : imported ? ({ state: 'testing' } as const) : {};
  const found: string[] = [];
  for (const number of numberLives.walk({ ...of, ...state })) {
    const { e164, withheld } = number;
    if (number.state === 'portedout' || number.state === 'quarantine') continue;
    // What the operator holds back stays so, whatever a test finds.
    if (withheld !== null && withheld.by !== 'test') continue;
    if (found.push(e164) >= numbersMax) break;
  }
  return found;
}

const test: Command<CoreConfig> = {
  name: 'number test',
  summary: 'have the running edge text and call numbers through their carriers, and see both come back',
  arguments: [{ name: '+E164', summary: 'numbers', optional: true, variadic: true }],
  options: [
    { flags: '--carrier <name>', summary: 'those that this carrier brought' },
    { flags: '--held', summary: 'those that are held back for a test that they failed' },
    { flags: '--imported', summary: 'those that wait for their first test' },
  ],
  needs: 'config',
  run: async (call, config) => {
    const numbers = await withNumbers(config, (books) => Promise.resolve(wanted(call, books)));
    if (typeof numbers === 'string') return refused(numbers);
    if (numbers.length === 0) return done([], 'no numbers to test');
    const tested: Tested[] = [];
    for (let at = 0; at < numbers.length; at += numberTest.numbersMax) {
      const some = numbers.slice(at, at + numberTest.numbersMax);
      const verdicts = await askVerdicts(config, some);
      if (typeof verdicts === 'string') return refused(verdicts);
      tested.push(...verdicts);
      if (call.io.errIsTerminal) call.io.err(`\rtested ${tested.length} of ${numbers.length}`);
    }
    if (call.io.errIsTerminal) call.io.err('\r\u001b[K');
    return report(tested, config);
  },
};

async function askVerdicts(
  { data }: CoreConfig,
  numbers: readonly string[],
): Promise<readonly Tested[] | string> {
  const { controlSocket } = dataLayout(data);
  const answer = await askEdge(controlSocket, numberTest.ask, numberTest.question(numbers));
  if (!answer.ok)
    return answer.error.kind === 'notRunning'
      ? 'the edge is not running: it is what texts and calls (strowger up)'
      : answer.error.reason;
  return numberTest.verdictsOf(answer.value) ?? 'the running edge is of another build than this command';
}

/** What a run has found; whatever has not passed is a refusal. */
async function report(tested: readonly Tested[], config: CoreConfig): Promise<Outcome> {
  const rows = await withNumbers(config, ({ inventory }) =>
    Promise.resolve(
      tested.map(([e164, verdict]) => ({ e164, verdict, state: inventory.number(e164)?.state })),
    ),
  );
  const shown = {
    json: rows.map(({ e164, verdict, state }) => ({ ...testedJson(e164, verdict), state: state ?? null })),
    text: columnsText([
      ['NUMBER', 'NOW', 'MESSAGE', 'CALL'],
      ...rows.map(({ e164, verdict, state }) => [e164, state ?? '', ...cells(verdict, state === undefined)]),
    ]),
  };
  const passed = rows.filter(({ verdict }) => verdict !== null && outcomeOf(verdict) === 'passed').length;
  return passed === rows.length
    ? { kind: 'done', ...shown }
    : refused(`${rows.length - passed} of ${rows.length} numbers did not pass`, shown);
}

const checkJson = (check: Check) => ({ result: check.kind, why: 'why' in check ? check.why : null });

const testedJson = (e164: string, verdict: Verdict | null) => ({
  e164,
  result: verdict === null ? null : outcomeOf(verdict),
  tested: timeJson(verdict?.atMs),
  message: verdict === null ? null : checkJson(verdict.message),
  call: verdict === null ? null : checkJson(verdict.call),
});

/** What a test found, by message and by call. */
function cells(verdict: Verdict | null, unknown: boolean): readonly string[] {
  if (verdict === null) return [unknown ? 'not in the inventory' : '', ''];
  return [checkText(verdict.message), checkText(verdict.call)];
}

function checkText(check: Check): string {
  switch (check.kind) {
    case 'passed':
      return 'passed';
    case 'notTried':
      return '-';
    case 'undone':
    case 'failed':
      return check.why.slice(0, whyMax);
  }
}

const tests: Command<CoreConfig> = {
  name: 'number tests',
  summary: 'what the last test of each number found',
  options: [
    { flags: '--failed', summary: 'failures alone' },
    { flags: '--after <+E164>', summary: 'begin after this number' },
    { flags: '--limit <n>', summary: `how many (default: ${limitDefault})` },
  ],
  needs: 'config',
  run: (call, config) =>
    withNumbers(config, ({ numberLives }) => {
      const limit = Number(textOption(call, 'limit') ?? limitDefault);
      if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
        return Promise.resolve(refused(`--limit is from 1 to ${limitMax}`));
      const rows: (readonly [e164: string, verdict: Verdict])[] = [];
      for (const row of numberLives.verdicts.all(textOption(call, 'after'))) {
        if (call.options['failed'] === true && outcomeOf(row[1]) !== 'failed') continue;
        rows.push(row);
        if (rows.length >= limit) break;
      }
      if (rows.length === 0) return Promise.resolve(done([], 'no tests'));
      const text = columnsText([
        ['NUMBER', 'TESTED', 'MESSAGE', 'CALL'],
        ...rows.map(([e164, verdict]) => [e164, minuteText(verdict.atMs), ...cells(verdict, false)]),
      ]);
      return Promise.resolve(
        done(
          rows.map(([e164, verdict]) => testedJson(e164, verdict)),
          text,
        ),
      );
    }),
};

export const testCommands: readonly Command<CoreConfig>[] = [test, tests];
