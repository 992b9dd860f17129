import type { Move } from "./work";

/** What is said of several things alike is said once, with how many they are and who can lift them. */
export function together(blockers: Move["blockedBy"]): { message: string; who: string; times: number }[] {
  const found = new Map<string, { message: string; who: string; times: number }>();
  for (const { message, resolvableBy } of blockers) {
    const who = resolvableBy.map((one) => one.name).join("、");
    const one = found.get(message + who);
    if (one) one.times += 1;
    else found.set(message + who, { message, who, times: 1 });
  }
  return [...found.values()];
}
