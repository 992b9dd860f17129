/**
 * Whoever signs out leaves nothing behind for the next at the same computer.
 *
 * Signing out is a page without scripts: it has browsers clear their storage, which they do over
 * HTTPS only, and leaves a mark, by which our own pages do it otherwise.
 */

const MARK = "meguru-left";
/** What is nobody's secret. */
const HARMLESS = "lang";

/** Whether somebody has signed out here, and what they typed was not cleared away yet. */
export function hasLeft(): boolean {
  return document.cookie.split("; ").some((one) => one.startsWith(`${MARK}=`));
}

/** Clear away what somebody who has signed out had typed. */
export function sweep(): void {
  if (!hasLeft()) return;
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? "");
  for (const name of names) if (name !== HARMLESS) localStorage.removeItem(name);
  document.cookie = `${MARK}=; Max-Age=0; Path=/; SameSite=Lax`;
}
