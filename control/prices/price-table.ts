import { groupByPrefix } from '../prefixes/grouped.ts';
import { readImage, section, writeImage } from '../prefixes/image.ts';
import { PrefixTable } from '../prefixes/prefix-table.ts';
import type { Micros } from './amount.ts';
import {
  directions,
  priceServices,
  senderTypes,
  type CallPrice,
  type PriceDirection,
  type PriceService,
  type SenderType,
} from './price.ts';

/** One price by prefix, as a line of the file says it. */
export interface PriceRow {
  readonly prefix: string;
  readonly service: PriceService;
  readonly direction: PriceDirection;
  /** null: any. */
  readonly senderType: SenderType | null;
  /** A segment or a minute. */
  readonly priceMicros: Micros;
  readonly carrierFeeMicros: Micros;
  readonly connectMicros: Micros;
  readonly incrementSeconds: number;
  readonly minimumSeconds: number;
  /** '' if the file does not name it. */
  readonly name: string;
}

/** A whole price list. */
export interface PriceList {
  readonly rows: readonly PriceRow[];
  /** The month of a number, by `COUNTRY/type`. */
  readonly numbers: Readonly<Record<string, Micros>>;
  /** A use, by category. */
  readonly units: Readonly<Record<string, Micros>>;
}

/** What the price of a message or call depends on. */
export interface PriceQuestion {
  readonly service: PriceService;
  readonly direction: PriceDirection;
  readonly number: string;
  readonly senderType: SenderType | null;
}

interface Header {
  readonly numbers: PriceList['numbers'];
  readonly units: PriceList['units'];
  readonly names: readonly string[];
  /** As they stood when the list was imported: rows name them by their places. Older lists do not say; none has moved since. */
  readonly senderTypes?: readonly SenderType[];
}

/** A price list as arrays, found by prefix; immutable. */
export class PriceTable {
  readonly numbers: PriceList['numbers'];
  readonly units: PriceList['units'];
  private readonly prefixes: PrefixTable;
  /** See `Grouped.starts`. */
  private readonly starts: Uint32Array;
  /** Service, direction and sender type of each row: `whatOf`, and 0 or the place of the type plus 1. */
  private readonly whats: Uint8Array;
  private readonly senders: Uint8Array;
  /** Price, carrier fee and connect fee of each row. */
  private readonly amounts: Float64Array;
  /** Increment and minimum of each row. */
  private readonly seconds: Uint16Array;
  private readonly nameOf: Uint32Array;
  private readonly names: readonly string[];
  private readonly senderTypes: readonly SenderType[];

  /** Of what `PriceTable.bytes` made. */
  constructor(bytes: ArrayBuffer) {
    const image = readImage(bytes);
    const header = image.header as unknown as Header;
    this.numbers = header.numbers;
    this.units = header.units;
    this.names = header.names;
    this.senderTypes = header.senderTypes ?? senderTypes;
    this.prefixes = new PrefixTable({
      keys: section(image, 'f64', 'keys'),
      lengths: section(image, 'u8', 'lengths'),
      parents: section(image, 'i32', 'parents'),
    });
    this.starts = section(image, 'u32', 'starts');
    this.whats = section(image, 'u8', 'whats');
    this.senders = section(image, 'u8', 'senders');
    this.amounts = section(image, 'f64', 'amounts');
    this.seconds = section(image, 'u16', 'seconds');
    this.nameOf = section(image, 'u32', 'names');
  }

  static bytes({ rows, numbers, units }: PriceList): Buffer {
    const { prefixes, starts, order } = groupByPrefix(rows.length, (row) => rows[row]?.prefix ?? '');
    const names = new Map<string, number>();
    const whats = new Uint8Array(rows.length);
    const senders = new Uint8Array(rows.length);
    const amounts = new Float64Array(rows.length * 3);
    const seconds = new Uint16Array(rows.length * 2);
    const nameOf = new Uint32Array(rows.length);
    for (const [place, index] of order.entries()) {
      const row = rows[index];
      if (row === undefined) continue;
      whats[place] = whatOf(row.service, row.direction);
      senders[place] = placeOf(senderTypes, row.senderType);
      amounts.set([row.priceMicros, row.carrierFeeMicros, row.connectMicros], place * 3);
      seconds.set([row.incrementSeconds, row.minimumSeconds], place * 2);
      const name = names.get(row.name) ?? names.size;
      names.set(row.name, name);
      nameOf[place] = name;
    }
    const { keys, lengths, parents } = prefixes.columns;
    return writeImage({
      header: { numbers, units, names: [...names.keys()], senderTypes },
      sections: { keys, lengths, parents, starts, whats, senders, amounts, seconds, names: nameOf },
    });
  }

