// Asks the wasm build every question of the oracle's cases and compares its answers with those of the native
// build, byte for byte.
//
//     node compare.mjs PLANNER.js QUESTIONS.json
//
// PLANNER.js is the glue for Node.js, QUESTIONS.json what `oracle --questions` wrote. A trap leaves an instance
// unusable, so after one the rest is not asked.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [planner, questions] = process.argv.slice(2);
const { planJson, runJson } = createRequire(import.meta.url)(resolve(planner));

let passed = 0;
let failed = 0;
for (const { name, request, answer } of JSON.parse(readFileSync(questions, "utf8"))) {
  let got;
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
  if (got === answer) {
    passed += 1;
    continue;
  }
  failed += 1;
  let at = 0;
  while (got[at] === answer[at]) at += 1;
  const around = (text) => text.slice(Math.max(0, at - 60), at + 60);
  console.log(`${name}: differs at byte ${at}\n  native …${around(answer)}…\n  wasm   …${around(got)}…`);
}
console.log(`test result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
