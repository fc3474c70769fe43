import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { definitions } from '../../control/metrics/definitions.ts';
import { Metrics } from '../../control/metrics/metrics.ts';
import { root } from '../support/root.ts';
import { checkExpressions, promtool } from './promtool.ts';

const files = join(root, 'ansible/roles/monitoring/files');
const rulesFile = join(files, 'strowger.rules.yml');
const cases = join(root, 'test/ansible/rules');

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
}
const rules = (
  parse(readFileSync(rulesFile, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] }
).groups.flatMap((group) => group.rules);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}
const dashboards = readdirSync(join(files, 'dashboards')).map((name) => ({
  name,
  dashboard: JSON.parse(readFileSync(join(files, 'dashboards', name), 'utf8')) as Dashboard,
}));
const drawn = dashboards.flatMap(({ dashboard }) =>
  dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
);

/** Names of our metrics in an expression, as they are defined: a histogram's without what Prometheus adds. */
const ours = (expression: string): readonly string[] => {
  const histograms = new Set<string>(
    Object.values(definitions)
      .filter(({ type }) => type === 'histogram')
      .map(({ name }) => name),
  );
  return (expression.match(/\bstrowger_[a-z_]+/g) ?? []).map((name) => {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    return histograms.has(base) ? base : name;
  });
};

describe('The alert rules', () => {
  it('fire when they must, and not when they must not', () => {
    promtool(['test', 'rules', ...readdirSync(cases).map((name) => join(cases, name))]);
  });

  it('have a case of both for each', () => {
    const fires = new Set<string>();
    const quiet = new Set<string>();
    for (const name of readdirSync(cases)) {
      const { tests } = parse(readFileSync(join(cases, name), 'utf8')) as {
        tests: readonly {
          alert_rule_test?: readonly { alertname: string; exp_alerts?: readonly unknown[] }[];
        }[];
      };
      for (const { alert_rule_test: asked = [] } of tests)
        for (const { alertname, exp_alerts: expected = [] } of asked)
          (expected.length > 0 ? fires : quiet).add(alertname);
    }
    const alerts = rules.flatMap(({ alert }) => alert ?? []);
    assert.deepEqual(Array.from(fires).sort(), alerts.toSorted());
    assert.deepEqual(Array.from(quiet).sort(), alerts.toSorted());
  });

  it('either wake somebody or wait for the morning', () => {
    for (const { alert, labels } of rules)
      if (alert !== undefined) assert.ok(['page', 'ticket'].includes(labels?.severity ?? ''), alert);
  });
});

describe('The metrics', () => {
  it('are named, described and shown as Prometheus would have it', async () => {
    const metrics = new Metrics({ processMetrics: false });
    metrics.instruments.messages('inbound', 'alpha', 'received').inc();
    metrics.instruments.submit('alpha', 'accepted').observe(0.1);
    metrics.instruments.webhookFailuresRecent.replace([[['other'], 0]]);
    assert.equal(promtool(['check', 'metrics'], (await metrics.scrape()).text), '');
  });
});

describe('Rules and dashboards', () => {
  const expressions = [...rules.map(({ expr }) => expr), ...drawn];

  it('name metrics that the edge has', () => {
    const known = new Set<string>(Object.values(definitions).map(({ name }) => name));
    for (const expression of expressions)
      for (const name of ours(expression)) assert.ok(known.has(name), `${name} in ${expression}`);
  });

  it('name records that there are', () => {
    const known = new Set(rules.flatMap(({ record }) => record ?? []));
    for (const expression of expressions)
      for (const name of expression.match(/\bstrowger:[a-z0-9_:]+/g) ?? [])
        assert.ok(known.has(name), `${name} in ${expression}`);
  });

  it('name figures of the process that prom-client gives', async () => {
    const { text } = await new Metrics({ processMetrics: true }).scrape();
    for (const expression of expressions)
      for (const name of expression.match(/\b(nodejs|process)_[a-z0-9_]+/g) ?? [])
        assert.ok(text.includes(`# TYPE ${name.replace(/_(bucket|sum|count)$/, '')} `), name);
  });
});

describe('The dashboards', () => {
  it('ask what Prometheus understands', () => {
    checkExpressions(
      drawn.map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, '.*')),
    );
  });

  it('have names of their own', () => {
    const uids = dashboards.map(({ dashboard }) => dashboard.uid);
    assert.equal(new Set(uids).size, uids.length);
    for (const { dashboard } of dashboards) assert.match(dashboard.title, /^Strowger: /);
  });

  for (const { name, dashboard } of dashboards) {
    it(`draw each panel in a place of its own: ${name}`, () => {
      const taken = new Set<string>();
      for (const { title, gridPos } of dashboard.panels) {
        assert.ok(gridPos.x + gridPos.w <= 24, title);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.ok(!taken.has(`${x} ${y}`), `${title} lies on another`);
            taken.add(`${x} ${y}`);
          }
        }
      }
      const ids = dashboard.panels.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
    });

    it(`can be pointed at any Prometheus and any edge: ${name}`, () => {
      const variables = dashboard.templating.list.map((variable) => variable.name);
      assert.ok(variables.includes('datasource') && variables.includes('instance'));
      for (const { type, title, datasource, targets = [] } of dashboard.panels) {
        if (type === 'row' || type === 'text') continue;
        assert.equal(datasource?.uid, '${datasource}', title);
        assert.ok(targets.length > 0, title);
        for (const { expr } of targets) assert.match(expr, /instance=~"\$instance"/, title);
      }
    });
  }
});
