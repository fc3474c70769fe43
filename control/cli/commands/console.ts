import { assertNever, type Result } from '../../base/result.ts';
import type { CoreConfig } from '../../config/core.ts';
import type { Operator, OperatorFault } from '../../console/operators.ts';
import { generatePassword, passwordMaxCharacters, passwordMinCharacters } from '../../console/passwords.ts';
import { systemRandom } from '../../base/random.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, type Call, type Command, type Outcome } from '../command.ts';

const ask = {
  flags: '--ask',
  summary: 'read the password from the terminal, or from standard input; else one is made up and shown once',
};
const named = [{ name: 'NAME', summary: 'lower-case letters, digits and dashes' }];

function wordsOf(fault: OperatorFault, name: string): string {
  switch (fault) {
    case 'badName':
      return `${name}: a name is of 1 to 32 lower-case letters, digits and dashes`;
    case 'badPassword':
      return `a password is of ${passwordMinCharacters} to ${passwordMaxCharacters} characters`;
    case 'exists':
      return `${name} exists already; strowger console user password sets a new password`;
    case 'notFound':
      return `${name}: there is no such operator`;
    default:
      return assertNever(fault);
  }
}

/** Sets a password that is asked for or made up, and shows the latter. */
async function withPassword(
  { io, options, args: [name = ''] }: Call<CoreConfig>,
  set: (name: string, password: string) => Promise<Result<Operator, OperatorFault>>,
): Promise<Outcome> {
  const given = options['ask'] === true ? await io.readSecret(`Password of ${name}: `) : undefined;
  const password = given ?? generatePassword(systemRandom);
  const found = await set(name, password);
  if (!found.ok) return refused(wordsOf(found.error, name));
  return given === undefined
    ? done({ name, password }, `${name}: the password is ${password}\nIt is not shown again.`)
    : done({ name, password: null }, `${name}: the password is set`);
}

/** `strowger console user`: who may use the console as an operator. */
export const consoleCommands: readonly Command<CoreConfig>[] = [
  {
    name: 'console user add',
    summary: 'let an operator use the console',
    arguments: named,
    options: [ask],
    needs: 'config',
    run: (call, config) =>
      withBooks(config, ({ operators }) =>
        withPassword(call, (name, password) => operators.add(name, password)),
      ),
  },
  {
    name: 'console user password',
    summary: 'set an operator’s password anew, which ends all sessions of the operator',
    arguments: named,
    options: [ask],
    needs: 'config',
    run: (call, config) =>
      withBooks(config, ({ operators }) =>
        withPassword(call, (name, password) => operators.setPassword(name, password)),
      ),
  },
  {
    name: 'console user list',
    summary: 'the operators of the console',
    needs: 'config',
    run: (_, config) =>
      withBooks(config, ({ operators }) => {
        const rows = operators.list();
        const day = (ms: number): string => new Date(ms).toISOString();
        const text = columnsText([
          ['NAME', 'SINCE', 'PASSWORD OF'],
          ...rows.map(({ name, createdMs, changedMs }) => [
            name,
            day(createdMs).slice(0, 10),
            day(changedMs).slice(0, 10),
          ]),
        ]);
        const json = rows.map(({ name, createdMs, changedMs }) => ({
          name,
          created: day(createdMs),
          password_set: day(changedMs),
        }));
        return Promise.resolve(done(json, rows.length === 0 ? 'there is no operator yet' : text));
      }),
  },
  {
    name: 'console user remove',
    summary: 'let an operator use the console no longer; ends the operator’s sessions',
    arguments: named,
    needs: 'config',
    run: ({ args: [name = ''] }, config) =>
      withBooks(config, async ({ operators }) =>
        (await operators.remove(name))
          ? done({ name, removed: true }, `${name} is removed`)
          : refused(wordsOf('notFound', name)),
      ),
  },
];
