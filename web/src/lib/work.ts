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
