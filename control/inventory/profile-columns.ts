import { pointOf, type Point } from './distance.ts';
import {
  addressRequirements,
  numberTypes,
  type AddressRequirement,
  type Capabilities,
  type NumberType,
} from './number.ts';
import type { Profile } from './profile.ts';
import { capabilityMask } from './tables.ts';

/** Places that a search can name. */
const searchedPlaces = ['postalCode', 'locality', 'rateCenter', 'lata', 'region'] as const;

export type SearchedPlace = (typeof searchedPlaces)[number];

const betaBit = 1 << 4;
const requirementShift = 5;
const requirementMask = 3;
const typeShift = 7;
const nowhere = 0;

/** What is asked of profiles; see `NumberSearch`. */
export interface ProfileQuery extends Partial<Readonly<Record<SearchedPlace, string>>> {
  /** A flag that is given must be as given; one that is left out does not matter. */
  readonly capabilities?: Partial<Capabilities>;
  /** Numbers with one of these requirements are left out. */
  readonly excludeAddressRequired?: readonly AddressRequirement[];
  /** false leaves out numbers that are new to the network. */
  readonly beta?: boolean;
}

/** Whether a profile, by its number, is what is asked for. */
export type ProfileTest = (id: number) => boolean;

/** What searches ask of profiles, in columns by their numbers: to ask one takes nanoseconds. */
export class ProfileColumns {
  /** Names of aisles and places, in lower case, each by a number from 1 on. */
  private readonly words = new Map<string, number>();
  private aisles = new Uint32Array(1024);
  private traits = new Uint16Array(1024);
  /** One after the other: the places of profile n stand from `n * searchedPlaces.length` on. */
  private places = new Uint32Array(1024 * searchedPlaces.length);
  /** Degrees; NaN for what has no place. */
  private points = new Float64Array(1024 * 2);

  has(id: number): boolean {
    return this.aisles[id] !== undefined && this.aisles[id] !== nowhere;
  }

  put(id: number, profile: Profile): void {
    if (id >= this.aisles.length) this.widen(2 ** Math.ceil(Math.log2(id + 1)));
    this.aisles[id] = this.wordOf(aisleName(profile.place.country, profile.type));
    this.traits[id] =
      capabilityMask(profile.capabilities) |
      (profile.beta ? betaBit : 0) |
      (addressRequirements.indexOf(profile.addressRequirement) << requirementShift) |
      (numberTypes.indexOf(profile.type) << typeShift);
    for (const [index, part] of searchedPlaces.entries())
      this.places[id * searchedPlaces.length + index] = this.wordOf(profile.place[part].toLowerCase());
    const point = pointOf(profile.place);
    this.points[2 * id] = point?.latitude ?? NaN;
    this.points[2 * id + 1] = point?.longitude ?? NaN;
  }

  /** The number of an aisle, the same for profiles of one country and type. */
  aisleOf(id: number): number {
    return this.aisles[id] ?? nowhere;
  }

  /** As `aisleOf`; 0 if no profile is of this country and type. */
  aisle(country: string, type: string): number {
    return this.words.get(aisleName(country, type)) ?? nowhere;
  }

  capabilityMask(id: number): number {
    return (this.traits[id] ?? 0) & (betaBit - 1);
  }

  type(id: number): NumberType {
    return numberTypes[(this.traits[id] ?? 0) >> typeShift] ?? 'local';
  }

  /** Where a profile is; its numbers are NaN if it is nowhere. */
  point(id: number): Point {
    return { latitude: this.points[2 * id] ?? NaN, longitude: this.points[2 * id + 1] ?? NaN };
  }

  latitude(id: number): number {
    return this.points[2 * id] ?? NaN;
  }

  /** Tells the profiles of an aisle that are as asked for; undefined if none can be. */
  test(aisle: number, query: ProfileQuery): ProfileTest | undefined {
    const { capabilities = {}, excludeAddressRequired = [], beta } = query;
    const asked = capabilityMask({
      voice: capabilities.voice !== undefined,
      sms: capabilities.sms !== undefined,
      mms: capabilities.mms !== undefined,
      fax: capabilities.fax !== undefined,
    });
    const mask = asked | (beta === false ? betaBit : 0);
    const wanted = capabilityMask(capabilities);
    const excluded = excludeAddressRequired.reduce(
      (bits, each) => bits | (1 << addressRequirements.indexOf(each)),
      0,
    );
    const places: [index: number, word: number][] = [];
    for (const [index, part] of searchedPlaces.entries()) {
      const name = query[part];
      if (name === undefined) continue;
      const word = name === '' ? undefined : this.words.get(name.toLowerCase());
      if (word === undefined) return undefined;
      places.push([index, word]);
    }
    return (id) => {
      if (this.aisles[id] !== aisle) return false;
      const traits = this.traits[id] ?? 0;
      if (
        (traits & mask) !== wanted ||
        ((excluded >> ((traits >> requirementShift) & requirementMask)) & 1) !== 0
      )
        return false;
      const at = id * searchedPlaces.length;
      for (const [index, word] of places) if (this.places[at + index] !== word) return false;
      return true;
    };
  }

  private wordOf(text: string): number {
    if (text === '') return nowhere;
    let word = this.words.get(text);
    if (word === undefined) this.words.set(text, (word = this.words.size + 1));
    return word;
  }

  private widen(size: number): void {
    const wider = <Column extends Uint16Array | Uint32Array | Float64Array>(
      column: Column,
      next: Column,
    ): Column => {
      next.set(column);
      return next;
    };
    this.aisles = wider(this.aisles, new Uint32Array(size));
    this.traits = wider(this.traits, new Uint16Array(size));
    this.places = wider(this.places, new Uint32Array(size * searchedPlaces.length));
    this.points = wider(this.points, new Float64Array(size * 2));
  }
}

const aisleName = (country: string, type: string): string => `${country} ${type}`;
