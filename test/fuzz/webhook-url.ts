import { parseOverrides } from '../../edge/webhook/overrides.ts';
import { nextHop } from '../../edge/webhook/redirects.ts';
import { signature } from '../../edge/webhook/signature.ts';
import { readTarget } from '../../edge/webhook/target.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const pieces: readonly string[] = [
  'http', 'https', 'ftp', 'javascript', ':', '//', '/', '\\', '@', '#', '?', '&', '=', '%', '%00', '%zz', '%40', '..', '.',
  '[', ']', '[::1]', '[::ffff:7f00:1]', '127.0.0.1', '0x7f.1', '2130706433', 'app.example', 'bücher.example', 'xn--', ':80',
  ':443', ':99999', 'bob:secret@', 'rc=3', 'rp=all', 'rp=', 'ct=1', 'rt=99999999999', 'tt=-1', ' ', '\t', '\n', '\0',
  '\ud800', '😀', 'é', "'", '"', '<', 'x'.repeat(5000), 'rp=' + 'ct,'.repeat(3000), 'a=b&'.repeat(2000),
]; // prettier-ignore

function text(dice: Dice): string {
  let made =
    dice.int(4) === 0
      ? ''
      : dice.pick(['http://app.example/', 'https://bob:x@app.example:8443/sms?x=1#rc=1']);
  for (let count = dice.int(10); count > 0; count--) {
    const at = dice.int(made.length + 1);
    made = made.slice(0, at) + dice.pick(pieces) + made.slice(at + dice.int(3));
  }
  return made;
}

/** Tenants' URLs and servers' Locations: always a result; what is read can be sent, and leaks no credentials. */
const fuzzer: Fuzzer = {
  name: 'webhook-url',
  attack(dice) {
    const read = readTarget(text(dice));
    const overrides = parseOverrides(text(dice));
    const numbers = [overrides.connectTimeoutMs, overrides.readTimeoutMs, overrides.totalTimeoutMs];
    if (numbers.some((ms) => !(ms >= 100 && ms <= 15_000))) throw new Error('a time-out is out of range');
    if (!(overrides.retries >= 0 && overrides.retries <= 5)) throw new Error('retries are out of range');
    if (!read.ok) return;
    const { url, origin, path } = read.value;
    const again = new URL(url);
    if (again.username !== '' || again.password !== '' || again.hash !== '')
      throw new Error('credentials are left');
    if (origin + path !== url || again.href !== url) throw new Error('what is signed is not what is sent');
    if (/[^\x21-\x7e]/.test(path)) throw new Error('the path cannot be sent');
    if (signature('token', url).length !== 28) throw new Error('no signature');
    const location = text(dice);
    const next = nextHop({ target: read.value, method: 'POST' }, dice.pick([301, 303, 307, 308]), location);
    if (next?.ok !== true) return;
    const { target } = next.value;
    if (!/^https?:$/.test(new URL(target.url).protocol)) throw new Error('led to another scheme');
    const ownCredentials = location.includes('@');
    if (!ownCredentials && target.authorization !== undefined && target.origin !== origin) {
      throw new Error('credentials went elsewhere');
    }
  },
};

export { fuzzer };
