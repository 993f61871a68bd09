// Verifying a badge while one watches: every finding is shown as it is made. Without this script the page comes whole.

const box = document.querySelector("[data-report]");
const title = document.title;
let asking;

const copy = (name) => document.querySelector(`template[data-${name}]`).content.cloneNode(true);

// Where the reader is led; the heading is focused so that it is read out too.
const lead = (into) => {
  const heading = ["[data-heading]", "[aria-invalid='true']", "[role='alert']"].map((s) => into.querySelector(s)).find(Boolean);
  heading?.focus();
  into.scrollIntoView({ block: "start" });
  return heading;
};

const show = (...nodes) => {
  box.replaceChildren(...nodes);
  box.querySelectorAll("[data-print]").forEach((button) => (button.hidden = false));
  return lead(box);
};

const parts = {
  finding(html) {
    const list = box.querySelector("[data-found]");
    if (!list) return;
    list.insertAdjacentHTML("beforeend", html);
    const heading = box.querySelector("[data-then]");
    heading.textContent = heading.dataset.then;
    count(list.children.length);
  },
  report(html) {
    const heading = show(document.createRange().createContextualFragment(html));
    document.title = `${heading.textContent.trim()} · ${title}`;
    document.getElementById("ask-h").className = "";
  },
};

// Said aloud at most every two seconds, so that a screen reader is not drowned.
let said = 0;
const count = (n) => {
  const line = box.querySelector("[data-progress]");
  line.textContent = n === 1 ? line.dataset.one : line.dataset.other.replace("#", n);
  if (Date.now() - said < 2000) return;
  said = Date.now();
  box.querySelector("[data-said]").textContent = line.textContent;
};

// Any other answer is a page: the form with what is wrong, or why nothing can be done.
const page = (html) => {
  const other = new DOMParser().parseFromString(html, "text/html");
  const form = other.querySelector(".ask");
  if (!form) return show(...other.querySelector("main").children);
  const files = document.getElementById("file").files;
  document.querySelector(".ask").replaceWith(form);
  document.getElementById("file").files = files;
  document.getElementById("file").dispatchEvent(new Event("change", { bubbles: true }));
  box.replaceChildren();
  lead(form);
};

const read = async (answer) => {
  const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let whole = false;
  for (;;) {
    const { value, done } = await lines.read();
    if (done) break;
    const ready = (rest + value).split("\n");
    rest = ready.pop();
    for (const line of ready) {
      const [[part, html]] = Object.entries(JSON.parse(line));
      whole ||= part === "report";
      parts[part](html);
    }
  }
  if (!whole) throw new Error("the answer is cut off");
};

const verify = async (form) => {
  asking?.abort();
  const mine = (asking = new AbortController());
  const body = new FormData(form);
  show(copy("under-way"));
  try {
    const answer = await fetch("/verify", { method: "POST", body, headers: { Accept: "application/x-ndjson" }, signal: mine.signal });
    if (answer.headers.get("Content-Type").startsWith("application/x-ndjson")) await read(answer);
    else page(await answer.text());
  } catch {
    if (mine === asking) show(copy("broken"));
  }
};

if (box) {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-verify]") || event.submitter?.matches("[data-plain]")) return;
    event.preventDefault();
    verify(event.target);
  });
  // Of a file and a text, the one given last is meant.
  document.addEventListener("change", (event) => {
    if (event.target.id === "file" && event.target.files.length) document.getElementById("text").value = "";
  });
  document.addEventListener("input", (event) => {
    const file = document.getElementById("file");
    if (event.target.id !== "text" || !file.files.length) return;
    file.value = "";
    file.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
