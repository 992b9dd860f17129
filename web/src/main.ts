import "@digital-go-jp/design-tokens/dist/tokens.css";
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { sweep } from "./lib/leaving";
import { pastAt } from "./lib/pastscreens";
import { route } from "./lib/route.svelte";
import { at } from "./lib/screens";
import { load } from "./lib/shell.svelte";

sweep();
// Who is there is asked, the first screen's file comes, and so does what it shows, while the frame is put together.
void load();
if (!pastAt(route.path, route.query)) void at(route.path)?.screen.load().then((screen) => screen.askEarly?.());

// A question is on its way only once this script has paused.
const target = document.getElementById("app");
if (target) setTimeout(() => mount(App, { target }));
