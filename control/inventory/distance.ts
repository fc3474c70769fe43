export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusMiles = 3958.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** No degree of latitude is shorter. */
export const milesPerDegreeMin = (earthRadiusMiles * Math.PI) / 180 - 0.01;

/** Along a great circle, by the haversine formula. */
export function distanceMiles(a: Point, b: Point): number {
  const north = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const east = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const chord = north + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * east;
  return 2 * earthRadiusMiles * Math.asin(Math.sqrt(Math.min(1, chord)));
}

/** The point of a place; undefined if the carrier's list names none. */
export const pointOf = (place: { latitude: string; longitude: string }): Point | undefined =>
  place.latitude === '' || place.longitude === ''
    ? undefined
    : { latitude: Number(place.latitude), longitude: Number(place.longitude) };
