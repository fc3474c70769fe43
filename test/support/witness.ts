import { Operators } from '../../control/console/operators.ts';
import { Sessions } from '../../control/console/sessions.ts';
import { CredentialLists } from '../../control/sip-access/credential-lists.ts';
import { Vault } from '../../control/vault/vault.ts';
import { note } from './evidence.ts';
import { replaceMethod } from './replace-method.ts';

// Loaded before everything else into every process of a whole run (`node --import`): notes each secret at the place where
// the product takes it into its keeping, so that no test has to say what its secrets are.

/** Calls `seen` with the arguments of each call of a method, and what it returns. */
function watch<K extends string, T extends { [name in K]: (...values: never[]) => unknown }>(
  prototype: T,
  method: K,
  seen: (values: Parameters<T[K]>, result: ReturnType<T[K]>) => void,
): void {
  replaceMethod(prototype, method, (original, ...values) => {
    const result = original(...values);
    seen(values, result);
    return result;
  });
}

/** What is kept in a context, by the SID or the words that it begins with. */
const kinds: readonly (readonly [beginning: string, kind: string])[] = [
  ['AC', 'auth token'],
  ['SK', 'API key secret'],
  ['CR', 'SIP digest'],
  ['CA', 'SIP password'],
  ['sm', 'SMPP password'],
  ['seal key', 'seal key'],
];

const kindOf = (context: string): string | undefined =>
  kinds.find(([beginning]) => context.startsWith(beginning))?.[1];

/** H(A1) by MD5 and by SHA-256, in hex, are sealed as one text. */
const partsOf = (secret: string): readonly string[] =>
  /^[0-9a-f]{96}$/.test(secret) ? [secret.slice(0, 32), secret.slice(32)] : [secret];

function kept(secret: string, context: string): void {
  const kind = kindOf(context);
  if (kind !== undefined) for (const part of partsOf(secret)) note(kind, part);
}

// A secret that is recognised was hashed once; a wrong one is anybody's, and often no secret at all.
let comparing = false;
replaceMethod(Vault.prototype, 'matches', (original, ...values) => {
  comparing = true;
  try {
    return original(...values);
  } finally {
    comparing = false;
  }
});
watch(Vault.prototype, 'hash', ([secret, context]) => {
  if (!comparing) kept(secret, context);
});
watch(Vault.prototype, 'seal', ([secret, context]) => kept(secret, context));
watch(Vault.prototype as unknown as { know(bytes: Buffer): unknown }, 'know', ([bytes]) =>
  note('seal key', bytes.toString('hex')),
);
watch(Operators.prototype, 'add', ([, password]) => note('console password', password));
watch(Operators.prototype, 'setPassword', ([, password]) => note('console password', password));
watch(Sessions.prototype, 'begin', (_, token) => {
  // A session that could not be begun is its caller's concern.
  token.then(
    (made) => note('console session', made.slice(made.indexOf('.') + 1)),
    () => undefined,
  );
});
watch(CredentialLists.prototype, 'add', ([, , password]) => note('SIP password', password));
watch(CredentialLists.prototype, 'setPassword', ([, , password]) => note('SIP password', password));
