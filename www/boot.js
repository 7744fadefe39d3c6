// Starts the viewer. Both modules are in this page, packed: nothing is fetched. The viewer's runs here, the
// planner's in a worker.
(async () => {
  "use strict";
  const text = (id) => document.getElementById(id).textContent;
  const module = async (id) => {
    const packed = Uint8Array.from(atob(text(id)), (char) => char.charCodeAt(0));
    document.getElementById(id).remove();
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
  };
  try {
    // A promise: a worker may be asked for before its module is ready, and again after one has crashed.
    const planner = module("planner-wasm");
    const parts = [text("planner-glue"), "\n", text("worker")];
    const source = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
    globalThis.planglassWorker = () => {
      const worker = new Worker(source);
      planner.then((module) => worker.postMessage(module));
      return worker;
    };

    wasm_bindgen.initSync({ module: await module("viewer-wasm") });
  } catch (error) {
    const place = document.createElement("p");
    place.className = "boot";
    place.textContent = "Planglass cannot start in this browser: " + error;
    document.getElementById("app").replaceChildren(place);
  }
})();
