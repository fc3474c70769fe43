import { parseBasic } from '../../edge/http/authorization.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const pieces: readonly string[] = [
  'Basic ', 'basic ', 'Basic', 'Bearer ', ' ', '\t', '=', '==', '===', ':', 'dXNlcjpwYXNz', 'Og==', 'OnA=', 'dTo=', '!', '\0', 'é', '-_',
  '____', 'gIA6', '//79', ',', 'Basic dTpw', 'A'.repeat(300), 'QUNy'.repeat(100),
]; // prettier-ignore

function header(dice: Dice): string {
  if (dice.int(4) === 0) return `Basic ${dice.bytes(dice.int(60)).toString('base64')}`;
  let text = dice.int(2) === 0 ? 'Basic ' : '';
  for (let count = dice.int(8); count > 0; count--) text += dice.pick(pieces);
  return text;
}

/** Authorization headers of every kind: credentials come only out of what encodes them. */
const fuzzer: Fuzzer = {
  name: 'authorization',
  attack(dice) {
    const text = header(dice);
    const found = parseBasic(text);
    if (found === undefined) return;
    if (text.length > 1024) throw new Error('took an overlong header');
    if (found.user === '' || found.user.includes(':'))
      throw new Error(`impossible user ${JSON.stringify(found.user)}`);
    const again = parseBasic(`Basic ${Buffer.from(`${found.user}:${found.password}`).toString('base64')}`);
    // Bytes that are not UTF-8 become U+FFFD, which is three bytes: the copy may be too long, but not another.
    if (again !== undefined && (again.user !== found.user || again.password !== found.password)) {
      throw new Error('the credentials do not survive being written again');
    }
  },
};

export { fuzzer };
