import { numberedError } from '../../control/errors/errors.ts';

/** What is wrong with a document: one of Twilio's numbered errors, with the detail that helps its author. */
export interface Fault {
  /** 12100, 14110, …: see `control/errors`. */
  readonly code: number;
  /** The error's name in Twilio's table, then what was found. Never the text of a message. */
  readonly message: string;
  /** Line of the document, from 1. */
  readonly line?: number;
}

/** A detail quotes names from a hostile document, so it is kept short. */
const detailMax = 200;

export function fault(code: number, detail: string, line?: number): Fault {
  const shown = detail.length > detailMax ? `${detail.slice(0, detailMax)}…` : detail;
  const message = `${numberedError(code).message}: ${shown}`;
  return line === undefined ? { code, message } : { code, message, line };
}

/** Collects the warnings of one document; past `max` it only keeps the first ones. */
export class Warnings {
  private readonly found: Fault[] = [];
  private readonly max: number;

  constructor(max = 50) {
    this.max = max;
  }

  add(code: number, detail: string, line: number): void {
    if (this.found.length < this.max) this.found.push(fault(code, detail, line));
  }

  get all(): readonly Fault[] {
    return this.found;
  }
}
