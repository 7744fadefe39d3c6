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
onmessage = (event) => {
  onmessage = null;
  wasm_bindgen.initSync({ module: event.data });
  wasm_bindgen.startWorker();
};
