import type { ProgramOptions } from '../program/program.ts';

/** What may run on a called party before it is connected: anything but leading it elsewhere (13201). */
export const whisperVerbs: NonNullable<ProgramOptions['only']> = {
  verbs: new Set([
    'say',
    'play',
    'pause',
    'gather',
    'record',
    'hangup',
    'redirect',
    'message',
    'start',
    'stop',
  ]),
  code: 13201,
};
