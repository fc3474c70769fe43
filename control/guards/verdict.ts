/** What keeps traffic back; the values of a metric's label. */
export type Guard = 'block' | 'country' | 'highRisk' | 'velocity' | 'spend' | 'pumping';

/** How traffic reached us: a message, a call by REST, or one by <Dial>. */
export type Asked = 'message' | 'call' | 'dial';

/** Why traffic is kept back, in words that say what to do. */
export interface Verdict {
  readonly guard: Guard;
  readonly detail: string;
}

/**
 * What each is called (https://www.twilio.com/docs/api/errors). Limits that pass with time are 20429, as all that may be
 * tried again later.
 */
const codes: Readonly<Record<Guard, Readonly<Record<Asked, number>>>> = {
  block: { message: 30004, call: 21216, dial: 13225 },
  country: { message: 21408, call: 21215, dial: 13227 },
  highRisk: { message: 21408, call: 21215, dial: 13227 },
  velocity: { message: 20429, call: 20429, dial: 20429 },
  spend: { message: 20429, call: 20429, dial: 20429 },
  pumping: { message: 30450, call: 21216, dial: 13225 },
};

/** A verdict as the borders tell it. */
export const refusalOf = (
  { guard, detail }: Verdict,
  asked: Asked,
): { readonly code: number; readonly detail: string } => ({ code: codes[guard][asked], detail });
