/** Comments as a conversation: pure, so that it can be tested. */

export interface Said {
  id: string;
  replyTo: { id: string } | null;
}

export interface Thread<T extends Said> {
  first: T;
  answers: T[];
}

/** The comments that answer none, each with all that follows from it, in the order they came in. */
export function threads<T extends Said>(comments: readonly T[]): Thread<T>[] {
  const found: Thread<T>[] = [];
  const of = new Map<string, Thread<T>>();
  for (const one of comments) {
    const asked = one.replyTo && of.get(one.replyTo.id);
    if (asked) asked.answers.push(one);
    const thread = asked ?? { first: one, answers: [] };
    if (!asked) found.push(thread);
    of.set(one.id, thread);
  }
  return found;
}
