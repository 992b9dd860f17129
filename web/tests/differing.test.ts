import { describe, expect, it } from "vitest";
import { differing, visible } from "../src/lib/differing";

const marked = (before: string, after: string): [string, string] => {
  const found = differing(before, after);
  const shown = (pieces: { text: string; differs: boolean }[]): string =>
    pieces.map((one) => (one.differs ? `[${one.text}]` : one.text)).join("");
  return [shown(found.before), shown(found.after)];
};

describe("differing", () => {
  it("marks the letters that differ, and only these", () => {
    expect(marked("町民の利便性", "住民の利便性")).toEqual(["[町]民の利便性", "[住]民の利便性"]);
    expect(marked("１_０２", "1_02")).toEqual(["[１]_[０２]", "[1]_[02]"]);
    expect(marked("推進", "推進する")).toEqual(["推進", "推進[する]"]);
    expect(marked("", "新規")).toEqual(["", "[新規]"]);
    expect(marked("同じ", "同じ")).toEqual(["同じ", "同じ"]);
  });
  it("does not part letters beyond the basic plane", () => {
    expect(marked("𠮷田", "吉田")).toEqual(["[𠮷]田", "[吉]田"]);
  });
  it("gives back both texts whole, however long", () => {
    const [before, after] = ["あいう".repeat(400), "いうえ".repeat(400)];
    const found = differing(before, after);
    expect(found.before.map((one) => one.text).join("")).toBe(before);
    expect(found.after.map((one) => one.text).join("")).toBe(after);
  });
});

describe("visible", () => {
  it("shows what is nothing to see", () => {
    expect(visible("\ufeff")).toBe("［BOM］");
    expect(visible("\r\n")).toBe("［CRLF］");
    expect(visible("a　b c")).toBe("a□b␣c");
  });
});
