/** Which entries change what a screen shows: pure, so that it can be tested. Where nothing is known of an entry, it may. */
import type { Grown } from "./stream";

/** Types of entries that move no project and name none anew: by far the most frequent are among them. */
const still = new Set([
  "AccountChange",
  "AppointmentChange",
  "CommentEntry",
  "CopyTaken",
  "DelegationChange",
  "EvidenceEntry",
  "FindingEntry",
  "KeyChange",
  "PersonRegistration",
  "Refusal",
  "SheetEdit",
  "SignInEntry",
  "TokenChange",
]);
/** Types of entries that concern two projects and name one. */
const ofTwo = new Set(["RolloutAnswer", "RolloutProposal", "ProjectAddition"]);

/** Whether it may change which projects there are, what they are called, or where they stand. */
export function movesProjects({ kind }: Grown): boolean {
  return kind === undefined || !still.has(kind);
}

/** Whether it may change what is shown of one project. */
export function concerns({ kind, project }: Grown, code: string): boolean {
  return kind === undefined || !project || project === code || ofTwo.has(kind);
}
