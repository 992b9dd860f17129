import { expect, test } from "vitest";
import { differences } from "../src/lib/differences";

const shown = (before: string, after: string): string =>
  differences(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "out" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

test("what changed is marked, and nothing else", () => {
  expect(shown("デバйд", "デバイド")).toBe("デバ[-йд-]{+イド+}");
  expect(shown("etc...）。を", "etc...）を")).toBe("etc...）[-。-]を");
  expect(shown("・住民 ・郵送", "住民\n郵送")).toBe("[-・-]住民[- ・-]{+\n+}郵送");
  expect(shown("同じ", "同じ")).toBe("同じ");
  expect(shown("", "新")).toBe("{+新+}");
  expect(shown("旧", "")).toBe("[-旧-]");
  expect(shown("", "")).toBe("");
});

test("a character of two code units stays whole", () => {
  expect(shown("𠮷野", "吉野")).toBe("[-𠮷-]{+吉+}野");
  expect(shown("𠮷", "𠮶")).toBe("[-𠮷-]{+𠮶+}");
});

test("both texts can be read from the pieces", () => {
  const [before, after] = ["職員の負担を軽減する。職員の負担。", "負担を職員が軽減。"];
  const pieces = differences(before, after);
  const of = (kind: string): string => pieces.filter((one) => one.kind === "same" || one.kind === kind).map((one) => one.text).join("");
  expect([of("out"), of("in")]).toEqual([before, after]);
});
