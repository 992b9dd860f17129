import { describe, expect, it } from "vitest";
import { columns, moved, verdict } from "../src/lib/board";
import { achieved, overYears } from "../src/lib/indicators";
import { together } from "../src/lib/obstacles";
import { Attempts } from "../src/lib/attempts";
import { reached } from "../src/lib/sheet";

const no = (message: string): { message: string; resolvableBy: { name: string }[] } => ({ message, resolvableBy: [] });

describe("the board", () => {
  const moves = [
    { trigger: "SUBMIT_RESULTS", to: "CHECK", allowed: false, blockedBy: [no("a"), no("a"), no("b")] },
    { trigger: "SEND_BACK", to: "PLAN", allowed: true, blockedBy: [] },
    { trigger: "RESCIND", to: "PLAN", allowed: false, blockedBy: [no("c")] },
    { trigger: "OPEN_NEXT", to: "PLAN", allowed: true, blockedBy: [] },
  ];
  it("takes a card where one move is allowed", () => {
    expect(verdict(moves, "PLAN")).toEqual({ takes: true, why: [], leads: true });
  });
  it("says once what is in the way", () => {
    expect(verdict(moves, "CHECK")).toEqual({ takes: false, why: ["a", "b"], leads: true });
  });
  it("knows where no move leads", () => {
    expect(verdict(moves, "CLOSED").leads).toBe(false);
  });
  it("does not take the opening of another year for a move", () => {
    expect(verdict(moves.slice(3), "PLAN")).toEqual({ takes: false, why: [], leads: false });
  });
  it("notices what moved, and neither what came nor what went", () => {
    const before = new Map([["a", "PLAN"], ["b", "DO"], ["c", "DO"]]);
    const now = new Map([["a", "DO"], ["b", "DO"], ["d", "PLAN"]]);
    expect(moved(before, now)).toEqual([{ code: "a", to: "DO" }]);
  });
  it("keeps empty columns narrow", () => {
    expect(columns([0, 4])).toBe("minmax(10rem, 1fr) minmax(11rem, 6fr)");
  });
});

describe("an indicator", () => {
  it("has come so far, rising or falling", () => {
    expect(achieved({ baseline: "10", target: "50", actual: "30" })).toBe(50);
    expect(achieved({ baseline: "19", target: "15", actual: "16" })).toBe(75);
    expect(achieved({ baseline: "10", target: "50", actual: "6" })).toBe(-10);
  });
  it("has no share without its numbers, or without a way to go", () => {
    expect(achieved({ baseline: null, target: "5", actual: "5" })).toBeNull();
    expect(achieved({ baseline: "5", target: "5", actual: "5" })).toBeNull();
  });
  it("is followed by name and unit", () => {
    const one = (unit: string, actual: string): { name: string; unit: string; target: null; actual: string } => ({ name: "件数", unit, target: null, actual });
    const years = [
      { fiscalYearLabel: "令和7年度", indicators: [one("件", "1"), one("%", "9")] },
      { fiscalYearLabel: "令和8年度", indicators: [one("件", "2")] },
    ];
    expect(overYears(years, "件数", "件").map((point) => point.actual)).toEqual(["1", "2"]);
  });
});

describe("an act that is tried again", () => {
  it("has one key until it is another, or has its answer", () => {
    const attempts = new Attempts();
    const first = attempts.keyFor({ text: "a" });
    expect(attempts.keyFor({ text: "a" })).toBe(first);
    const other = attempts.keyFor({ text: "b" });
    expect(other).not.toBe(first);
    attempts.renew();
    expect(attempts.keyFor({ text: "b" })).not.toBe(other);
  });
});

describe("a project", () => {
  it("says the same once", () => {
    const by = [{ id: "1", name: "梅津" }];
    const blockers = ["x", "x", "y"].map((message) => ({ code: "C", message, resolvableBy: by }));
    expect(together(blockers)).toEqual([
      { message: "x", who: "梅津", times: 2 },
      { message: "y", who: "梅津", times: 1 },
    ]);
  });
  it("has come to the parts up to its stage", () => {
    expect(reached("PLAN")).toEqual(["PLAN"]);
    expect(reached("CHECK")).toEqual(["PLAN", "RESULTS", "EVALUATION"]);
    expect(reached("CLOSED")).toHaveLength(4);
  });
});
