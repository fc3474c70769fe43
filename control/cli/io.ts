/** How a command meets the world; tests give one that records. */
export interface Io {
  /** Standard output: results, with their line ends. */
  out(text: string): void;
  /** Standard error: refusals and remarks, with their line ends. */
  err(text: string): void;
  /** Whether standard error is a terminal, where progress may be shown. */
  readonly errIsTerminal: boolean;
  /** A secret: a line of a terminal, which does not show it, or of whatever standard input is. */
  readSecret(prompt: string): Promise<string>;
  /** Whether standard output is one, where colours may be shown. */
  readonly outIsTerminal: boolean;
  /** A signal that SIGINT and SIGTERM abort. A command that runs until then asks for it; the others just end. */
  untilStopped(): AbortSignal;
}
