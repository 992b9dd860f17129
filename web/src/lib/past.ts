/** Moments that are over, as they stand in an address: an entry's number, a time in Japan, a fiscal year's end. */
import { say, time } from "./words.svelte";

/** What the API takes for a moment: exactly one of these. */
export type Moment = { at: string } | { sequence: number } | { fiscalYearEnd: number };
export type MomentKind = "time" | "entry" | "year";

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?$/;

/** Read a moment: `1234`, `2026-11-30T16:30` (Japan) or with an offset, `fy2026`; undefined for anything else. */
export function momentOf(text: string): Moment | undefined {
  if (/^\d{1,9}$/.test(text)) return { sequence: Number(text) };
  const year = /^fy(\d{4})$/.exec(text)?.[1];
  if (year) return { fiscalYearEnd: Number(year) };
  const [, local = "", offset = "+09:00"] = /^(.+?)(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  if (!TIME.test(local)) return undefined;
  const at = `${local.length === 16 ? `${local}:00` : local}${offset}`;
  return Number.isNaN(Date.parse(at)) ? undefined : { at };
}

export function kindOf(text: string): MomentKind {
  const moment = momentOf(text);
  return moment && "sequence" in moment ? "entry" : moment && "fiscalYearEnd" in moment ? "year" : "time";
}

/** A moment for people, in era years. */
export function momentName(text: string, yearName: (year: number) => string): string {
  const moment = momentOf(text);
  if (!moment) return text;
  if ("sequence" in moment)
    return moment.sequence === 0 ? say("記録が始まる前", "Before the first entry") : say(`記録No.${moment.sequence}の直後`, `Just after entry ${moment.sequence}`);
  if ("fiscalYearEnd" in moment) return say(`${yearName(moment.fiscalYearEnd)}の終わり`, `The end of ${yearName(moment.fiscalYearEnd)}`);
  return time(moment.at);
}

/** A time as a field for times takes it, in Japan. */
export function localTime(date: Date): string {
  return date.toLocaleString("sv", { timeZone: "Asia/Tokyo" }).slice(0, 16).replace(" ", "T");
}

/** An address with the moment in it, so that a link stays in the past. */
export function inThePast(href: string, at: string): string {
  return `${href}${href.includes("?") ? "&" : "?"}at=${encodeURIComponent(at)}`;
}

/** The id of what a snapshot shows: its own is that with the moment after it. */
export function lasting(id: string): string {
  return id.split("@")[0]!;
}
