import type { LegSample } from '../../media/quality/course.ts';
import type { LegQuality } from '../../media/quality/leg-quality.ts';
import type { Insight } from './insight.ts';
import type { Metric } from './insights-json.ts';

/** The samples of both directions in their order, the last of them at the call's end; none of a call without sound. */
export function metricsOf({ call, report }: Insight, samples: readonly LegSample[]): readonly Metric[] {
  const last = report?.sound ?? null;
  if (last === null) return [];
  const looks: readonly { readonly atMs: number; readonly sound: LegQuality }[] = [
    ...samples.map(({ atMs, figures }) => ({ atMs, sound: { codec: last.codec, ...figures } })),
    { atMs: call.endedMs, sound: last },
  ];
  return looks.flatMap(({ atMs, sound }, i) => {
    const before = looks[i - 1]?.sound;
    return (['inbound', 'outbound'] as const).map((direction) => ({ direction, atMs, sound, before }));
  });
}
