import { createHash } from 'node:crypto';

interface City {
  readonly name: string;
  /** Usual daytime temperatures in January and July, in degrees Celsius. */
  readonly january: number;
  readonly july: number;
  /** Share of days with rain, 0 to 1. */
  readonly rain: number;
}

const cities: readonly City[] = [
  { name: 'Berlin', january: 3, july: 24, rain: 0.4 },
  { name: 'Cairo', january: 19, july: 35, rain: 0.05 },
  { name: 'Chicago', january: 0, july: 29, rain: 0.35 },
  { name: 'London', january: 8, july: 23, rain: 0.45 },
  { name: 'Mumbai', january: 31, july: 30, rain: 0.4 },
  { name: 'Nairobi', january: 26, july: 22, rain: 0.25 },
  { name: 'Paris', january: 7, july: 25, rain: 0.4 },
  { name: 'Sydney', january: 26, july: 17, rain: 0.35 },
  { name: 'Tokyo', january: 10, july: 30, rain: 0.35 },
];

const wet = ['light rain', 'showers', 'rain', 'drizzle'];
const dry = ['sunny', 'a few clouds', 'cloudy', 'clear'];
const echoMax = 30;

/** The city that a text names, in any case and with any accents or punctuation around it. */
const cityNamed = (text: string): City | undefined => {
  const plain = (name: string): string =>
    name
      .normalize('NFD')
      .replace(/[^\p{L} ]/gu, '')
      .trim()
      .toLowerCase();
  return cities.find(({ name }) => plain(name) === plain(text.slice(0, 100)));
};

/**
 * One line of forecast for a day (`2026-01-31`), the same whenever it is asked for; undefined for a city that is not
 * known. Invented, but as that city's weather usually is, and in characters of the GSM alphabet.
 */
export function forecast(cityName: string, day: string): string | undefined {
  const city = cityNamed(cityName);
  if (city === undefined) return undefined;
  const dice = createHash('sha256').update(`${city.name} ${day}`).digest();
  const roll = (index: number): number => dice.readUInt16BE(index * 2) / 65_536;
  const month = Number(day.slice(5, 7)) - 1 + Number(day.slice(8, 10)) / 31;
  const summer = (1 - Math.cos((month / 12) * 2 * Math.PI)) / 2;
  const high = Math.round(city.january + (city.july - city.january) * summer + (roll(0) - 0.5) * 8);
  const low = high - 5 - Math.floor(roll(1) * 6);
  const skies = roll(2) < city.rain ? wet : dry;
  const sky = skies[Math.floor(roll(3) * skies.length)] ?? 'cloudy';
  return `${city.name} today: ${sky}, ${low} to ${high} degrees, wind ${5 + Math.floor(roll(4) * 25)} km/h.`;
}

/** A forecast as it is spoken: without the wind. */
export const spokenForecast = (cityName: string, day: string): string =>
  (forecast(cityName, day) ?? '').replace(/, wind .*$/, '.');

/** What the application answers to a text. */
export function answerTo(text: string, day: string): string {
  const known = forecast(text, day);
  if (known !== undefined) return known;
  const names = cities.map(({ name }) => name).join(', ');
  const asked = text.trim().slice(0, echoMax);
  return asked === '' ? `Text me a city: ${names}.` : `I do not know ${asked}. Try ${names}.`;
}

/** The date of a time in UTC, as `forecast` wants it. */
export const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);
