// The wall shows what it finds as one types, and its address says so; stars and picks need no new page.
const seeker = () => document.querySelector("[data-seek]");
let waiting, asking, typed;

const seek = async (form) => {
  const fields = [...new FormData(form)].filter(([name, value]) => value && !(name === "sort" && value === "newest"));
  const query = new URLSearchParams(fields).toString();
  const address = form.action + (query && "?" + query);
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address, { signal: asking.signal });
    if (!answer.ok || answer.redirected) return location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["wall-found", "wall-chips"]) {
      const [now, next] = [document.getElementById(id), page.getElementById(id)];
      if (!now || !next) return location.assign(address);
      now.replaceWith(next);
      window.htmx?.process(next);
    }
    document.getElementById("wall-count").textContent = page.getElementById("wall-count").textContent;
    history[typed ? "replaceState" : "pushState"]({ sought: true }, "", address);
    typed = true;
    document.dispatchEvent(new Event("carnet:arrive"));
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address);
  }
};

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-seek]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(seek, event.target.type === "search" ? 200 : 0, form);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-seek]")) {
    event.preventDefault();
    clearTimeout(waiting);
    seek(event.target);
  } else if (event.target.matches("[data-favour]") && event.submitter) {
    event.preventDefault();
    favour(event.target, event.submitter);
  }
});
addEventListener("popstate", () => seeker() && location.reload());

const favour = async (form, star) => {
  const on = star.name === "on";
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ [star.name]: star.value }), redirect: "manual" });
  if (answer.type !== "opaqueredirect") return location.reload();
  star.name = on ? "off" : "on";
  star.setAttribute("aria-pressed", on);
};

document.addEventListener("click", (event) => {
  const all = event.target.closest("[data-pick-all], [data-pick-none]");
  if (!all) return;
  event.preventDefault();
  document.querySelectorAll(".pick").forEach((box) => (box.checked = "pickAll" in all.dataset));
});

export const arrive = () => document.querySelectorAll("[data-unscripted]").forEach((control) => (control.hidden = true));
