/** Numbers, units and times as people read them, in the console's language and the viewer's zone. */

let language = "en";
let gatewayZone: string | undefined;

export function formatLanguage(): string {
  return language;
}

export function setFormatLanguage(code: string): void {
  language = code;
}

/** The gateway's time zone by its IANA name; a name that this browser does not know is left out. */
export function setGatewayZone(name: string | undefined): void {
  gatewayZone = name !== undefined && isZone(name) ? name : undefined;
}

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const full = `${language} ${key}`;
  let format = formats.get(full) as T | undefined;
  if (format === undefined) {
    format = make();
    formats.set(full, format);
  }

  return format;
}

export function number(value: number, digits = 0): string {
  return cached(`n${digits}`, () => new Intl.NumberFormat(language, { maximumFractionDigits: digits })).format(value);
}

export function percent(part: number, whole: number): string {
  return cached("%", () => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 })).format(whole === 0 ? 0 : part / whole);
}

/** Three digits that matter: 9.87, 98.7, 987. */
function threeDigits(value: number): string {
  return number(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function scaled(value: number, units: readonly string[], step: number): string {
  let at = 0;
  let size = value;
  // 999.5 would be written as 1,000 of the smaller unit.
  while (size >= step * 0.9995 && at < units.length - 1) {
    size /= step;
    at++;
  }

  return `${at === 0 ? number(size) : threeDigits(size)} ${units[at]}`;
}

const octetUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const rateUnits = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"] as const;

export function octets(value: number): string {
  return scaled(value, octetUnits, 1024);
}

/** An amount of data as the forms take it, exactly: "1.5G" is 1,500,000,000 octets. */
export function amount(value: number): string {
  const texts = [`${value / 1e12}T`, `${value / 1e9}G`, `${value / 1e6}M`, `${value / 1e3}k`];
  return texts.reduce((shortest, text) => (text.length < shortest.length ? text : shortest));
}

export function bitRate(value: number): string {
  return scaled(value, rateUnits, 1000);
}

export function milliseconds(value: number): string {
  return `${threeDigits(value)} ms`;
}

const spans: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** "12 s ago", "in 3 min". Two units would change too often to be read. */
export function relative(time: Date, now: number): string {
  const exact = (time.getTime() - now) / 1000;
  // The gateway's clock may be a little ahead of this one.
  const seconds = exact > -1 && exact < 2 ? -0 : exact;
  const size = Math.abs(seconds);
  const [unit, length] = spans.find(([, length]) => size >= length) ?? ["second", 1];
  return cached("r", () => new Intl.RelativeTimeFormat(language, { numeric: "always", style: "narrow" })).format(Math.trunc(seconds / length), unit);
}

/** A length of time, such as "6 h" or "2 d": the largest unit that fits. */
export function duration(seconds: number): string {
  const [unit, length] = spans.find(([, length]) => seconds >= length) ?? (["second", 1] as const);
  return cached(`u${unit}`, () => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 })).format(Math.round(seconds / length));
}

/** Date and time in the viewer's zone; without the date where that is today's. */
export function dateTime(time: Date, now: number): string {
  const isToday = new Date(now).toDateString() === time.toDateString();
  return cached(isToday ? "t" : "dt", () =>
    new Intl.DateTimeFormat(language, isToday ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" }),
  ).format(time);
}

/** The same in the gateway's zone, with its name, and with the date where that differs; null where both clocks show the same. */
export function gatewayTime(time: Date): string | null {
  if (gatewayZone === undefined) {
    return null;
  }

  const [there, here] = [gatewayZone, undefined].map((zone) => {
    const date = cached(`d${zone}`, () => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: zone }));
    const clock = cached(`c${zone}`, () => new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: zone }));
    return [date.format(time), clock.format(time)] as const;
  }) as [readonly [string, string], readonly [string, string]];
  return there.join() === here.join() ? null : `${there[0] === here[0] ? "" : `${there[0]}, `}${there[1]} (${gatewayZone})`;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

// Controls, and the marks by which a text could turn the direction of what stands beside it or hide in it.
const unsafe = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** A device's own text for display: without characters that change what stands around it, and not longer than `longest` characters. */
export function safe(text: string, longest = 64): string {
  const clean = text.replace(unsafe, "\ufffd");
  const characters = [...clean.slice(0, longest * 4)];
  return characters.length <= longest && clean.length <= longest * 4 ? clean : `${characters.slice(0, longest - 1).join("")}…`;
}

export function isMac(text: string): boolean {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text);
}
