import { describe, expect, it } from "vitest";
import { type Done, heapOf, type Move, nextMove, sentBack, sorted, type Task } from "../src/lib/work";

const move = (from: string, to: string, more: Partial<Move> = {}): Move => ({
  trigger: "START",
  from,
  to,
  label: "",
  allowed: false,
  blockedBy: [],
  ...more,
});
const task = (moves: Move[], more: Partial<NonNullable<Task["cycle"]>> = {}, status = "ACTIVE"): Task => ({
  status,
  cycle: { stage: "PLAN", overdue: false, availableTransitions: moves, transitions: [], ...more },
});
const done = (trigger: string, reason: string | null = null): Done => ({ trigger, recordedAt: "", reason });
const blocked = (code: string, ...ids: string[]) => ({ code, message: "", resolvableBy: ids.map((id) => ({ id, name: id })) });

describe("a task", () => {
  it("goes on by the move to the next stage, not by others", () => {
    const moves = [move("CHECK", "DO"), move("CHECK", "PLAN", { trigger: "OPEN_NEXT" }), move("CHECK", "ACTION")];
    expect(nextMove(task(moves))).toBe(moves[2]);
    expect(nextMove(task([move("DO", "DO")]))).toBeUndefined();
  });

  it("is ready, missing something of mine, or waits for others", () => {
    expect(heapOf(task([move("PLAN", "DO", { allowed: true })]), "me")).toBe("ready");
    expect(heapOf(task([move("PLAN", "DO", { blockedBy: [blocked("NO_SCHEDULE", "me")] })]), "me")).toBe("missing");
    expect(heapOf(task([move("PLAN", "DO", { blockedBy: [blocked("NO_SCHEDULE", "other")] })]), "me")).toBe("waiting");
    expect(heapOf(task([move("PLAN", "DO", { blockedBy: [blocked("NOT_AUTHORISED", "me")] })]), "me")).toBe("waiting");
    expect(heapOf(task([], { stage: "CLOSED" }), "me")).toBe("over");
    expect(heapOf(task([move("PLAN", "DO", { allowed: true })], {}, "SUSPENDED"), "me")).toBe("over");
  });

  it("tells that it came back, until something moves it again", () => {
    expect(sentBack(task([], { transitions: [done("START"), done("SEND_BACK", "直す")] }))?.reason).toBe("直す");
    expect(sentBack(task([], { transitions: [done("SEND_BACK"), done("REPORT_INTERIM")] }))).toBeDefined();
    expect(sentBack(task([], { transitions: [done("SEND_BACK"), done("START")] }))).toBeUndefined();
  });

  it("stands before others where it is late, then where it came back", () => {
    const plain = task([]);
    const back = task([], { transitions: [done("SEND_BACK")] });
    const late = task([], { overdue: true });
    expect(sorted([plain, back, late])).toEqual([late, back, plain]);
  });
});
