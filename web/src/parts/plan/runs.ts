import type { ResultOf } from "../../api/graphql";
import type { SPANS } from "../../api/plan";
import type { Run } from "../../lib/figures";
import type { Shown } from "./shown";

/** The cycles of the projects that are asked for. */
export function runsOf(data: ResultOf<typeof SPANS>, shown: Shown): Run[] {
  const projects = data.plan.policies.flatMap((one) => one.categories.flatMap((category) => category.projects));
  return projects.flatMap((one) => (one.cycle && shown(one) ? [{ ...one, cycle: one.cycle }] : []));
}
