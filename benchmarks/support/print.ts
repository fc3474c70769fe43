/** Writes one line for people. */
export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** A table for people: the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** 12345.6 → "12,346". */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const ms = (us: number): string => (us / 1000).toFixed(1);
export const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** One thing that must hold, and whether it does. */
export interface Claim {
  readonly claim: string;
  readonly holds: boolean;
}

/** Prints the claims and makes the exit status 1 if one of them does not hold. */
export function judge(claims: readonly Claim[]): void {
  for (const { claim, holds } of claims) say(`${holds ? 'holds         ' : 'DOES NOT HOLD '}  ${claim}`);
  if (claims.some(({ holds }) => !holds)) process.exitCode = 1;
}
