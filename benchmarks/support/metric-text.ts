/** A metric as its text shows it. */
export interface ShownMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Reads the text format 0.0.4 of Prometheus as far as prom-client writes it. */
export function readMetrics(text: string): readonly ShownMetric[] {
  return text
    .split(/^# HELP /m)
    .slice(1)
    .map((part) => {
      const [, type = ''] = /^# TYPE \S+ (\w+)$/m.exec(part) ?? [];
      const lines = part.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return {
        name: part.slice(0, part.indexOf(' ')),
        type: type as ShownMetric['type'],
        series: lines.slice(1).map((line) => ({
          labels: Object.fromEntries(
            Array.from(line.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, name = '', value = '']) => [
              name,
              value,
            ]),
          ),
          value: Number(line.slice(line.lastIndexOf(' ') + 1)),
        })),
      };
    });
}

/** How many series Prometheus keeps of it. */
export const seriesOf = (text: string): number => text.match(/^[a-z]/gm)?.length ?? 0;
