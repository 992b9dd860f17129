/** What came of an act, for a dialog: nothing to say, or why it was not done. */
import type { Answer, Trouble } from "./client";

export interface Outcome {
  trouble?: Trouble | undefined;
  told?: string[];
}

/** Why an act was not done; empty where it was. */
export function outcomeOf(answer: Answer<{ done: object }>): Outcome {
  if (answer.trouble) return { trouble: answer.trouble };
  const { done } = answer.data;
  if ("blockedBy" in done) return { told: (done.blockedBy as { message: string }[]).map((one) => one.message) };
  return "message" in done ? { told: String(done.message).split("\n") } : {};
}
