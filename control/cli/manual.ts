import { defaultFiles } from '../config/load.ts';
import type { Command } from './command.ts';
import type { CoreConfig } from '../config/core.ts';

/** The part of a command that the manual tells of; see `Command`. */
export type Described = Pick<Command<CoreConfig>, 'name' | 'summary' | 'arguments' | 'options'>;

/** Text as roff shows it, whatever it holds: an escape is a backslash, a hyphen not a dash, a first dot no request. */
export const roffText = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/\s+/g, ' ')
    .replace(/^([.'])/, '\\&$1');

const bold = (text: string): string => `\\fB${roffText(text)}\\fR`;
const italic = (text: string): string => `\\fI${roffText(text)}\\fR`;

/** Flags as commander reads them (`--to <file>`), the value in italics. */
const flagsText = (flags: string): string =>
  flags
    .split(' ')
    .map((word) => (word.startsWith('<') ? italic(word.slice(1, -1)) : bold(word)))
    .join(' ');

const item = (tag: string, text: string): readonly string[] => ['.TP', tag, roffText(text)];

function commandLines({ name, summary, arguments: args = [], options = [] }: Described): readonly string[] {
  const shown = args.map((argument) => {
    const { name: word, optional, variadic } = { optional: false, variadic: false, ...argument };
    const repeated = `${italic(word)}${variadic ? ' ...' : ''}`;
    return optional ? `[${repeated}]` : repeated;
  });
  const tags = [bold(`strowger ${name}`), ...(options.length > 0 ? ['[options]'] : []), ...shown];
  const details = [
    ...args.flatMap((argument) => item(italic(argument.name), argument.summary)),
    ...options.flatMap((option) =>
      item(flagsText(option.flags), `${option.summary}${option.required === true ? ' (required)' : ''}`),
    ),
  ];
  const inner = details.length === 0 ? [] : ['.RS', ...details, '.RE'];
  return [...item(tags.join(' '), summary), ...inner];
}

/** strowger(1), in the macros of man(7). */
export function manualPage(version: string, commands: readonly Described[]): string {
  return [
    `.TH STROWGER 1 "" "strowger ${roffText(version)}" "Strowger"`,
    '.SH NAME',
    'strowger \\- a carrier-edge appliance for messages and calls',
    '.SH SYNOPSIS',
    `${bold('strowger')} [${bold('--config')} ${italic('file')}] [${bold('--json')}] ${italic('command')} [${italic('options')}]`,
    '.SH DESCRIPTION',
    'Carriers are on one side (SMPP for messages, SIP and RTP for calls), web applications of tenants on the other:',
    "a REST API, signed webhooks and TwiML, as Twilio's SDKs and applications written for Twilio expect them.",
    '.SH OPTIONS',
    ...item(flagsText('--config <file>'), `configuration (default: ${defaultFiles.join(', then ')})`),
    ...item(bold('--json'), 'print one JSON value'),
    ...item(bold('--help'), 'after any command: what it takes'),
    '.SH COMMANDS',
    ...commands.toSorted((a, b) => (a.name < b.name ? -1 : 1)).flatMap(commandLines),
    '.SH EXIT STATUS',
    ...item('0', 'done'),
    ...item('1', 'refused or failed; standard error says why'),
    ...item('2', 'wrong usage'),
    '.SH FILES',
    ...item('/etc/strowger/strowger.yaml', 'configuration of the service'),
    ...item('/var/lib/strowger', 'store, media and recordings'),
    ...item('/etc/credstore/strowger.seal\\-key', 'the key that seals secrets, where it is kept apart'),
    '.SH SEE ALSO',
    `.BR systemctl (1),\n.BR journalctl (1);\n${roffText('/usr/share/doc/strowger/README.md')}`,
    '',
  ].join('\n');
}
