/** Keys of SRTP in an SDP (RFC 4568 section 6.1), and the proof in a digest's credentials (RFC 7616 section 3.4). */
const secrets = [/(^a=crypto:[^\r\n]*?\binline:)([^\s|;]+)/gim, /(\bresponse[ \t]*=[ \t]*")([0-9a-f]+)/gi];

/**
 * A message for who overhears what passes under TLS, as long as it was: keys and proofs, which the reader of a trace
 * has no use for, are crossed out.
 */
export function withoutSecrets(message: Buffer): Buffer {
  const text = message.toString('latin1');
  let crossed = text;
  for (const secret of secrets)
    crossed = crossed.replace(
      secret,
      (_, before: string, value: string) => before + 'x'.repeat(value.length),
    );
  return crossed === text ? message : Buffer.from(crossed, 'latin1');
}
