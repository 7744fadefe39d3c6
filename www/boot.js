// Starts the viewer. The planner's code is in this page, packed: nothing is fetched.
(async () => {
  "use strict";
  const text = (id) => document.getElementById(id).textContent;
  try {
    const packed = Uint8Array.from(atob(text("wasm")), (char) => char.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const module = await WebAssembly.compile(await new Response(unpacked).arrayBuffer());
    document.getElementById("wasm").remove();

    // A worker with the same code; the page calls this again after one has crashed.
    const source = URL.createObjectURL(new Blob([text("glue"), "\n", text("worker")], { type: "text/javascript" }));
    globalThis.planglassWorker = () => {
      const worker = new Worker(source);
      worker.postMessage(module);
      return worker;
    };

    wasm_bindgen.initSync({ module });
    wasm_bindgen.startViewer();
  } catch (error) {
    const place = document.createElement("p");
    place.className = "boot";
    place.textContent = "Planglass cannot start in this browser: " + error;
    document.getElementById("app").replaceChildren(place);
  }
})();
