import { describe, expect, it } from "vitest";
import { threads } from "../src/lib/comments";
import { byDay, type Item, placeOf } from "../src/lib/news";
import { daysUntil, missing, type Move, shows, type Task, waitingBy, type Work } from "../src/lib/work";

const item = (sequence: number, recordedAt: string, more: Partial<Item["entry"]> = {}, seen = false): Item => ({
  seen,
  reason: "OWN_PROJECT",
  entry: {
    __typename: "SheetEdit",
    sequence,
    recordedAt,
    actor: { person: { id: "a", name: "" } },
    project: { code: "1_02" },
    cycle: { fiscalYear: 2026 },
    ...more,
  },
});

describe("news", () => {
  it("stand by the day in Japan, edits of one sheet by one person as one line", () => {
    const days = byDay([
      item(4, "2026-11-30T16:00:00Z"),
      item(3, "2026-11-30T14:00:00Z"),
      item(2, "2026-11-30T13:00:00Z"),
      item(1, "2026-11-30T12:00:00Z", { project: { code: "1_03" } }),
    ]);
    expect(days.map((one) => [one.day, one.lines.map((line) => [line.item.entry.sequence, line.times])])).toEqual([
      ["2026-12-01", [[4, 1]]],
      ["2026-11-30", [[3, 2], [1, 1]]],
    ]);
  });

  it("keep apart what was seen, who did it, and what is no edit", () => {
    const at = "2026-11-30T12:00:00Z";
    const other = { actor: { person: { id: "b", name: "" } } };
    const items = [item(4, at), item(3, at, other), item(2, at, {}, true), item(1, at, { __typename: "Transition" })];
    expect(byDay(items)[0]?.lines).toHaveLength(4);
  });

  it("lead to where it happened", () => {
    expect(placeOf(item(1, ""))).toBe("/projects/1_02?year=2026");
    expect(placeOf(item(1, "", { __typename: "CommentEntry" }))).toBe("/projects/1_02?year=2026#comments");
    expect(placeOf(item(1, "", { __typename: "FindingEntry", project: null }))).toBe("/history/findings");
    expect(placeOf(item(9, "", { project: null }))).toBe("/history/9");
  });
});

describe("comments", () => {
  it("stand below what they answer, also an answer to an answer, and alone where that is not seen", () => {
    const said = (id: string, to?: string) => ({ id, replyTo: to === undefined ? null : { id: to } });
    const found = threads([said("a"), said("b"), said("c", "a"), said("d", "c"), said("e", "gone")]);
    expect(found.map((one) => [one.first.id, one.answers.map((answer) => answer.id)])).toEqual([
      ["a", ["c", "d"]],
      ["b", []],
      ["e", []],
    ]);
  });
});

const blocked = (code: string, message: string, ...names: string[]) => ({
  code,
  message,
  resolvableBy: names.map((name) => ({ id: name, name })),
});
const move = (blockedBy: Move["blockedBy"]): Move => ({ trigger: "START", from: "PLAN", to: "DO", label: "始める", allowed: false, blockedBy });
const work = (code: string, department: string, ...blockedBy: Move["blockedBy"]): Work => ({
  code,
  status: "ACTIVE",
  department: { id: department, name: department },
  cycle: { stage: "PLAN", overdue: false, availableTransitions: [move(blockedBy)], transitions: [] },
});

describe("work", () => {
  it("says each thing that is missing once, and not that somebody may not", () => {
    const task = work("1", "税務課", blocked("NOT_AUTHORISED", "権限"), blocked("NO", "値"), blocked("NO", "値"), blocked("NO", "予定"));
    expect(missing(task)).toEqual([{ message: "値", times: 2 }, { message: "予定", times: 1 }]);
  });

  it("that waits stands by department and by what it waits for", () => {
    const tasks = [
      work("1", "税務課", blocked("NOT_AUTHORISED", "権限", "甲")),
      work("2", "総務課", blocked("NO", "値", "乙")),
      work("3", "税務課", blocked("NO", "値", "甲"), blocked("NO", "値", "丙")),
      work("4", "税務課", blocked("NO", "値", "甲")),
    ];
    const found = waitingBy(tasks, (label) => `${label}待ち`);
    expect(found.map((one) => [one.department.name, one.people, one.waits.map((wait) => [wait.messages, wait.tasks.map((task) => task.code)])])).toEqual([
      ["税務課", ["甲", "丙"], [[["値"], ["3", "4"]], [["始める待ち"], ["1"]]]],
      ["総務課", ["乙"], [[["値"], ["2"]]]],
    ]);
  });

  it("is due soon from today until 30 days on, and not once it is late", () => {
    const due = (dueOn: string | null, overdue = false) =>
      ({ status: "ACTIVE", cycle: { stage: "DO", dueOn, overdue, availableTransitions: [], transitions: [] } }) satisfies Task & { cycle: { dueOn: string | null } };
    expect(daysUntil("2026-12-30", "2026-11-30")).toBe(30);
    for (const [dueOn, is] of [["2026-11-30", true], ["2026-12-30", true], ["2026-12-31", false], ["2026-11-29", false], [null, false]] as const) {
      expect(shows("soon", due(dueOn), "2026-11-30")).toBe(is);
    }
    expect(shows("soon", due("2026-12-01", true), "2026-11-30")).toBe(false);
    expect(shows("late", due("2026-12-01", true), "2026-11-30")).toBe(true);
  });
});
