import type { Endpoint } from '../packets/endpoint.ts';
import { endpointText } from '../packets/endpoint.ts';
import { printable } from '../mask/text.ts';
import type { Participant } from './ladder.ts';

/** Tells whose an address and port is: a carrier's name, `edge`; undefined for a stranger. */
export type NameOf = (endpoint: Endpoint) => string | undefined;

/** More columns than this make no picture: all further strangers share one. */
const participantsMax = 64;
const endpointsMax = 16;
const others = 'others';

interface Column {
  readonly name: string;
  readonly endpoints: Set<string>;
}

/** The columns, in the order of their first appearance. */
export class Participants {
  private readonly nameOf: NameOf;
  private readonly columns: Column[] = [];
  private readonly places = new Map<string, number>();

  constructor(nameOf: NameOf) {
    this.nameOf = nameOf;
  }

  /** The column of an endpoint, a new one if need be. */
  at(endpoint: Endpoint): number {
    const text = endpointText(endpoint);
    const name = printable(this.nameOf(endpoint) ?? text);
    const place = this.places.get(name) ?? this.add(name);
    const column = this.columns[place];
    if (column !== undefined && column.name !== text && column.endpoints.size < endpointsMax)
      column.endpoints.add(text);
    return place;
  }

  /** The column of an end of media: of who announced it, else of whoever has the address, else its own. */
  atMedia(endpoint: Endpoint, announcer: Endpoint | undefined): number {
    if (announcer !== undefined) return this.at(announcer);
    if (this.nameOf(endpoint) !== undefined) return this.at(endpoint);
    const host = endpointText({ ...endpoint, port: 0 }).slice(0, -1);
    const neighbour = this.columns.findIndex(
      ({ name, endpoints }) => name.startsWith(host) || [...endpoints].some((text) => text.startsWith(host)),
    );
    return neighbour >= 0 ? neighbour : this.at(endpoint);
  }

  list(): readonly Participant[] {
    return this.columns.map(({ name, endpoints }) => ({ name, endpoints: [...endpoints] }));
  }

  private add(wanted: string): number {
    const name = this.columns.length >= participantsMax - 1 ? others : wanted;
    const known = this.places.get(name);
    if (known !== undefined) return known;
    this.places.set(name, this.columns.length);
    return this.columns.push({ name, endpoints: new Set() }) - 1;
  }
}
