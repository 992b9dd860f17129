/** What changed between two moments, thing by thing. */
import type { ResultOf } from "../api/graphql";
import type { DIFF, NAMES } from "../api/past";

export type Difference = NonNullable<ResultOf<typeof DIFF>["diff"]>;
export type Change = Difference["projects"][number]["changes"][number];
export type Named = NonNullable<ResultOf<typeof NAMES>["nodes"][number]>;

export interface Thing {
  id: string;
  subject: string;
  changes: Change[];
  /** Whether it was not there at the earlier moment, as far as its values tell. */
  isNew: boolean;
}

const ID = /^[a-z]{3}_[0-9a-f]{32}$/;
const order = ["Project", "Ownership", "Cycle", "Sheet", "Indicator", "Evidence", "Finding", "Rollout"];

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
  return [...new Set(ids.filter((one): one is string => one !== null && ID.test(one)))];
}

export function isId(value: string): boolean {
  return ID.test(value);
}

/** What something is called now. */
export function nameOf(named: Named): string {
  if ("fiscalYearLabel" in named) return `${named.project.code} ${named.fiscalYearLabel}`;
  if ("title" in named) return "code" in named ? `${named.code} ${named.title}` : named.title;
  if ("name" in named) return "code" in named ? `${named.code} ${named.name}` : named.name;
  return "";
}
