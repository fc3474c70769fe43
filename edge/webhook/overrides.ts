/** What a retry is allowed for: answers by class, `ct` no connection (TCP or TLS), `rt` no answer in time. */
export type RetryOn = '4xx' | '5xx' | 'ct' | 'rt';

/** How one URL is to be called: Twilio's defaults, or what its fragment says instead. */
export interface Overrides {
  readonly connectTimeoutMs: number;
  /** Until the first byte of the answer, and between its parts. */
  readonly readTimeoutMs: number;
  /** Over everything: redirects and retries too. */
  readonly totalTimeoutMs: number;
  readonly retries: number;
  readonly retryOn: ReadonlySet<RetryOn>;
  /** The fragment names a policy that does not exist: 11243. */
  readonly policyInvalid: boolean;
}

/** https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
const numbers = {
  ct: { min: 100, max: 10_000, default: 5_000 },
  rt: { min: 100, max: 15_000, default: 15_000 },
  tt: { min: 100, max: 15_000, default: 15_000 },
  rc: { min: 0, max: 5, default: 1 },
} as const;

const policies: Readonly<Record<string, readonly RetryOn[]>> = {
  '4xx': ['4xx'],
  '5xx': ['5xx'],
  ct: ['ct'],
  rt: ['rt'],
  all: ['4xx', '5xx', 'ct', 'rt'],
};

export const defaultOverrides: Overrides = {
  connectTimeoutMs: numbers.ct.default,
  readTimeoutMs: numbers.rt.default,
  totalTimeoutMs: numbers.tt.default,
  retries: numbers.rc.default,
  retryOn: new Set<RetryOn>(['ct']),
  policyInvalid: false,
};

/** A number outside its range counts as the nearest in it, text that is no number as not given. */
function numberOf(given: ReadonlyMap<string, string>, key: keyof typeof numbers): number {
  const text = given.get(key);
  const range = numbers[key];
  if (text === undefined || !/^\d{1,9}$/.test(text)) return range.default;
  return Math.min(range.max, Math.max(range.min, Number.parseInt(text, 10)));
}

/**
 * Reads a URL's fragment, with or without its `#`: `rc=3&rp=all&ct=2000&rt=5000&tt=10000`. The fragment is neither
 * sent nor signed. Unknown keys, Twilio's `e` (edge) and `sni` among them, change nothing here.
 */
export function parseOverrides(fragment: string): Overrides {
  const text = fragment.startsWith('#') ? fragment.slice(1) : fragment;
  if (text === '') return defaultOverrides;
  const given = new Map<string, string>();
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0) given.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  const retryOn = new Set<RetryOn>();
  let policyInvalid = false;
  for (const name of (given.get('rp') ?? 'ct').split(/,|%2C/i)) {
    const policy = Object.hasOwn(policies, name) ? policies[name] : undefined;
    if (policy === undefined) policyInvalid = true;
    else for (const kind of policy) retryOn.add(kind);
  }
  return {
    connectTimeoutMs: numberOf(given, 'ct'),
    readTimeoutMs: numberOf(given, 'rt'),
    totalTimeoutMs: numberOf(given, 'tt'),
    retries: numberOf(given, 'rc'),
    retryOn,
    policyInvalid,
  };
}
