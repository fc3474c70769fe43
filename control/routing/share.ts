/**
 * The place of a carrier among those that share numbers by weight: the lowest goes first. Of many numbers each carrier
 * comes first for its part of the weights, a number keeps its order whenever it is asked for, and a carrier that is gone
 * leaves the order of the others as it was (rendezvous hashing).
 */
export function shareOrder(number: string, carrier: string, weight: number): number {
  const uniform = (mixed(hashed(carrier, hashed(number, 0x811c9dc5))) + 0.5) / 2 ** 32;
  return -Math.log(uniform) / weight;
}

/** FNV-1a. */
function hashed(text: string, from: number): number {
  let hash = from;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** MurmurHash3's last step, by which every bit of the hash bears on every other. */
function mixed(hash: number): number {
  let value = hash ^ (hash >>> 16);
  value = Math.imul(value, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
