/** The acts on a project beside its moves, each with the form that it has. */
import type { PROJECT } from "../../api/project";
import type { ResultOf } from "../../api/graphql";
import type { Answer, Trouble } from "../../lib/client";

export type Project = NonNullable<ResultOf<typeof PROJECT>["project"]>;
export type Cycle = NonNullable<Project["cycle"]>;
export type Rollout = Project["rollouts"][number];
export type Finding = Project["findings"][number];
export type Evidence = Cycle["evidence"][number];
/** What somebody has typed, by name. */
export type Typed = Record<string, string>;
/** What comes of an act: an error has a message. */
export interface Outcome {
  __typename: string;
  message?: string;
}
export type Answered = { data: Outcome; trouble?: never } | { data?: never; trouble: Trouble };
/** An entry of the history, as far as a correction needs it. */
export interface Entry {
  sequence: number;
  name: string;
  isOfCycle: boolean;
}

export type Doing =
  | { deed: "status"; trigger: string }
  | { deed: "transfer" | "rollout" | "revise" | "report" | "planChange" }
  | { deed: "answerRollout"; rollout: Rollout }
  | { deed: "answerFinding"; finding: Finding }
  | { deed: "withdraw"; evidence: Evidence }
  | { deed: "correct"; entry: Entry };

/** What a form has to know. */
export interface Props {
  project: Project;
  refresh: () => Promise<void>;
  close: () => void;
}

/** Take one field out of an answer: each mutation's own. */
export function outcomeOf<Data>(answer: Answer<Data>, pick: (data: Data) => object): Answered {
  if (answer.trouble) return { trouble: answer.trouble };
  return { data: pick(answer.data) as Outcome };
}
