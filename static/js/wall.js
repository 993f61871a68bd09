// The wall shows what it finds as one types, and its address says so; stars and picks need no new page.
let waiting, asking, typed;

// Takes parts of this page from another; where that cannot be, goes there.
const show = async (address, ...parts) => {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address, { signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["wall-found", "wall-chips", ...parts]) {
      const next = page.getElementById(id);
      document.getElementById(id).replaceWith(next);
      window.htmx?.process(next);
    }
    document.getElementById("wall-count").textContent = page.getElementById("wall-count").textContent;
    document.dispatchEvent(new Event("carnet:arrive"));
    return true;
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address);
  }
};

const seek = async (form) => {
  const fields = [...new FormData(form)].filter(([name, value]) => value && !(name === "sort" && value === "newest"));
  const query = new URLSearchParams(fields).toString();
  const address = form.action + (query && "?" + query);
  if (!(await show(address))) return;
  history[typed ? "replaceState" : "pushState"](null, "", address);
  typed = true;
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
addEventListener("popstate", () => {
  typed = false;
  if (document.getElementById("wall-seek")) show(location.href, "wall-seek");
});

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
