/** Asks about the past again while the server is still putting it together. */
import type { Asked } from "./asked.svelte";

const AGAIN = 2_000;

export function patiently<Data, V extends Record<string, unknown>>(asked: Asked<Data, V>): void {
  $effect(() => {
    if (asked.waiting || asked.trouble?.kind !== "notReady") return;
    const timer = setTimeout(() => void asked.again(), AGAIN);
    return () => clearTimeout(timer);
  });
}
