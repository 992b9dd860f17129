import { describe, expect, it } from "vitest";
import { lineCount, opened, placeOf } from "../src/lib/lines";

const text = "一行目\n二行目\r\n\n四行目";

describe("placeOf", () => {
  it("finds each line", () => {
    const line = (at: number): string => {
      const { start, end } = placeOf(text, at);
      return text.slice(start, end);
    };
    expect([1, 2, 3, 4].map(line)).toEqual(["一行目", "二行目\r", "", "四行目"]);
    expect(line(99)).toBe("四行目");
    expect(lineCount(text)).toBe(4);
    expect(lineCount("")).toBe(1);
  });
});

describe("opened", () => {
  it("reads UTF-8 to the letter, its mark included", () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode("計画\r\n")]);
    expect(opened(bytes)).toEqual({ text: "\ufeff計画\r\n", encoding: "UTF-8" });
  });
  it("reads what Windows in Japan writes", () => {
    expect(opened(new Uint8Array([0x8c, 0x76, 0x89, 0xe6]))).toEqual({ text: "計画", encoding: "Shift_JIS" });
  });
  it("does not guess at what is no text", () => {
    expect(opened(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff]))).toBeUndefined();
    expect(opened(new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0x00]))).toBeUndefined();
  });
});
