/**
 * Follows the record, and tells whoever listens that it grew.
 *
 * One tab of a browser holds the stream and tells the others; when it closes, another takes over.
 * That takes Web Locks, which there are on HTTPS and on this machine only: elsewhere each tab
 * follows for itself, and asks now and then where the server takes no more streams.
 */
import { listen } from "./stream";

const NAME = "meguru/record";

type Told = { kind: "entry"; sequence: number } | { kind: "state"; connected: boolean } | { kind: "hello" };

const listeners = new Set<() => void>();
let following = false;
let latest = 0;
let leads = false;

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
  if (following) return;
  following = true;
  latest = after;
  const locks = navigator.locks as LockManager | undefined;
  if (!locks || typeof BroadcastChannel === "undefined") {
    void listen(after, { entry: heard, connected: (is) => (live.connected = is) });
    return;
  }
  share(locks, new BroadcastChannel(NAME));
}

function heard(sequence: number): void {
  latest = Math.max(latest, sequence);
  for (const listener of listeners) listener();
}

function share(locks: LockManager, channel: BroadcastChannel): void {
  const tell = (told: Told): void => channel.postMessage(told);
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === "entry" && data.sequence > latest) heard(data.sequence);
    else if (data.kind === "state" && !leads) live.connected = data.connected;
    else if (data.kind === "hello" && leads) {
      tell({ kind: "state", connected: live.connected });
      tell({ kind: "entry", sequence: latest });
    }
  };
  tell({ kind: "hello" });
  void locks.request(NAME, () => {
    leads = true;
    return listen(latest, {
      entry: (sequence) => {
        heard(sequence);
        tell({ kind: "entry", sequence });
      },
      connected: (is) => {
        live.connected = is;
        tell({ kind: "state", connected: is });
      },
    });
  });
}
