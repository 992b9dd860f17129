import { describe, expect, it } from "vitest";
import { copyOf, midnight, whereOf } from "../src/lib/asking";
import { EntryCounter, replacedIn } from "../src/lib/download";
import { refusalOf } from "../src/lib/told";
import { valueText } from "../src/lib/values";

// The language that is chosen is kept in the browser.

const ids = new Map([["1_02", "prj_1"]]);
const query = (text: string): URLSearchParams => new URLSearchParams(text);

describe("what is asked of the record", () => {
  it("days are Japan's, and the last one counts whole", () => {
    expect(midnight("2026-11-30")).toBe("2026-11-29T15:00:00.000Z");
    expect(whereOf(query("since=2026-11-01&until=2026-11-30"), ids)).toEqual({
      recordedFrom: "2026-10-31T15:00:00.000Z",
      recordedBefore: "2026-11-30T15:00:00.000Z",
    });
    expect(whereOf(query("since=2026-13-99"), ids)).toEqual({});
  });

  it("lists, ids, codes and numbers are what the API calls them", () => {
    expect(whereOf(query("kind=TRANSITION,REFUSAL&fromStage=DO&toStage=PLAN&project=1_02&actor=per_1"), ids)).toEqual({
      kind: ["TRANSITION", "REFUSAL"],
      from: ["DO"],
      to: ["PLAN"],
      project: "prj_1",
      actor: "per_1",
    });
    expect(whereOf(query("sequenceFrom=５&sequenceTo=9&text= 窓口 "), ids)).toEqual({ sequenceFrom: 5, sequenceBefore: 10, text: "窓口" });
    expect(whereOf(query("sequenceFrom=x&order=oldest&after=c"), ids)).toEqual({});
  });

  it("a copy takes one condition over, and tells of the others", () => {
    expect(copyOf(query("project=1_02"))).toEqual({ search: "part=project&project=1_02", whole: true });
    expect(copyOf(query("department=dep_1&text=a"))).toEqual({ search: "part=department&department=dep_1", whole: false });
    expect(copyOf(query("since=2026-04-01&until=2027-03-31"))).toEqual({ search: "part=fiscalYear&fiscalYear=2026", whole: true });
    expect(copyOf(query("since=2026-04-02&until=2027-03-31"))).toEqual({ search: "", whole: false });
    expect(copyOf(query("order=oldest"))).toEqual({ search: "", whole: true });
  });
});

describe("a copy that comes in", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const counted = (lines: boolean, text: string, size: number): number => {
    const counter = new EntryCounter(lines);
    const all = bytes(text);
    for (let start = 0; start < all.length; start += size) counter.add(all.slice(start, start + size));
    return counter.count;
  };

  it.each([1, 7, 1000])("its entries are counted, cut every %i bytes", (size) => {
    const lines = '{"type":"header"}\n{"type":"entry","sequence":1}\n{"type":"entry","body":"{\\"type\\":\\"entry\\"}"}\n{"type":"row"}\n{"type":"end"}\n';
    expect(counted(true, lines, size)).toBe(2);
    expect(counted(false, '"番号","理由"\r\n"1","二行\nの理由"\r\n"2",""\r\n', size)).toBe(2);
  });

  it("what CP932 lacks stands at its end", () => {
    const end = '"9","〓橋"\r\n\r\n"# 置き換えた文字"\r\n"文字コード","箇所","記録番号"\r\n"U+9AD9","3","4 9"\r\n"U+1F600","25","1 2 …"\r\n';
    expect(replacedIn(end)).toEqual([
      { character: "髙", code: "U+9AD9", count: "3", entries: [4, 9], more: false },
      { character: "😀", code: "U+1F600", count: "25", entries: [1, 2], more: true },
    ]);
    expect(replacedIn('"9","# 置き換えた文字ではない"\r\n')).toEqual([]);
  });
});

describe("what a field says", () => {
  const text = (field: string, value: string | null, subject = "Sheet"): string => valueText({ subject, field }, value, new Map([["per_0123456789abcdef0123456789abcdef", "柳田 拓也"]]));

  it("is written as people read it", () => {
    expect(text("stage", "DO", "Cycle")).toBe("実行");
    expect(text("status", "OPEN", "Finding")).toBe("未回答");
    expect(text("dueOn", "2027-03-31")).toBe("令和9年3月31日");
    expect(text("budgetYen", "1650000")).toBe("1,650,000");
    expect(text("withdrawn", "true")).toBe("はい");
    expect(text("expectedEffects", '["早くなる","楽になる"]', "Project")).toBe("・早くなる\n・楽になる");
    expect(text("title", "[予約]のしくみ")).toBe("[予約]のしくみ");
    expect(text("evaluator", "per_0123456789abcdef0123456789abcdef")).toBe("柳田 拓也");
    expect(text("evaluator", "per_ffffffffffffffffffffffffffffffff")).toBe("（名称を表示できません）");
    expect(text("goal", null)).toBe("–");
  });

  it("refusals say everything in the way", () => {
    expect(refusalOf({ __typename: "Blocked", message: "できません", blockedBy: [{ message: "a" }, { message: "b" }] })).toEqual(["a", "b"]);
    expect(refusalOf({ __typename: "Forbidden", message: "一\n二" })).toEqual(["一", "二"]);
  });
});
