const tonAlphanumeric = 5;

/** A sender as Twilio writes it: phone numbers with a plus sign, short codes and names as they are. */
export function senderAddress(address: string, ton: number): string {
  const digits = address.replace(/^\+/, '');
  if (ton === tonAlphanumeric || !/^\d+$/.test(digits)) return address;
  return digits.length > 8 || address.startsWith('+') || ton === 1 ? `+${digits}` : digits;
}
