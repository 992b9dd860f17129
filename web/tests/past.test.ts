// @vitest-environment node
import { expect, it } from "vitest";
import { things } from "../src/lib/compared";

// The language that is chosen is kept in the browser.

it("moments in addresses are read, and nothing else is one", async () => {
  const { momentOf, kindOf } = await import("../src/lib/past");
  expect(momentOf("1234")).toEqual({ sequence: 1234 });
  expect(momentOf("fy2026")).toEqual({ fiscalYearEnd: 2026 });
  expect(momentOf("2026-11-30T16:30")).toEqual({ at: "2026-11-30T16:30:00+09:00" });
  expect(momentOf("2026-11-30T07:30:25.123456Z")).toEqual({ at: "2026-11-30T07:30:25.123456Z" });
  for (const other of ["", "fy26", "2026-11-30", "2026-13-30T16:30", "-1", "1e3", "きのう", "9999999999"])
    expect(momentOf(other), other).toBeUndefined();
  expect(["5", "fy2026", "2026-11-30T16:30", "x"].map(kindOf)).toEqual(["entry", "year", "time", "time"]);
});

it("moments are told in era years", async () => {
  const { momentName, inThePast, lasting, localTime } = await import("../src/lib/past");
  const year = (number: number): string => `令和${number - 2018}年度`;
  expect(momentName("2019-05-01T09:05", year)).toBe("令和元年5月1日 9:05");
  expect(momentName("fy2026", year)).toBe("令和8年度の終わり");
  expect(momentName("12", year)).toBe("記録No.12の直後");
  expect(inThePast("/board?year=2026", "2026-11-30T16:30")).toBe("/board?year=2026&at=2026-11-30T16%3A30");
  expect(lasting("prj_1@5.20261130")).toBe("prj_1");
  expect(localTime(new Date("2026-11-30T15:04:59Z"))).toBe("2026-12-01T00:04");
});

it("changes are told thing by thing, projects first", () => {
  const change = (subjectId: string, subject: string, field: string, before: string | null): Parameters<typeof things>[0][number] => ({ subjectId, subject, field, before, after: "x", removed: false });
  const found = things([change("s1", "Sheet", "goal", null), change("p1", "Project", "title", "y"), change("s1", "Sheet", "schedule", "z"), change("x1", "Novelty", "a", null)]);
  expect(found.map(({ id, changes, isNew }) => [id, changes.length, isNew])).toEqual([["p1", 1, false], ["s1", 2, false], ["x1", 1, true]]);
});
