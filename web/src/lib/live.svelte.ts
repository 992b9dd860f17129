/**
 * Follows the record, and tells whoever listens that it grew.
 *
 * One tab of a browser holds the stream and tells the others; when it closes, another takes over.
 * That takes Web Locks, which there are on HTTPS and on this machine only: elsewhere each tab
 * follows for itself, and asks now and then where the server takes no more streams.
 */
import { type Grown, listen } from "./stream";

const NAME = "meguru/record";

type Told = { kind: "entry"; entry: Grown } | { kind: "state"; connected: boolean } | { kind: "hello" };

/** Screens ask anew at most once in so many milliseconds, however fast the record grows. */
const APART = 500;

const listeners = new Set<(entries: readonly Grown[]) => void>();
let following = false;
let latest = 0;
let leads = false;
let untold: Grown[] = [];
let due: ReturnType<typeof setTimeout> | undefined;
let lastTold = 0;

/** Whether news come in: false while the server cannot be reached. */
export const live = $state({ connected: false, wanted: false });

/** Call with what is new whenever the record grew, until what is returned is called. */
export function onEntry(listener: (entries: readonly Grown[]) => void): () => void {
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

function heard(entry: Grown): void {
  latest = Math.max(latest, entry.sequence);
  untold.push(entry);
  plan();
}

/** Tell soon; while nobody looks at the page, once somebody does. */
function plan(): void {
  if (untold.length > 0 && !document.hidden) due ??= setTimeout(tellAll, Math.max(0, lastTold + APART - Date.now()));
}

function tellAll(): void {
  const entries = untold;
  due = undefined;
  untold = [];
  lastTold = Date.now();
  for (const listener of listeners) listener(entries);
}

document.addEventListener("visibilitychange", plan);

function share(locks: LockManager, channel: BroadcastChannel): void {
  const tell = (told: Told): void => channel.postMessage(told);
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === "entry" && data.entry.sequence > latest) heard(data.entry);
    else if (data.kind === "state" && !leads) live.connected = data.connected;
    else if (data.kind === "hello" && leads) {
      tell({ kind: "state", connected: live.connected });
      tell({ kind: "entry", entry: { sequence: latest, kind: undefined, project: undefined } });
    }
  };
  tell({ kind: "hello" });
  void locks.request(NAME, () => {
    leads = true;
    return listen(latest, {
      entry: (entry) => {
        heard(entry);
        tell({ kind: "entry", entry });
      },
      connected: (is) => {
        live.connected = is;
        tell({ kind: "state", connected: is });
      },
    });
  });
}
