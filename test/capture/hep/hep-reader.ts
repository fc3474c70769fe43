/** What a HEP3 datagram says, by the types of its chunks; throws where it is none. Written from the specification. */
export function readHep(datagram: Buffer): ReadonlyMap<number, Buffer> {
  if (datagram.toString('latin1', 0, 4) !== 'HEP3') throw new Error('not HEP3');
  if (datagram.readUInt16BE(4) !== datagram.length) throw new Error('another length');
  const chunks = new Map<number, Buffer>();
  for (let at = 6; at < datagram.length;) {
    if (datagram.readUInt16BE(at) !== 0) throw new Error('a vendor of its own');
    const length = datagram.readUInt16BE(at + 4);
    if (length < 6 || at + length > datagram.length) throw new Error('a chunk that does not fit');
    chunks.set(datagram.readUInt16BE(at + 2), datagram.subarray(at + 6, at + length));
    at += length;
  }
  return chunks;
}
