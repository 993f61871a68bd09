// The order of a collection: moved in place by its buttons, or dragged. Without this script the same buttons load the page.

const list = () => document.querySelector("[data-order]");

const numbered = (order) => {
  const items = [...order.children];
  items.forEach((item, i) => {
    item.querySelector(".num").textContent = i + 1;
    for (const button of item.querySelectorAll("[name=move]")) {
      button.setAttribute("aria-disabled", button.value === "down" ? i === items.length - 1 : i === 0);
    }
  });
};

const told = (order, item) => {
  const place = [...order.children].indexOf(item) + 1;
  document.querySelector("[data-order-said]").textContent = order.dataset.said
    .replace("{name}", item.dataset.name).replace("{place}", place).replace("{all}", order.children.length);
};

// What the house did not take is shown as it is there.
const send = (order, item, pairs) => {
  numbered(order);
  told(order, item);
  fetch(order.dataset.order, { method: "POST", body: new URLSearchParams(pairs), redirect: "manual" })
    .then((answer) => answer.type === "opaqueredirect" || location.reload(), () => location.reload());
};

document.addEventListener("submit", (event) => {
  const order = event.target.closest("[data-order]");
  const button = event.submitter;
  if (!order || button?.name !== "move") return;
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  const item = button.closest("li");
  if (button.value === "up") item.previousElementSibling.before(item);
  if (button.value === "down") item.nextElementSibling.after(item);
  if (button.value === "first") order.prepend(item);
  button.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  send(order, item, [["badge", item.dataset.badge], ["move", button.value]]);
});

// In a field one selects, and does not drag.
document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.("[data-order] > li");
  if (item) item.draggable = !event.target.closest("details, button");
});

let dragged;
document.addEventListener("dragstart", (event) => {
  const item = event.target.closest?.("[data-order] > li");
  if (!item) return;
  dragged = item;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", item.dataset.name);
  item.toggleAttribute("data-dragged", true);
});
document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("[data-order] > li");
  if (!over) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  if (event.clientY > box.top + box.height / 2) over.after(dragged);
  else over.before(dragged);
});
document.addEventListener("drop", (event) => dragged && event.preventDefault());
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.toggleAttribute("data-dragged", false);
  const order = list();
  send(order, dragged, [...order.children].map((item) => ["order", item.dataset.badge]));
  dragged = undefined;
});

export const arrive = () => {
  const order = list();
  if (!order) return;
  for (const item of order.children) item.draggable = true;
  document.querySelectorAll("[data-drag-say]").forEach((say) => (say.hidden = false));
};
