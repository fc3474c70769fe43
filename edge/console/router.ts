import type { Page } from './page.ts';

export interface Found {
  readonly page: Page;
  readonly parts: Readonly<Record<string, string>>;
}

/** The page of a path: of several, the one that the table names first. */
export type Router = (path: string) => Found | undefined;

const segmentsMax = 8;

export function routerOf(pages: readonly Page[]): Router {
  const table = pages.map((page) => ({ page, segments: page.path.split('/') }));
  return (path) => {
    const segments = path.split('/', segmentsMax + 1);
    for (const { page, segments: wanted } of table) {
      const parts = match(wanted, segments);
      if (parts !== undefined) return { page, parts };
    }
    return undefined;
  };
}

function match(
  wanted: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (wanted.length !== segments.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const segment = segments[index] ?? '';
    if (!want.startsWith('{')) {
      if (want !== segment) return undefined;
      continue;
    }
    const value = decoded(segment);
    if (value === undefined || value === '') return undefined;
    parts[want.slice(1, -1)] = value;
  }
  return parts;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
