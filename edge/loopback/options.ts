import { smscOptions } from './smsc-options.ts';
import { trunkOptions } from './voice/options.ts';

/** Options of `strowger loopback`, as the command line declares them. */
export const loopbackOptions = [...smscOptions, ...trunkOptions];
