import { describe, expect, it } from "vitest";
import type { Held } from "../src/lib/people";
import { byPerson, counted, lineOf, type Step } from "../src/lib/reshuffle";
import { decoded, listOf } from "../src/lib/roster";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a file", () => {
  it("is read as UTF-8 with or without its mark, as CP932, as Excel's Unicode text, or not at all", () => {
    expect(decoded(bytes("職員番号"))).toEqual({ text: "職員番号", encoding: "UTF-8" });
    expect(decoded(bytes("\uFEFF職員番号"))).toEqual({ text: "職員番号", encoding: "UTF-8" });
    // 髙 and ① are in CP932, not in JIS X 0208.
    const cp932 = Uint8Array.of(0x90, 0x45, 0x88, 0xf5, 0xfb, 0xfc, 0x87, 0x40);
    expect(decoded(cp932)).toEqual({ text: "職員髙①", encoding: "CP932" });
    expect(decoded(Uint8Array.of(0xff, 0xfe, 0x77, 0x80))).toEqual({ text: "職", encoding: "UTF-16" });
    expect(decoded(Uint8Array.of(0x50, 0x4b, 0x03, 0x04, 0xff, 0x00))).toBeUndefined();
    expect(decoded(bytes("PK\u0003\u0004\0"))).toBeUndefined();
  });
});

describe("a list", () => {
  const post = (startsOn: string, endsOn: string | null = null): Held => ({
    id: startsOn,
    role: "STAFF",
    department: { id: "dep_1", name: "総務課" },
    startsOn,
    endsOn,
  });

  it("has what holds on a day, keeps leading zeros, and begins no formula", () => {
    const people = [
      { name: '=A1,"x', staffNumber: "001", career: [post("2026-04-01"), post("2028-04-01"), post("2026-04-01", "2026-09-30")] },
      { name: "無任", staffNumber: "2", career: [] },
    ];
    expect(listOf(people, "2027-04-01", () => "担当者")).toBe(
      '職員番号,氏名,役割,課,開始日,終了日\r\n"=""001""","=""=A1,""x""",担当者,総務課,2026-04-01,\r\n',
    );
  });

  it("gives its lines by number, however they end", () => {
    expect(lineOf("a\r\nb\nc", 2)).toBe("b");
    expect(lineOf("a", 5)).toBe("");
    expect(lineOf("a", null)).toBe("");
  });
});

describe("a preview", () => {
  const step = (kind: Step["kind"], staffNumber: string): Step => ({
    kind,
    staffNumber,
    name: staffNumber,
    startsOn: null,
    endsOn: null,
    line: null,
  });
  const steps = [step("KEEP", "1"), step("END", "2"), step("APPOINT", "1"), step("KEEP", "3")];

  it("is told person by person, without those for whom nothing changes", () => {
    expect(byPerson(steps, false).map((one) => one.staffNumber)).toEqual(["1", "2"]);
    expect(byPerson(steps, true).map((one) => one.staffNumber)).toEqual(["1", "2", "3"]);
    expect(counted(steps)).toEqual({ REGISTER: 0, END: 1, APPOINT: 1, KEEP: 2 });
  });
});
