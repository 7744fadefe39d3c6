// The worker's own part: takes the compiled planner, starts it, and says why when it breaks.
"use strict";
let lastWords = "";
const consoleError = console.error;
console.error = (...words) => {
  lastWords = words.join(" ");
  consoleError(...words);
};
const broken = (reason) => postMessage(lastWords || String(reason));
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  broken(event.reason);
});
addEventListener("error", (event) => {
  event.preventDefault();
  broken(event.message);
});
// Requests may be here before the module is.
const early = [];
onmessage = (event) => {
  if (!(event.data instanceof WebAssembly.Module)) {
    early.push(event.data);
    return;
  }
  onmessage = null;
  wasm_bindgen.initSync({ module: event.data });
  wasm_bindgen.startWorker();
  for (const data of early) dispatchEvent(new MessageEvent("message", { data }));
};
