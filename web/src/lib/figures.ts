/** The arithmetic behind the plan's figures: pure, so that it can be tested. */
import { AHEAD_OF_UTC } from "./today";

export const stages = ["PLAN", "DO", "CHECK", "ACTION", "CLOSED"] as const;
export type Stage = (typeof stages)[number];

export interface Span {
  stage: Stage;
  enteredAt: string;
  leftAt: string | null;
  seconds: number;
}
/** A project's cycle of a year. */
export interface Run {
  code: string;
  title: string;
  department: { id: string; name: string };
  cycle: { stage: Stage; spans: Span[] };
}

const MILLISECONDS = 86_400_000;
const SECONDS = 86_400;

/** A percentage with one decimal, halves rounded up; none of nothing. */
export function percent(part: number, whole: number): string | null {
  if (whole === 0) return null;
  const tenths = Math.floor((part * 2000 + whole) / (2 * whole));
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

/** The middle one; between the two in the middle, where there are two. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How long the cycles of a department were at a stage, in whole days. */
export interface Stay {
  count: number;
  /** How many of them are still there. */
  still: number;
  median: number;
  longest: number;
  /** Whose stay was the longest. */
  of: { code: string; title: string };
}

/** The stays at a stage; none where no cycle came there. Several stays of one cycle count together. */
export function stayAt(runs: readonly Run[], stage: Stage): Stay | null {
  const stays = runs.flatMap((run) => {
    const spans = run.cycle.spans.filter((one) => one.stage === stage);
    const seconds = spans.reduce((sum, one) => sum + one.seconds, 0);
    return spans.length ? [{ run, days: Math.floor(seconds / SECONDS) }] : [];
  });
  if (stays.length === 0) return null;
  const longest = stays.reduce((one, other) => (other.days > one.days ? other : one));
  return {
    count: stays.length,
    still: stays.filter((one) => one.run.cycle.stage === stage).length,
    median: median(stays.map((one) => one.days))!,
    longest: longest.days,
    of: { code: longest.run.code, title: longest.run.title },
  };
}

/** From these shares of the days that a stage is meant to take, a cell of the heat map is darker. */
export const steps = [0.5, 0.75, 1, 1.25] as const;

export function heat(days: number, meant: number): number {
  return steps.filter((one) => days >= one * meant).length;
}

/** How many days each stage has from the day by which the one before should be left, or from 1 April. */
export function meantDays(year: number, due: readonly { stage: Stage; dueOn: string | null }[]): Map<Stage, number> {
  let from = dayNumber(`${year}-04-01`) - 1;
  const days = new Map<Stage, number>();
  for (const { stage, dueOn } of due) {
    if (dueOn === null) continue;
    days.set(stage, dayNumber(dueOn) - from);
    from = dayNumber(dueOn);
  }
  return days;
}

/** The day of a moment in Japan, counted from 1 January 1970. */
export function dayOf(moment: string): number {
  return Math.floor((Date.parse(moment) + AHEAD_OF_UTC) / MILLISECONDS);
}

/** The number of a calendar day, for instance 2026-05-31. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / MILLISECONDS;
}

/** The calendar day of a number. */
export function dateOf(day: number): string {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

export interface Point {
  day: number;
  count: number;
}

/**
 * How many cycles stood at a stage or further on at the end of each day on which that changed.
 * Who was sent back is no longer counted.
 */
export function burnUp(runs: readonly Run[], stage: Stage): Point[] {
  const goal = stages.indexOf(stage);
  const changes = new Map<number, number>();
  for (const run of runs) {
    const ends = new Map(run.cycle.spans.map((one) => [dayOf(one.enteredAt), stages.indexOf(one.stage)]));
    let was = false;
    for (const [day, rank] of [...ends].sort(([one], [other]) => one - other)) {
      const is = rank >= goal;
      if (is !== was) changes.set(day, (changes.get(day) ?? 0) + (is ? 1 : -1));
      was = is;
    }
  }
  let count = 0;
  return [...changes]
    .sort(([one], [other]) => one - other)
    .map(([day, change]) => ({ day, count: (count += change) }));
}

/** How many there were at the end of a day. */
export function countOn(points: readonly Point[], day: number): number {
  return points.findLast((one) => one.day <= day)?.count ?? 0;
}

/** The last days of the months that begin within a period, and its own last day. */
export function monthEnds(first: number, last: number): number[] {
  const ends: number[] = [];
  const [year, month] = dateOf(first).split("-").map(Number) as [number, number];
  for (let index = 0; ; index++) {
    const end = Date.UTC(year, month + index, 0) / MILLISECONDS;
    if (end >= last) return [...ends, last];
    ends.push(end);
  }
}

/** Places as near to the wanted ones as can be, none nearer to the next than `gap`, in their order. */
export function apart(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((place, index) => ({ place, index })).sort((one, other) => one.place - other.place);
  let least = top;
  for (const one of order) least = (one.place = Math.max(one.place, least)) + gap;
  let most = bottom;
  for (const one of order.toReversed()) most = (one.place = Math.min(one.place, most)) - gap;
  const places: number[] = [];
  for (const one of order) places[one.index] = one.place;
  return places;
}
