import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWav } from './sound.ts';

/** Recorded prompts of Debian's asterisk-core-sounds-en-wav: a person, at 8 kHz. */
const folder = '/usr/share/asterisk/sounds/en_US_f_Allison';

/** What a person says in the prompt of this name. */
export const said = (name: string): Int16Array =>
  readWav(readFileSync(join(folder, `${name}.wav`))).channels[0] ?? new Int16Array();
