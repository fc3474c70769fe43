import type { Json } from '../events/protocol.ts';

type Section = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

const makers = {
  f64: Float64Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;
type SectionType = keyof typeof makers;

/** What bytes of a table hold: a few words and long arrays. */
export interface Image {
  readonly header: Json;
  readonly sections: Readonly<Record<string, Section>>;
}

interface Directory {
  readonly header: Json;
  readonly sections: readonly (readonly [name: string, type: SectionType, atBytes: number, length: number])[];
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

const typeOf = (section: Section): SectionType => {
  if (section instanceof Float64Array) return 'f64';
  if (section instanceof Uint32Array) return 'u32';
  if (section instanceof Int32Array) return 'i32';
  return section instanceof Uint16Array ? 'u16' : 'u8';
};

/**
 * Bytes from which `readImage` makes arrays again without copying: the length of a directory, the directory as JSON, the
 * arrays, each at a multiple of 8. They stay on the machine that wrote them, so its byte order is as good as any.
 */
export function writeImage({ header, sections }: Image): Buffer {
  const entries = Object.entries(sections);
  let bytes = 0;
  const directory: Directory = {
    header,
    sections: entries.map(([name, section]) => {
      const at = bytes;
      bytes += aligned(section.byteLength);
      return [name, typeOf(section), at, section.length];
    }),
  };
  const head = Buffer.from(JSON.stringify(directory));
  const body = aligned(4 + head.length);
  const image = Buffer.alloc(body + bytes);
  image.writeUInt32LE(head.length);
  head.copy(image, 4);
  for (const [index, [, section]] of entries.entries()) {
    const at = body + (directory.sections[index]?.[2] ?? 0);
    image.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at);
  }
  return image;
}

/** Of what `writeImage` wrote; `bytes` belongs to the arrays from now on. */
export function readImage(bytes: ArrayBuffer): Image {
  const headBytes = new DataView(bytes).getUint32(0, true);
  const directory = JSON.parse(Buffer.from(bytes, 4, headBytes).toString()) as Directory;
  const body = aligned(4 + headBytes);
  const sections: Record<string, Section> = {};
  for (const [name, type, at, length] of directory.sections)
    sections[name] = new makers[type](bytes, body + at, length);
  return { header: directory.header, sections };
}

/** A section that must be there. */
export function section<T extends SectionType>(
  image: Image,
  type: T,
  name: string,
): InstanceType<(typeof makers)[T]> {
  const found = image.sections[name];
  if (found === undefined || typeOf(found) !== type) throw new Error(`the image has no section ${name}`);
  return found as InstanceType<(typeof makers)[T]>;
}
