import { expect, test } from "vitest";
import {
  apart,
  burnUp,
  countOn,
  dateOf,
  dayNumber,
  dayOf,
  heat,
  meantDays,
  median,
  monthEnds,
  percent,
  type Run,
  stayAt,
  type Stage,
} from "../src/lib/figures";

const now = "2026-11-30T03:00:00Z";

function run(code: string, ...entered: [Stage, string][]): Run {
  const spans = entered.map(([stage, enteredAt], index) => {
    const leftAt = entered[index + 1]?.[1] ?? null;
    const seconds = stage === "CLOSED" ? 0 : (Date.parse(leftAt ?? now) - Date.parse(enteredAt)) / 1000;
    return { stage, enteredAt, leftAt, seconds };
  });
  return {
    code,
    title: `${code}の取組`,
    department: { id: "d", name: "総務課" },
    cycle: { stage: spans.at(-1)!.stage, spans },
  };
}

test("a percentage has one decimal, halves rounded up, and is none of nothing", () => {
  expect(percent(0, 0)).toBeNull();
  expect(percent(0, 44)).toBe("0.0");
  expect(percent(39, 46)).toBe("84.8");
  expect(percent(1, 16)).toBe("6.3");
  expect(percent(1, 3)).toBe("33.3");
  expect(percent(2, 3)).toBe("66.7");
  expect(percent(46, 46)).toBe("100.0");
});

test("the median of none, of one, of an even and an odd number", () => {
  expect(median([])).toBeNull();
  expect(median([7])).toBe(7);
  expect(median([10, 9, 1])).toBe(9);
  expect(median([100, 1, 3, 2])).toBe(2.5);
});

test("stays of one cycle at a stage count together; whole days, the longest named", () => {
  const back = run("1_01", ["PLAN", "2026-04-01T00:00:00Z"], ["DO", "2026-05-01T12:00:00Z"], ["PLAN", "2026-05-11T00:00:00Z"], ["DO", "2026-05-12T13:00:00Z"]);
  const quick = run("1_02", ["PLAN", "2026-04-01T00:00:00Z"], ["DO", "2026-04-10T00:00:00Z"]);
  expect(stayAt([back, quick], "PLAN")).toEqual({ count: 2, still: 0, median: 20.5, longest: 32, of: { code: "1_01", title: "1_01の取組" } });
  expect(stayAt([back, quick], "DO")).toMatchObject({ count: 2, still: 2 });
  expect(stayAt([back, quick], "CHECK")).toBeNull();
  expect(stayAt([], "PLAN")).toBeNull();
});

test("cells darken with the share of the days that a stage is meant to take", () => {
  expect([0, 29.5, 30, 44, 45, 59, 60, 74, 75, 999].map((days) => heat(days, 60))).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
});

test("a stage has the days since the one before should have been left", () => {
  const due: { stage: Stage; dueOn: string | null }[] = [
    { stage: "PLAN", dueOn: "2026-05-31" },
    { stage: "DO", dueOn: "2027-03-31" },
    { stage: "CHECK", dueOn: "2027-05-31" },
    { stage: "ACTION", dueOn: "2027-06-30" },
    { stage: "CLOSED", dueOn: null },
  ];
  expect([...meantDays(2026, due)]).toEqual([["PLAN", 61], ["DO", 304], ["CHECK", 61], ["ACTION", 30]]);
});

test("a day begins at midnight in Japan", () => {
  expect(dateOf(dayOf("2026-05-31T14:59:59Z"))).toBe("2026-05-31");
  expect(dateOf(dayOf("2026-05-31T15:00:00Z"))).toBe("2026-06-01");
  expect(dayOf("2026-05-31T00:00:00+09:00")).toBe(dayNumber("2026-05-31"));
});

test("a cycle counts once it has come so far, and no longer once it is sent back", () => {
  const straight = run("1_01", ["PLAN", "2026-04-01T00:00:00Z"], ["DO", "2026-05-01T00:00:00Z"], ["CHECK", "2026-06-01T00:00:00Z"]);
  const back = run("1_02", ["PLAN", "2026-04-02T00:00:00Z"], ["DO", "2026-05-01T01:00:00Z"], ["PLAN", "2026-05-20T00:00:00Z"], ["DO", "2026-06-10T00:00:00Z"]);
  const runs = [straight, back];
  const started = burnUp(runs, "DO");
  expect(started.map((one) => [dateOf(one.day), one.count])).toEqual([["2026-05-01", 2], ["2026-05-20", 1], ["2026-06-10", 2]]);
  const on = (date: string): number => countOn(started, dayNumber(date));
  expect([on("2026-04-30"), on("2026-05-01"), on("2026-05-19"), on("2026-05-25"), on("2027-03-31")]).toEqual([0, 2, 2, 1, 2]);
  expect(burnUp(runs, "PLAN").at(-1)!.count).toBe(2);
  expect(burnUp(runs, "CLOSED")).toEqual([]);
});

test("what comes and goes within one day counts as the day ends", () => {
  const hasty = run("1_01", ["PLAN", "2026-04-01T00:00:00Z"], ["DO", "2026-05-01T00:00:00Z"], ["PLAN", "2026-05-01T02:00:00Z"]);
  expect(burnUp([hasty], "DO")).toEqual([]);
});

test("months end on their last days, leap years too, and the period on its own", () => {
  const ends = (first: string, last: string): string[] => monthEnds(dayNumber(first), dayNumber(last)).map(dateOf);
  expect(ends("2027-12-01", "2028-03-15")).toEqual(["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-15"]);
  expect(ends("2026-04-01", "2026-04-30")).toEqual(["2026-04-30"]);
});

test("labels that would cover one another move apart, within their frame", () => {
  expect(apart([10, 100], 20, 0, 200)).toEqual([10, 100]);
  expect(apart([100, 10], 20, 0, 200)).toEqual([100, 10]);
  expect(apart([0, 0, 0], 20, 0, 200)).toEqual([0, 20, 40]);
  expect(apart([195, 200, 200], 20, 0, 200)).toEqual([160, 180, 200]);
});
