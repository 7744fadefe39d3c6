"use strict";
const stage = document.querySelector("main");
const svg = stage.querySelector("svg");
const boxes = [...svg.querySelectorAll(".model")];
const wires = [...svg.querySelectorAll(".wires path")];
const [x0, y0, w0, h0] = svg.getAttribute("viewBox").split(" ").map(Number);
const ground = svg.querySelector(".ground");
let view = { x: x0, y: y0, w: w0, h: h0 };

function show() {
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  for (const [name, at] of [["x", view.x - view.w], ["y", view.y - view.h]]) ground.setAttribute(name, at);
  ground.setAttribute("width", view.w * 3);
  ground.setAttribute("height", view.h * 3);
}
function unit() {
  return Math.max(view.w / stage.clientWidth, view.h / stage.clientHeight);
}
function zoom(by, x = view.x + view.w / 2, y = view.y + view.h / 2) {
  const w = Math.min(Math.max(view.w * by, 200), w0 * 4);
  const scale = w / view.w;
  view = { x: x - (x - view.x) * scale, y: y - (y - view.y) * scale, w, h: view.h * scale };
  show();
}
function whole() {
  view = { x: x0, y: y0, w: w0, h: h0 };
  show();
}
function at(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
}
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(event.deltaY * 0.0015), ...at(event));
}, { passive: false });

let drag = null;
stage.addEventListener("pointerdown", (event) => {
  drag = { x: event.clientX, y: event.clientY, moved: false, on: event.target.closest(".model") };
  stage.setPointerCapture(event.pointerId);
});
stage.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.moved && Math.hypot(dx, dy) < 4) return;
  drag = { ...drag, x: event.clientX, y: event.clientY, moved: true };
  view.x -= dx * unit();
  view.y -= dy * unit();
  show();
});
stage.addEventListener("pointerup", () => {
  if (drag && !drag.moved) choose(drag.on);
  drag = null;
});
stage.addEventListener("keydown", (event) => {
  const step = 60 * unit();
  const keys = {
    "+": () => zoom(0.8), "=": () => zoom(0.8), "-": () => zoom(1.25), "0": whole, Escape: () => choose(null),
    ArrowLeft: () => { view.x -= step; show(); }, ArrowRight: () => { view.x += step; show(); },
    ArrowUp: () => { view.y -= step; show(); }, ArrowDown: () => { view.y += step; show(); },
  };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
document.getElementById("whole").addEventListener("click", whole);

// Edges between boxes: the last piece of each wire knows both ends.
const edges = wires.filter((wire) => wire.dataset.t).map((wire) => [wire.dataset.s, wire.dataset.t]);
function reach(from, back) {
  const next = new Map();
  for (const [s, t] of edges) {
    const [a, b] = back ? [t, s] : [s, t];
    next.has(a) ? next.get(a).push(b) : next.set(a, [b]);
  }
  const seen = new Set([from]);
  for (const one of seen) for (const other of next.get(one) ?? []) seen.add(other);
  return seen;
}
function mark(names, chosen) {
  for (const box of boxes) {
    box.classList.toggle("faint", names !== null && !names.has(box.dataset.n));
    box.classList.toggle("on", box.dataset.n === chosen);
  }
  for (const wire of wires) {
    const { s, t } = wire.dataset;
    const on = names !== null && names.has(s) && (t === undefined || names.has(t));
    wire.classList.toggle("faint", names !== null && !on);
    wire.classList.toggle("on", chosen !== undefined && t !== undefined && (s === chosen || t === chosen));
  }
}
function choose(box) {
  if (!box) return mark(null);
  const number = box.dataset.n;
  mark(new Set([...reach(number, true), ...reach(number, false)]), number);
}
document.querySelector("input").addEventListener("input", (event) => {
  const text = event.target.value.trim().toLowerCase();
  if (!text) return mark(null);
  mark(new Set(boxes.filter((box) => box.textContent.toLowerCase().includes(text)).map((box) => box.dataset.n)));
});
show();
