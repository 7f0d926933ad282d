"use strict";
document.documentElement.classList.add("js");
const all = (selector) => [...document.querySelectorAll(selector)];

// A closed chart is drawn when it is opened, and before printing if it is open.
const draw = (details) => {
  const template = details.querySelector("template");
  if (template) template.replaceWith(template.content.cloneNode(true));
};
for (const details of all("details.race")) {
  details.addEventListener("toggle", () => details.open && draw(details));
}
const open = (number) => {
  const details = document.getElementById("c" + number);
  if (!details) return;
  const others = details.closest("details.others");
  if (others) others.open = true;
  details.open = true;
  draw(details);
  details.scrollIntoView();
};
addEventListener("hashchange", () => location.hash.startsWith("#c") && open(location.hash.slice(2)));
if (location.hash.startsWith("#c")) open(location.hash.slice(2));
for (const link of all('a[href^="#c"]')) {
  link.addEventListener("click", () => open(link.getAttribute("href").slice(2)));
}
for (const dot of all(".dot[data-r]")) dot.addEventListener("click", () => open(dot.dataset.r));

const table = document.querySelector("table.runs");
if (table) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const minis = document.querySelector(".minis");
  const limit = Number(table.dataset.shown);
  const button = document.querySelector("button.all");

  // The rows after the first ones wait for the button, among those that pass the filter.
  const fold = () => {
    const rows = [...body.rows].filter((row) => !row.hidden);
    rows.forEach((row, place) => row.classList.toggle("more", place >= limit));
    if (button) button.hidden = rows.length <= limit || table.classList.contains("every");
  };
  button?.addEventListener("click", () => {
    table.classList.add("every");
    fold();
  });

  // The small charts follow the order of the table.
  const reorder = () => {
    const place = new Map([...body.rows].map((row, index) => [row.dataset.r, index]));
    const of = (mini) => place.get(mini.dataset.r) ?? 1e9;
    minis?.append(...[...minis.children].sort((a, b) => of(a) - of(b)));
    fold();
  };
  heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const numbers = [...body.rows].every((row) => "v" in row.cells[column].dataset);
    const order = (a, b) => (numbers ? value(a) - value(b) : value(a).localeCompare(value(b)));
    body.append(...[...body.rows].sort((a, b) => (down ? order(b, a) : order(a, b))));
    reorder();
  }));

  const filter = document.querySelector(".filter input");
  filter?.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    const kept = new Set();
    for (const row of body.rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      if (!row.hidden) kept.add(row.dataset.r);
    }
    for (const part of all(".mini, .dot[data-r], details.race")) part.hidden = !kept.has(part.dataset.r);
    document.querySelector(".filter output").textContent = wanted ? kept.size + " of " + body.rows.length : "";
    fold();
  });
}
