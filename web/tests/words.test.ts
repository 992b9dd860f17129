import { describe, expect, it } from "vitest";
import { valueText } from "../src/lib/values";
import { figure } from "../src/lib/words.svelte";

// The language that is chosen is kept in the browser.

describe("a figure", () => {
  it.each([
    ["1390", "1,390"],
    ["1234567.0050", "1,234,567.0050"],
    ["-12000", "-12,000"],
    ["999", "999"],
    ["34.2", "34.2"],
    ["–", "–"],
  ])("%s is read as %s", (given, read) => expect(figure(given)).toBe(read));
});

describe("a fiscal year", () => {
  const change = { subject: "Cycle", field: "fiscalYear" };
  it.each([
    ["2018", "平成30年度"],
    ["2019", "令和元年度"],
    ["2026", "令和8年度"],
  ])("%s is called %s", (given, name) => expect(valueText(change, given)).toBe(name));
});
