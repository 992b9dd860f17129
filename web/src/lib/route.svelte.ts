/** Where the page is: everything that a list shows stands in the address. */
import { at } from "./screens";

const here = $state({ path: location.pathname, search: location.search });

addEventListener("popstate", () => {
  here.path = location.pathname;
  here.search = location.search;
});

export const route = {
  get path(): string {
    return here.path;
  },
  get query(): URLSearchParams {
    return new URLSearchParams(here.search);
  },
  /** Where to sign in, and come back from to here. */
  get signIn(): string {
    return `/sign-in?next=${encodeURIComponent(here.path + here.search)}`;
  },
};

/** Go to another address of the page; `replace` leaves no step to go back to. */
export function go(href: string, options: { replace?: boolean } = {}): void {
  const url = new URL(href, location.href);
  history[options.replace ? "replaceState" : "pushState"](null, "", url);
  const moved = url.pathname !== here.path;
  here.path = url.pathname;
  here.search = url.search;
  if (moved) scrollTo(0, 0);
}

/** Change what the address asks for; null takes a name out. */
export function ask(changes: Record<string, string | null>): void {
  const query = route.query;
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const search = query.toString();
  go(here.path + (search ? `?${search}` : ""), { replace: true });
}

/** Follow a plain click on one of the page's own links without loading the page anew. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest("a");
  if (!link || link.target || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || !at(link.pathname)) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.href);
}
