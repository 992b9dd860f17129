/** What changed between two moments, thing by thing. */
import type { ResultOf } from "../api/graphql";
import type { DIFF } from "../api/past";
import { isId } from "./values";

export type Difference = NonNullable<ResultOf<typeof DIFF>["diff"]>;
export type Change = Difference["projects"][number]["changes"][number];

export interface Thing {
  id: string;
  subject: string;
  changes: Change[];
  /** Whether it was not there at the earlier moment, as far as its values tell. */
  isNew: boolean;
}

const order = ["Project", "Ownership", "Cycle", "Sheet", "Indicator", "Evidence", "Finding", "Comment", "Rollout"];

/** The changes of a project by what changed, the most telling things first. */
export function things(changes: Change[]): Thing[] {
  const found = new Map<string, Thing>();
  for (const change of changes) {
    const thing = found.get(change.subjectId) ?? { id: change.subjectId, subject: change.subject, changes: [], isNew: true };
    thing.changes.push(change);
    thing.isNew &&= change.before === null;
    found.set(change.subjectId, thing);
  }
  const rank = ({ subject }: Thing): number => (order.indexOf(subject) + 1 || order.length + 1);
  return [...found.values()].sort((one, other) => rank(one) - rank(other));
}

/** Every id that stands in a value, or that something changed has. */
export function idsIn(difference: Difference): string[] {
  const ids = difference.projects.flatMap((project) =>
    project.changes.flatMap(({ subjectId, before, after }) => [subjectId, before, after]),
  );
  return [...new Set(ids.filter((one): one is string => isId(one)))];
}
