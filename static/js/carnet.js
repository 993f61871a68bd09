// What pages are glad to have and can do without: a password shown, files named, a theme at once, a link copied.

import "./bring.js";
import "./verify.js";
import { arrive as arriveAtCrop } from "./crop.js";
import { arrive as arriveAtOrder } from "./order.js";
import { arrive as arriveAtWall } from "./wall.js";

const root = document.documentElement;
const each = (selector, deed) => document.querySelectorAll(selector).forEach(deed);
const on = (type, selector, deed) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) deed(element, event);
  });

// Controls that need this script are drawn hidden, those it replaces are drawn shown.
const arrive = () => {
  each("[data-reveal]", (button) => (button.hidden = false));
  each("[data-copy]", (button) => (button.hidden = !navigator.clipboard));
  each("[data-share]", (button) => (button.hidden = !navigator.share));
  each("[data-print]", (button) => (button.hidden = false));
  each("[data-theme-apply]", (button) => (button.hidden = true));
  arriveAtCrop();
  arriveAtOrder();
  arriveAtWall();
};

const reveal = (button, shown) => {
  button.dataset.show ??= button.textContent;
  document.getElementById(button.dataset.reveal).type = shown ? "text" : "password";
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
};
on("click", "[data-reveal]", (button) => reveal(button, document.getElementById(button.dataset.reveal).type === "password"));

// A deed sent twice is a deed done twice: of a button pressed twice the first press counts.
const sent = new WeakMap();
on("submit", "form", (form, event) => {
  if (!event.defaultPrevented && form.method === "post") {
    if (event.timeStamp - (sent.get(form) ?? -1000) < 1000) return event.preventDefault();
    sent.set(form, event.timeStamp);
  }
  // Hidden again, so that no browser keeps a password as ordinary text.
  form.querySelectorAll("[data-reveal]").forEach((button) => reveal(button, false));
  const button = form.querySelector("[data-busy]");
  // A button disabled at once would not be sent.
  if (button) setTimeout(() => busy(button));
});

const busy = (button) => {
  button.dataset.rest ??= button.textContent;
  button.textContent = button.dataset.busy;
  button.disabled = true;
};
const rest = (button) => {
  button.textContent = button.dataset.rest;
  button.disabled = false;
};
addEventListener("pageshow", (event) => event.persisted && each("[data-rest]", rest));

on("change", "[data-theme-form] input", (input) => {
  const apply = () => (input.form.querySelector("[data-theme-apply]").hidden = false);
  root.dataset.theme = input.value;
  fetch(input.form.action, { method: "POST", body: new URLSearchParams(new FormData(input.form)), redirect: "manual" }).catch(apply);
});

for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
  on(type, ".drop", (drop) => drop.toggleAttribute("data-over", type.startsWith("drage") || type === "dragover"));
}

// A pasted picture counts as a chosen file.
document.addEventListener("paste", (event) => {
  const input = document.querySelector(".drop input");
  if (!input || !event.clipboardData?.files.length) return;
  input.files = event.clipboardData.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

on("click", "[data-copy]", async (button) => {
  await navigator.clipboard.writeText(button.dataset.text ?? new URL(button.dataset.copy, location.href).href);
  (button.querySelector("[data-word]") ?? button).textContent = button.dataset.done;
});

on("click", "[data-print]", () => print());

on("click", "[data-share]", (button) =>
  navigator.share({ title: document.title, url: new URL(button.dataset.share, location).href }).catch(() => {}),
);

// "Show more" goes with what it brings, and the focus with it: the first newcomer takes it.
let last;
document.addEventListener("htmx:before:swap", () => (last = document.activeElement?.closest(".more")?.previousElementSibling));
document.addEventListener("htmx:after:swap", () => last?.nextElementSibling?.querySelector("a")?.focus({ preventScroll: true }));

arrive();
document.addEventListener("htmx:after:swap", arrive);
document.addEventListener("carnet:arrive", arrive);