  get size(): number {
    return this.whats.length;
  }

  /** The row that prices this; -1 if none does. */
  find({ service, direction, number, senderType }: PriceQuestion): number {
    const what = whatOf(service, direction);
    const sender = placeOf(this.senderTypes, senderType);
    // A line for any sender is of the phone network, and prices no leg that never reaches it.
    const anyApplies = senderType !== 'sip' && senderType !== 'client';
    for (let place = this.prefixes.find(number); place >= 0; place = this.prefixes.parent(place)) {
      let any = -1;
      const end = this.starts[place + 1] as number;
      for (let row = this.starts[place] as number; row < end; row++) {
        if (this.whats[row] !== what) continue;
        if (this.senders[row] === sender) return row;
        if (this.senders[row] === 0 && anyApplies) any = row;
      }
      if (any >= 0) return any;
    }
    return -1;
  }

  /** A segment with its carrier's fee. */
  segmentMicros(row: number): Micros {
    return (this.amounts[row * 3] as number) + (this.amounts[row * 3 + 1] as number);
  }

  call(row: number): CallPrice {
    return {
      perMinuteMicros: this.amounts[row * 3] as number,
      connectMicros: this.amounts[row * 3 + 2] as number,
      incrementSeconds: this.seconds[row * 2] as number,
      minimumSeconds: this.seconds[row * 2 + 1] as number,
    };
  }

  /** The rows of every prefix that begins with this one, in the order of the prefixes. */
  *rowsWithin(prefix: string): IterableIterator<PriceRow> {
    const { from, end } = this.prefixes.within(prefix);
    for (let place = from; place < end; place++) yield* this.rowsAt(place);
  }

  /** The rows of every prefix that this number begins with, the longest first. */
  *rowsOver(number: string): IterableIterator<PriceRow> {
    for (let place = this.prefixes.find(number); place >= 0; place = this.prefixes.parent(place))
      yield* this.rowsAt(place);
  }

  /** The whole list, in the order of its prefixes. */
  get list(): PriceList {
    return { rows: [...this.rowsWithin('+')], numbers: this.numbers, units: this.units };
  }

  /** A row that `find` has found. */
  row(row: number): Omit<PriceRow, 'prefix'> {
    const what = this.whats[row] ?? 0;
    return {
      service: priceServices[what >> 1] ?? 'sms',
      direction: directions[what & 1] ?? 'outbound',
      senderType: this.senderTypes[(this.senders[row] ?? 0) - 1] ?? null,
      priceMicros: this.amounts[row * 3] ?? 0,
      carrierFeeMicros: this.amounts[row * 3 + 1] ?? 0,
      connectMicros: this.amounts[row * 3 + 2] ?? 0,
      incrementSeconds: this.seconds[row * 2] ?? 0,
      minimumSeconds: this.seconds[row * 2 + 1] ?? 0,
      name: this.names[this.nameOf[row] ?? 0] ?? '',
    };
  }

  private *rowsAt(place: number): IterableIterator<PriceRow> {
    const prefix = this.prefixes.prefix(place);
    const end = this.starts[place + 1] ?? 0;
    for (let row = this.starts[place] ?? 0; row < end; row++) yield { prefix, ...this.row(row) };
  }
}

const whatOf = (service: PriceService, direction: PriceDirection): number =>
  priceServices.indexOf(service) * 2 + directions.indexOf(direction);

/** 0: any. */
const placeOf = (types: readonly SenderType[], type: SenderType | null): number =>
  type === null ? 0 : types.indexOf(type) + 1;
