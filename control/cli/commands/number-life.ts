import type { CoreConfig } from '../../config/core.ts';
import type { NumberLives } from '../../inventory/lives.ts';
import type { PhoneNumber } from '../../inventory/number.ts';
import type { Result } from '../../base/result.ts';
import { done, refused, textOption, type Call, type Command } from '../command.ts';
import { numberArgument, unavailableWords, unknownWords, withNumbers } from './number-words.ts';

const reasonMax = 200;

type Fault = 'unknown' | 'taken' | 'portedout' | 'notHeld' | 'notPortedOut';

const faultWords: Readonly<Record<Fault, string>> = {
  unknown: unknownWords,
  taken: unavailableWords.taken,
  portedout: 'has been ported out already',
  notHeld: 'is not held back',
  notPortedOut: 'is here: it has not been ported out',
};

/** A command that takes one number a step on in its life. */
const step = (
  name: string,
  summary: string,
  turn: (
    lives: NumberLives,
    e164: string,
    call: Call<CoreConfig>,
  ) => Promise<Result<PhoneNumber, Fault>> | string,
  options: Command<CoreConfig>['options'] = [],
): Command<CoreConfig> => ({
  name: `number ${name}`,
  summary,
  arguments: [numberArgument],
  options,
  needs: 'config',
  run: (call, config) =>
    withNumbers(config, async ({ numberLives }) => {
      const [e164 = ''] = call.args;
      const turned = await turn(numberLives, e164, call);
      if (typeof turned === 'string') return refused(turned);
      if (!turned.ok) return refused(`${e164} ${faultWords[turned.error]}`);
      const { state } = turned.value;
      return done({ e164, state }, `${e164} is ${state === 'portedout' ? 'ported out' : state}`);
    }),
});

export const lifeCommands: readonly Command<CoreConfig>[] = [
  step(
    'hold',
    'keep a number that nobody has from sale',
    (lives, e164, call) => {
      const reason = textOption(call, 'reason')?.trim() ?? '';
      return reason === '' || reason.length > reasonMax
        ? `a reason has 1 to ${reasonMax} characters`
        : lives.hold(e164, reason);
    },
    [{ flags: '--reason <text>', summary: 'why, for those who find it held', required: true }],
  ),
  step('unhold', 'let go of a number that is held back', (lives, e164) => lives.unhold(e164)),
  step('port-out', 'note that another network has a number; its holder loses it', (lives, e164) =>
    lives.portOut(e164),
  ),
  step('port-in', 'note that a number that was ported out is back', (lives, e164) => lives.portIn(e164)),
];
