// The portrait as the sliders stand, while they move. Without this script a button shows it.

let turn;

const address = (form) => `/you/portrait/draft?${new URLSearchParams(new FormData(form))}`;

document.addEventListener("input", ({ target }) => {
  const crop = target.closest?.("[data-crop]");
  if (!crop || target.type !== "range") return;
  clearTimeout(turn);
  turn = setTimeout(() => (crop.querySelector("[data-crop-view]").src = address(target.form)), 120);
});

export const arrive = () => document.querySelectorAll("[data-crop-look]").forEach((button) => (button.hidden = true));
