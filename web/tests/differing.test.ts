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

/** Both texts as one: what was taken out, then what was put in. */
const shown = (before: string, after: string): string => {
  const found = differing(before, after);
  const [out, put] = [[...found.before], [...found.after]];
  let text = "";
  while (out.length || put.length) {
    const gone = out[0]?.differs ? out.shift() : undefined;
    const come = put[0]?.differs ? put.shift() : undefined;
    text += (gone ? `[-${gone.text}-]` : "") + (come ? `{+${come.text}+}` : "") + (out.shift()?.text ?? "");
    put.shift();
  }
  return text;
};

describe("what was taken out and put in", () => {
  it("what changed is marked, and nothing else", () => {
    expect(shown("デバйд", "デバイド")).toBe("デバ[-йд-]{+イド+}");
    expect(shown("etc...）。を", "etc...）を")).toBe("etc...）[-。-]を");
    expect(shown("・住民 ・郵送", "住民\n郵送")).toBe("[-・-]住民[- ・-]{+\n+}郵送");
    expect(shown("同じ", "同じ")).toBe("同じ");
    expect(shown("", "新")).toBe("{+新+}");
    expect(shown("旧", "")).toBe("[-旧-]");
    expect(shown("", "")).toBe("");
  });

  it("a character of two code units stays whole", () => {
    expect(shown("𠮷野", "吉野")).toBe("[-𠮷-]{+吉+}野");
    expect(shown("𠮷", "𠮶")).toBe("[-𠮷-]{+𠮶+}");
  });

  it("both texts can be read from the pieces", () => {
    const [before, after] = ["職員の負担を軽減する。職員の負担。", "負担を職員が軽減。"];
    const pieces = differing(before, after);
    const of = (some: { text: string }[]): string => some.map((one) => one.text).join("");
    expect([of(pieces.before), of(pieces.after)]).toEqual([before, after]);
  });
});

describe("visible", () => {
  it("shows what is nothing to see", () => {
    expect(visible("\ufeff")).toBe("［BOM］");
    expect(visible("\r\n")).toBe("［CRLF］");
    expect(visible("a　b c")).toBe("a□b␣c");
  });
});
