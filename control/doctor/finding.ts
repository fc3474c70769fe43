/** What one look at the machine found. */
export interface Finding {
  /**
   * `wrong` keeps the edge from doing its work some day; `advice` makes it do it better; `host` is advice to whoever
   * runs the machine that this container is on, for nothing can be done about it from inside.
   */
  readonly verdict: 'ok' | 'host' | 'advice' | 'wrong';
  readonly subject: string;
  /** What was found, and where it is not well, why that matters. */
  readonly words: string;
  /** What to do next; '' where nothing is to be done. */
  readonly remedy: string;
}

export const well = (subject: string, words: string): Finding => ({
  verdict: 'ok',
  subject,
  words,
  remedy: '',
});
export const advice = (subject: string, words: string, remedy: string): Finding => ({
  verdict: 'advice',
  subject,
  words,
  remedy,
});
/** Advice that nobody in this container can follow. */
export const outside = ({ subject, words, remedy }: Finding): Finding => ({
  verdict: 'host',
  subject,
  words,
  remedy: `on the host: ${remedy}`,
});
export const wrong = (subject: string, words: string, remedy: string): Finding => ({
  verdict: 'wrong',
  subject,
  words,
  remedy,
});
