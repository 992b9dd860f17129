/** What the page says, in Japanese and in English. */

export type Lang = "JA" | "EN";

const stored = localStorage.getItem("lang");
const chosen = $state<{ lang: Lang }>({ lang: stored === "EN" ? "EN" : "JA" });

export const language = {
  get lang(): Lang {
    return chosen.lang;
  },
  set lang(lang: Lang) {
    chosen.lang = lang;
    localStorage.setItem("lang", lang);
    document.documentElement.lang = lang.toLowerCase();
  },
};

/** Returns the text in the language that is chosen. */
export function say(ja: string, en: string): string {
  return chosen.lang === "JA" ? ja : en;
}

const tokyo = { timeZone: "Asia/Tokyo" } as const;

// To make a formatter takes a hundred times as long as to use one.
const eras = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", {
  ...tokyo,
  era: "short",
  year: "numeric",
  month: "long",
  day: "numeric",
});
const eraYears = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { ...tokyo, era: "short", year: "numeric" });
const plainDays = new Intl.DateTimeFormat("en-GB", { ...tokyo, dateStyle: "medium" });
const clocks = new Intl.DateTimeFormat("ja-JP", { ...tokyo, timeStyle: "short" });
const numbers = new Intl.NumberFormat("ja-JP");

/** The first year of an era has a name of its own. */
function inEra(formatter: Intl.DateTimeFormat, date: Date): string {
  return formatter.format(date).replace(/(?<=\D)1年/, "元年");
}

/** A day or a moment as people in Japan write it, by eras; in English by the calendar's own years. */
export function day(value: string | null): string {
  if (value === null) return "–";
  const date = new Date(value.length === 10 ? `${value}T12:00:00+09:00` : value);
  return chosen.lang === "JA" ? inEra(eras, date) : plainDays.format(date);
}

/** A moment's time of day. */
export function clock(value: string): string {
  return clocks.format(new Date(value));
}

export function time(value: string): string {
  return `${day(value)} ${clock(value)}`;
}

/** A fiscal year, which begins in April, by its era. */
export function fiscalYear(year: number): string {
  if (chosen.lang === "EN") return `FY ${year}`;
  // The era of its May: what began in April 2019 is 令和元年度.
  return `${inEra(eraYears, new Date(`${year}-05-02T12:00:00+09:00`))}度`;
}

export function count(value: number): string {
  return numbers.format(value);
}

/** A figure as it was given, to its last digit, its thousands apart. */
export function figure(value: string): string {
  return value.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
}
