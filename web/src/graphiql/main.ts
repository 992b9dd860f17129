import "graphiql/style.css";
import "./page.css";
import "./trusted";
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { examples } from "./examples";
import { sweep } from "../lib/leaving";
import { fetcher } from "./fetcher";
import { storage } from "./storage";

sweep();
const target = document.getElementById("graphiql");
if (target) {
  const defaultTabs = await examples(fetcher);
  const reference = createElement(
    GraphiQL.Logo,
    null,
    createElement("span", { className: "home" }, createElement("a", { href: "/docs/api" }, "APIリファレンス")),
  );
  createRoot(target).render(
    createElement(
      GraphiQL,
      {
        fetcher,
        storage,
        defaultTabs,
        defaultEditorToolsVisibility: "variables",
        isHeadersEditorEnabled: false,
        showPersistHeadersSettings: false,
      },
      reference,
    ),
  );
}
