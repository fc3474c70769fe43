/** What one check found. `words` says to a person what is wrong, or how things are. */
export interface Finding {
  readonly ok: boolean;
  readonly words: string;
}

export interface HealthReport {
  /** All checks are well. */
  readonly ok: boolean;
  readonly checks: readonly (Finding & { readonly name: string })[];
}

/** Named checks that rooms register and `/healthz` runs. A check is quick and looks only at what is in memory. */
export class Health {
  private readonly checks = new Map<string, () => Finding>();

  /** Adds a check; the function given back removes it. A second check of one name is our own mistake and throws. */
  register(name: string, check: () => Finding): () => void {
    if (this.checks.has(name)) throw new Error(`the health check ${name} exists already`);
    this.checks.set(name, check);
    return () => void this.checks.delete(name);
  }

  report(): HealthReport {
    const checks = [...this.checks].map(([name, check]) => ({ name, ...run(check) }));
    return { ok: checks.every((check) => check.ok), checks };
  }
}

function run(check: () => Finding): Finding {
  try {
    return check();
  } catch (error) {
    return { ok: false, words: `the check failed: ${error instanceof Error ? error.message : 'unknown'}` };
  }
}

/** The report as lines for a person, what is wrong first. */
export function healthText(report: HealthReport): string {
  const line = (check: Finding & { readonly name: string }): string =>
    `${check.ok ? 'ok   ' : 'WRONG'} ${check.name}: ${check.words}`;
  const sorted = [...report.checks].sort((a, b) => Number(a.ok) - Number(b.ok));
  return `${[report.ok ? 'ok' : 'not ok', ...sorted.map(line)].join('\n')}\n`;
}
