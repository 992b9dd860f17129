import { expect, test } from "vitest";
import { concerns, movesProjects } from "../src/lib/concerned";

const entry = (kind?: string, project?: string | null) => ({ sequence: 1, kind, project });

test("what is written in a sheet moves no project, a transition does, and so may what is not known", () => {
  expect(movesProjects(entry("SheetEdit", "1_02"))).toBe(false);
  expect(movesProjects(entry("SignInEntry", null))).toBe(false);
  expect(movesProjects(entry("Transition", "1_02"))).toBe(true);
  expect(movesProjects(entry("Correction", "1_02"))).toBe(true);
  expect(movesProjects(entry("OfLaterVersions", null))).toBe(true);
  expect(movesProjects(entry())).toBe(true);
});

test("a project is concerned by its own entries, by those of none, and by those of two", () => {
  expect(concerns(entry("SheetEdit", "1_02"), "1_02")).toBe(true);
  expect(concerns(entry("SheetEdit", "1_03"), "1_02")).toBe(false);
  expect(concerns(entry("PlanImport", null), "1_02")).toBe(true);
  expect(concerns(entry("RolloutAnswer", "1_03"), "1_02")).toBe(true);
  expect(concerns(entry(), "1_02")).toBe(true);
});
