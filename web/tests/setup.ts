/** Node has no storage of a browser: what is remembered there is nothing. */
import { vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => null });
