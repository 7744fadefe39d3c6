// Asks the wasm build every question of the oracle's cases and compares its answers with those of the native
// build, byte for byte.
//
//     node compare.mjs PLANNER.js QUESTIONS.json
//
// PLANNER.js is the glue for Node.js, QUESTIONS.json what `oracle --questions` or `damaged` wrote. A question without
// an answer may be answered in any way. A trap leaves an instance unusable, so after one the rest is not asked. No
// question may take longer than SLOWEST milliseconds, nor the instance more than LARGEST bytes of memory.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [planner, questions] = process.argv.slice(2);

const SLOWEST = 20_000;
const LARGEST = 512 * 1024 * 1024;

// The glue keeps its instance to itself: its memory is noted when it is made.
let memory;
const Instance = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memory = instance.exports.memory;
  return instance;
};
const { planJson, runJson } = createRequire(import.meta.url)(resolve(planner));

let passed = 0;
let failed = 0;
let slowest = 0;
for (const { name, request, answer } of JSON.parse(readFileSync(questions, "utf8"))) {
  let got;
  const started = performance.now();
  try {
    const text = JSON.stringify(request);
    got = request.run ? runJson(text) : planJson(text);
  } catch (error) {
    failed += 1;
    console.log(`${name}: ${error}`);
    if (error instanceof WebAssembly.RuntimeError) {
      console.log("the instance is unusable after this");
      break;
    }
    continue;
  }
  const took = performance.now() - started;
  slowest = Math.max(slowest, took);
  if (took > SLOWEST) {
    failed += 1;
    console.log(`${name}: took ${Math.round(took)} ms`);
    continue;
  }
  if (answer === undefined || got === answer) {
    passed += 1;
    continue;
  }
  failed += 1;
  let at = 0;
  while (got[at] === answer[at]) at += 1;
  const around = (text) => text.slice(Math.max(0, at - 60), at + 60);
  console.log(`${name}: differs at byte ${at}\n  native …${around(answer)}…\n  wasm   …${around(got)}…`);
}
const bytes = memory?.buffer.byteLength ?? 0;
console.log(`the slowest answer took ${Math.round(slowest)} ms, the instance has ${Math.round(bytes / 1048576)} MB`);
if (!memory || bytes > LARGEST) {
  failed += 1;
  console.log(memory ? "that is too much memory" : "its memory is not known");
}
console.log(`test result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
