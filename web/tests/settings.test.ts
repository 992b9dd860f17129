import { describe, expect, it } from "vitest";
import { asEnv, found, type Group } from "../src/lib/settings";

const one = { default: "", isSet: false, isChanged: false, isSecret: false };
const groups: Group[] = [
  {
    name: "limit",
    title: "制限",
    settings: [
      { ...one, name: "body_limit", variable: "MEGURU_BODY_LIMIT", value: "70000", isSet: true, isChanged: true, description: "要求の本文の上限" },
      { ...one, name: "max_depth", variable: "MEGURU_MAX_DEPTH", value: "8", description: "問い合わせの深さの上限" },
    ],
  },
  {
    name: "mail",
    title: "メール",
    settings: [
      { ...one, name: "smtp_url", variable: "MEGURU_SMTP_URL", value: null, default: null, isSet: true, isChanged: true, isSecret: true, description: "メールサーバー" },
      { ...one, name: "from", variable: "MEGURU_FROM", value: "めぐる <a@b>", isSet: true, isChanged: true, description: "差出人" },
    ],
  },
];
const variables = (words: string, changed = false): string[] =>
  found(groups, words, changed).flatMap((group) => group.settings.map((s) => s.variable));

describe("found", () => {
  it("finds by every word, wherever it stands and however wide it is", () => {
    expect(variables("")).toHaveLength(4);
    expect(variables("上限 ＢＯＤＹ")).toEqual(["MEGURU_BODY_LIMIT"]);
    expect(variables("メール")).toEqual(["MEGURU_SMTP_URL", "MEGURU_FROM"]);
    expect(variables("70000")).toEqual(["MEGURU_BODY_LIMIT"]);
    expect(variables("ない言葉")).toEqual([]);
  });
  it("leaves out what is as it would be anyway", () => {
    expect(variables("制限", true)).toEqual(["MEGURU_BODY_LIMIT"]);
  });
});

describe("asEnv", () => {
  it("sets what was changed, and names secrets without a value", () => {
    expect(asEnv(groups, "値は表示しません").split("\n")).toEqual([
      "# 制限",
      "# 要求の本文の上限",
      "MEGURU_BODY_LIMIT=70000",
      "# 問い合わせの深さの上限",
      "# MEGURU_MAX_DEPTH=8",
      "",
      "# メール",
      "# メールサーバー (値は表示しません)",
      "# MEGURU_SMTP_URL=",
      "# 差出人",
      "MEGURU_FROM='めぐる <a@b>'",
      "",
    ]);
  });
});
