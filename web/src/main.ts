import "@digital-go-jp/design-tokens/dist/tokens.css";
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { at } from "./lib/screens";

// The first screen's file comes while the frame is asked for.
void at(location.pathname)?.screen.load();

const target = document.getElementById("app");
if (target) mount(App, { target });
