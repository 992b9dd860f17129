import type { Stage } from "../../lib/figures";

/** A line of a table of progress. */
export interface Counted {
  key: string;
  name: string;
  total: number;
  closed: number;
  overdue: number;
  byStage: readonly { stage: Stage; count: number }[];
  byGrade: readonly { grade: string; count: number }[];
}
