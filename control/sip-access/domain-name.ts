import { fail, ok, type Result } from '../base/result.ts';

/** The name of a SIP Domain, read. */
export interface DomainName {
  /** In lower case, as it was given. */
  readonly text: string;
  /**
   * The labels before the common ending, the outermost first: `a.b.sip.example.net` is `['b', 'a']`. Names of
   * subdomains begin with their parent's, and `b.sip.twilio.com` is the same domain as `b.sip.example.net`.
   */
  readonly labels: readonly string[];
}

const nameMax = 253;
const labelForm = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Twilio's own ending, with or without one of its regions: applications written for Twilio name their domains so. */
const twilioEnding = /\.sip(?:\.[a-z]{2}\d)?\.twilio\.com$/;

/**
 * Reads the name of a SIP Domain: letters, digits and `-`, ending in `.sip.<domain>` or `.sip.twilio.com`
 * (https://www.twilio.com/docs/voice/sip/api/sip-domain-resource). `domain` is the edge's own. Fails with the reason.
 */
export function parseDomainName(text: string, domain: string): Result<DomainName, string> {
  if (text.length > nameMax) return fail(`is longer than ${nameMax} characters`);
  const name = text.toLowerCase();
  const own = `.sip.${domain.toLowerCase()}`;
  const ending = name.endsWith(own) ? own : twilioEnding.exec(name)?.[0];
  if (ending === undefined) return fail(`must end in ${own}`);
  const labels = name.slice(0, -ending.length).split('.').reverse();
  if (!labels.every((label) => labelForm.test(label)))
    return fail('may contain letters, digits and "-" between its dots');
  return ok({ text: name, labels });
}
