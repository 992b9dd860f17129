/** Sorting what there is to do: pure, so that it can be tested. */

export interface Move {
  trigger: string;
  from: string;
  to: string;
  label: string;
  allowed: boolean;
  blockedBy: { code: string; message: string; resolvableBy: { id: string; name: string }[] }[];
}
export interface Done {
  trigger: string;
  recordedAt: string;
  reason: string | null;
}
export interface Task {
  status: string;
  cycle: {
    stage: string;
    overdue: boolean;
    availableTransitions: Move[];
    transitions: Done[];
  } | null;
}
export type Heap = "ready" | "missing" | "waiting" | "over";

const order = ["PLAN", "DO", "CHECK", "ACTION", "CLOSED"];

/** The move to the next stage; there is none once a cycle is closed. */
export function nextMove(task: Task): Move | undefined {
  return task.cycle?.availableTransitions.find(
    (one) => one.trigger !== "OPEN_NEXT" && order.indexOf(one.to) === order.indexOf(one.from) + 1,
  );
}

/** What sent the cycle back to where it is, if nothing moved it since. */
export function sentBack(task: Task): Done | undefined {
  const last = task.cycle?.transitions.findLast((one) => one.trigger !== "REPORT_INTERIM" && one.trigger !== "REVISE_PLAN");
  return last?.trigger === "SEND_BACK" ? last : undefined;
}

/** Where a task belongs: what can go on now, what somebody has to fill in, what others have to do. */
export function heapOf(task: Task, me: string): Heap {
  if (task.status !== "ACTIVE" || !task.cycle || task.cycle.stage === "CLOSED") return "over";
  const move = nextMove(task);
  if (!move) return "waiting";
  if (move.allowed) return "ready";
  return move.blockedBy.some((one) => one.code !== "NOT_AUTHORISED" && one.resolvableBy.some((p) => p.id === me))
    ? "missing"
    : "waiting";
}

/** Late ones first, then what came back, then as they stand. */
export function sorted<T extends Task>(tasks: T[]): T[] {
  const rank = (task: T): number => (task.cycle?.overdue ? 0 : sentBack(task) ? 1 : 2);
  return tasks.toSorted((one, other) => rank(one) - rank(other));
}

export interface Work extends Task {
  code: string;
  department: { id: string; name: string };
}
/** What tasks wait for: each reason once, with the tasks that it holds. */
export interface Wait<T extends Work> {
  messages: string[];
  tasks: T[];
}
export interface Waiting<T extends Work> {
  department: { id: string; name: string };
  /** Who could go on. */
  people: string[];
  waits: Wait<T>[];
}
export type Show = "late" | "soon" | "back";

/** So many days before a due day it is said to be near. */
export const SOON = 30;
const DAY = 86_400_000;

/** Days from a day until a due day, both as the calendar has them; negative once it is past. */
export function daysUntil(dueOn: string, today: string): number {
  return Math.round((Date.parse(dueOn) - Date.parse(today)) / DAY);
}

/** Whether a task is what is asked for: late, due within 30 days, or sent back. */
export function shows(show: Show, task: Task & { cycle: { dueOn: string | null } | null }, today: string): boolean {
  if (show === "late") return task.cycle?.overdue ?? false;
  if (show === "back") return sentBack(task) !== undefined;
  const due = task.cycle?.dueOn;
  if (!due || task.cycle?.overdue) return false;
  const days = daysUntil(due, today);
  return days >= 0 && days <= SOON;
}

/** What is in the way of the next move, each message once with how often; who may not is no reason. */
export function missing(task: Task): { message: string; times: number }[] {
  const times = new Map<string, number>();
  for (const one of nextMove(task)?.blockedBy ?? []) {
    if (one.code !== "NOT_AUTHORISED") times.set(one.message, (times.get(one.message) ?? 0) + 1);
  }
  return [...times].map(([message, count]) => ({ message, times: count }));
}

/** What waits for others, by department, and there by what it waits for; the most first. */
export function waitingBy<T extends Work>(tasks: readonly T[], waitsFor: (label: string) => string): Waiting<T>[] {
  const found = new Map<string, Waiting<T>>();
  for (const task of tasks) {
    const move = nextMove(task);
    const told = missing(task).map((one) => one.message);
    const messages = told.length ? told : [waitsFor(move?.label ?? "")];
    const waiting = found.get(task.department.id) ?? { department: task.department, people: [], waits: [] };
    found.set(task.department.id, waiting);
    const people = move?.blockedBy.flatMap((one) => one.resolvableBy.map((person) => person.name)) ?? [];
    waiting.people = [...new Set([...waiting.people, ...people])];
    const same = waiting.waits.find((one) => one.messages.join("\n") === messages.join("\n"));
    if (same) same.tasks.push(task);
    else waiting.waits.push({ messages, tasks: [task] });
  }
  for (const one of found.values()) one.waits.sort((a, b) => b.tasks.length - a.tasks.length);
  return [...found.values()];
}
