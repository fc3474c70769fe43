import type { EventTarget } from '../voice/call.ts';
import type { Params } from './exchange.ts';
import type { Reader } from './readers.ts';
import { printable } from './reply.ts';

/** The parameters that say where events are told: `<name>`, `<name>Method` and `<name>Event`. */
export interface CallbackSpec<Event extends string> {
  readonly name: string;
  readonly events: readonly Event[];
  readonly byDefault: readonly Event[];
  readonly codes: { readonly url: number; readonly method: number; readonly event: number };
}

/** Null if no URL is given. Events are repeated parameters, or one with spaces between them. */
export function readCallback<Event extends string>(
  reader: Reader,
  params: Params,
  { name, events, byDefault, codes }: CallbackSpec<Event>,
): EventTarget<Event> | null {
  const url = reader.url(name, codes.url) ?? '';
  const method = reader.method(`${name}Method`, codes.method) ?? 'POST';
  const wanted = readEvents(reader, params, `${name}Event`, events, codes.event);
  return url === '' ? null : { url, method, events: wanted.length === 0 ? byDefault : wanted };
}

function readEvents<Event extends string>(
  reader: Reader,
  params: Params,
  name: string,
  events: readonly Event[],
  code: number,
): readonly Event[] {
  const given = params.all(name).flatMap((value) => value.split(/[ ,]+/).filter((word) => word !== ''));
  const found = new Set<Event>();
  for (const word of given) {
    const event = events.find((each) => each === word.toLowerCase());
    if (event === undefined)
      reader.refuse(code, `${name} may name ${events.join(', ')}, not ${printable(word)}.`);
    else found.add(event);
  }
  return [...found];
}
