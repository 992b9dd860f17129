/** What is typed stays on this device until it is recorded or thrown away. */

export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(`draft/${key}`, JSON.stringify(value));
  } catch {
    // a full or forbidden storage keeps nobody from typing
  }
}

export function kept(key: string): unknown {
  const text = localStorage.getItem(`draft/${key}`);
  return text === null ? undefined : JSON.parse(text);
}

export function forget(key: string): void {
  localStorage.removeItem(`draft/${key}`);
}
