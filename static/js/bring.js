// Files dropped, and folders with all that is in them. Without this script files are dropped one by one, and a folder is chosen.

const most = 1000;
const named = 8;

const on = (type, selector, deed) =>
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) deed(element, event);
  });

// The names of what was chosen, so that one sees it is there.
on("change", ".drop input", (input) => {
  const list = input.closest(".drop").querySelector("[data-chosen]");
  const names = Array.from(input.files, (file) => file.name);
  const more = names.length - named;
  const shown = more > 1 && list.dataset.more ? [...names.slice(0, named), list.dataset.more.replace("#", more)] : names;
  list.replaceChildren(...shown.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  list.hidden = names.length === 0;
});

const read = (folder) => {
  const reader = folder.createReader();
  const batch = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  const all = async (entries) => {
    const next = await batch();
    return next.length ? all([...entries, ...next]) : entries;
  };
  return all([]);
};

const collect = async (entries, files) => {
  for (const entry of entries) {
    if (files.length >= most) return files;
    if (entry.isDirectory) await collect(await read(entry), files);
    else files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
  }
  return files;
};

// A browser drops a folder as one empty file; what is in it must be asked for.
on("drop", ".drop", async (drop, event) => {
  const input = drop.querySelector("input[multiple]");
  const entries = Array.from(event.dataTransfer?.items ?? [], (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!input || !entries.some((entry) => entry.isDirectory)) return;
  event.preventDefault();
  const all = new DataTransfer();
  for (const file of await collect(entries, [])) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
