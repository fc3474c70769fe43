import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { advice, well, wrong, type Finding } from './finding.ts';

const dayMs = 86_400_000;
const soonDays = 14;

/** Whether a listener's certificate can be read and will be good for a while. `subject`: the listener. */
export function certificateFinding(subject: string, file: string, nowMs: number): Finding {
  let until: number;
  try {
    until = Date.parse(new X509Certificate(readFileSync(file)).validTo);
  } catch {
    return wrong(subject, `${file} is no certificate that can be read`, 'put one in PEM there');
  }
  const days = Math.floor((until - nowMs) / dayMs);
  if (days < 0) return wrong(subject, `${file} expired ${-days} days ago: no client connects`, 'renew it');
  if (days < soonDays)
    return advice(subject, `${file} expires in ${days} days`, 'renew it; the edge reads it anew by itself');
  return well(subject, `${file} is good for ${days} days`);
}
