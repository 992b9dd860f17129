/** Follows the record by server-sent events, and tells whoever listens that it grew. */
import { frames } from "./frames";

const QUERY = "subscription Live($after: Int) { history(afterSequence: $after) { sequence } }";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

const listeners = new Set<() => void>();
let following = false;

/** Whether news come in: false while the server cannot be reached. */
export const live = $state({ connected: false, wanted: false });

/** Call whenever the record grew, until what is returned is called. */
export function onEntry(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begin to follow, from an entry on; to be called once somebody is known to be signed in. */
export function follow(after: number): void {
  live.wanted = true;
  if (!following) {
    following = true;
    void again(after);
  }
}

async function again(after: number): Promise<void> {
  let wait = FIRST_WAIT;
  for (;;) {
    try {
      for await (const sequence of entries(after)) {
        live.connected = true;
        wait = FIRST_WAIT;
        after = sequence;
        for (const listener of listeners) listener();
      }
    } catch {
      // told by `live.connected`
    }
    live.connected = false;
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

async function* entries(after: number): AsyncGenerator<number> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({ query: QUERY, variables: { after } }),
  });
  if (!response.ok || !response.body) throw new Error(String(response.status));
  live.connected = true;
  for await (const frame of frames(response.body)) {
    if (frame.event !== "next") continue;
    const told = JSON.parse(frame.data) as { data?: { history?: { sequence: number } } };
    if (told.data?.history) yield told.data.history.sequence;
  }
}
