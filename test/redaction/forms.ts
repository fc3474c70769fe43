import { shortestNeedle } from './needles.ts';

/**
 * How a secret may be written down: as it is, as JSON and URLs have it, and within a longer text in base64, where it looks
 * different for each of three places that it may begin at.
 */
export function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(bytes.toString())]);
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    // Characters of six bits that have no bit of what stands around.
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6)];
    forms.add(whole.toString('base64').slice(from, to));
    forms.add(whole.toString('base64url').slice(from, to));
  }
  return [...forms].map((form) => Buffer.from(form)).filter(({ length }) => length >= shortestNeedle);
}
