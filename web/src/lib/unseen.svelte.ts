/** How many news the person has not seen yet: what the bell shows. */
import { UNSEEN } from "../api/news";
import { ask } from "./client";
import { onEntry } from "./live.svelte";

let held = $state(0);

export const unseen = {
  get count(): number {
    return held;
  },
};

/** Ask how many there are. */
export async function countUnseen(): Promise<void> {
  const answer = await ask(UNSEEN, {}, { fresh: true });
  if (answer.data) held = answer.data.viewer?.news.unseen ?? 0;
}

/** Count now, and again whenever the record grew, until what is returned is called. */
export function watchUnseen(): () => void {
  void countUnseen();
  return onEntry(() => void countUnseen());
}
