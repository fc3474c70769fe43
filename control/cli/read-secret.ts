import type { ReadStream } from 'node:tty';

const secretMaxCharacters = 1_024;

/** A line that is typed into a terminal and not shown. Backspace takes back a character, Ctrl-C rejects. */
export function readHidden(
  terminal: ReadStream,
  prompt: (text: string) => void,
  words: string,
): Promise<string> {
  prompt(words);
  terminal.setRawMode(true);
  terminal.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void): void => {
      terminal.off('data', take);
      terminal.setRawMode(false);
      terminal.pause();
      prompt('\n');
      settle();
    };
    const take = (text: string): void => {
      for (const character of text) {
        if (character === '\r' || character === '\n' || character === '\u0004')
          return end(() => resolve(typed));
        if (character === '\u0003') return end(() => reject(new Error('stopped')));
        if (character === '\u007f' || character === '\b') typed = Array.from(typed).slice(0, -1).join('');
        else if (typed.length < secretMaxCharacters) typed += character;
      }
    };
    terminal.on('data', take);
    terminal.resume();
  });
}

/** The first line of a stream. */
export async function readLine(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk.toString();
    if (text.includes('\n') || text.length > secretMaxCharacters) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
