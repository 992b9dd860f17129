/** The screens that show the past where an address names a moment. */
import type { Component } from "svelte";

interface PastScreen {
  path: RegExp;
  load: () => Promise<{ default: Component }>;
}

const screens: readonly PastScreen[] = [
  { path: /^\/plan$/, load: () => import("../screens/past/Plan.svelte") },
  { path: /^\/board$/, load: () => import("../screens/past/Board.svelte") },
  { path: /^\/projects\/[^/]+$/, load: () => import("../screens/past/Project.svelte") },
];

/** What shows an address as it stood; undefined where the past is not asked for, or has no screen. */
export function pastAt(path: string, query: URLSearchParams): PastScreen | undefined {
  return query.get("at") ? screens.find((one) => one.path.test(path)) : undefined;
}
