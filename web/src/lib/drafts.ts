/** What is typed stays on this device, for its writer alone, until it is recorded, thrown away, or they sign out. */

let writer = "";

/** From now on drafts are those of this person; of nobody in particular where nobody is signed in. */
export function draftsOf(person: string | undefined): void {
  writer = person ?? "";
}

function stored(key: string): string {
  return `draft/${writer}/${key}`;
}

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(stored(key), JSON.stringify(value));
  } catch {
    // a full or forbidden storage keeps nobody from typing
  }
}

export function kept(key: string): unknown {
  const text = localStorage.getItem(stored(key));
  return text === null ? undefined : JSON.parse(text);
}

export function forget(key: string): void {
  localStorage.removeItem(stored(key));
}
