// Adds a button to each block that can be edited and run. The editor, the runtime and the packages are loaded
// only when a reader asks for them.

import { words } from "./words.js";

function start() {
  for (const place of document.querySelectorAll(".convref-try:empty")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "convref-try__open", textContent: words.open });
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const { open } = await import("./editor.js");
        open(place, button);
      } catch {
        button.disabled = false;
        button.textContent = words.failed("editor.js");
      }
    });
    place.append(button);
  }
}

const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("try.css", import.meta.url).href });
if (!document.querySelector(`link[href="${style.href}"]`)) document.head.append(style);
if (window.document$?.subscribe) window.document$.subscribe(start); // Material's instant navigation
else start();
