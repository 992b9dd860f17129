import "@digital-go-jp/design-tokens/dist/tokens.css";
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { sweep } from "./lib/leaving";
import { at } from "./lib/screens";
import { load } from "./lib/shell.svelte";

sweep();
// Who is there is asked, and the first screen's file comes, while the frame is put together.
void load();
void at(location.pathname)?.screen.load();

const target = document.getElementById("app");
if (target) mount(App, { target });
