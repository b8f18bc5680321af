"use strict";
// A zone or node that is pressed is shown as lost in every placement of its cluster; the words are those of the table below it.
const keyOf = (button) => button.dataset.lose;

function lose(cluster, key) {
  for (const placement of cluster.querySelectorAll(".placement")) {
    for (const button of placement.querySelectorAll("[data-lose]")) {
      const isLost = keyOf(button) === key;
      button.setAttribute("aria-pressed", String(isLost));
      const box = button.classList.contains("node") ? button : button.closest(".zone");
      box.classList.toggle("lost", isLost);
    }
    const rows = [...placement.querySelectorAll("tr[data-row]")];
    const row = rows.find((one) => one.dataset.row === key);
    for (const one of rows) one.classList.toggle("shown", one === row);
    const result = placement.querySelector(".result");
    if (key === "") result.textContent = result.dataset.all;
    else if (!row) result.textContent = `no server of this placement is there: ${result.dataset.all}`;
    else {
      const heads = row.closest("table").tHead.rows[0].cells;
      const said = [...row.cells].map((cell, at) => (at === 0 ? `${cell.textContent} lost` : `${heads[at].textContent} ${cell.textContent}`));
      result.textContent = `${said[0]}: ${said.slice(1).join("; ")}`;
    }
  }
}

function sort(button) {
  const head = button.closest("th");
  const table = button.closest("table");
  const at = head.cellIndex;
  const up = head.getAttribute("aria-sort") !== "ascending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const value = (row) => row.cells[at].querySelector("data")?.value ?? row.cells[at].textContent;
  const rows = [...table.tBodies[0].rows].map((row) => [value(row), row]);
  const compare = ([a], [b]) => (isNaN(a) || isNaN(b) ? (a < b ? -1 : a > b ? 1 : 0) : a - b);
  rows.sort((a, b) => (up ? compare(a, b) : compare(b, a)));
  table.tBodies[0].append(...rows.map(([, row]) => row));
}

function filter(input) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  const rows = [...document.querySelectorAll("table.fleet tbody tr")];
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const isShown = words.every((word) => text.includes(word));
    row.hidden = !isShown;
    document.getElementById(row.dataset.cluster).hidden = !isShown;
    count += isShown;
  }
  document.getElementById("count").textContent = `${count} of ${rows.length} clusters`;
}

// A fleet is printed as its tables and the clusters that are open: all of 300 are 700 pages.
const fleet = document.querySelector("table.fleet");
let printed = [];

function openShown() {
  for (const one of document.querySelectorAll("details.cluster:not([hidden])")) one.open = true;
}

function open() {
  const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (target && target.matches("details")) {
    target.open = true;
    target.scrollIntoView();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.id === "open") openShown();
  else if (button.dataset.lose) lose(button.closest(".cluster"), button.getAttribute("aria-pressed") === "true" ? "" : keyOf(button));
  else if (button.closest("thead")) sort(button);
});
document.addEventListener("keydown", (event) => {
  const cluster = event.key === "Escape" && event.target.closest(".cluster");
  if (cluster) lose(cluster, "");
});
for (const button of document.querySelectorAll("[data-lose]")) button.setAttribute("aria-pressed", "false");
document.getElementById("filter")?.addEventListener("input", (event) => filter(event.target));
addEventListener("hashchange", open);
addEventListener("beforeprint", () => {
  if (fleet) return;
  printed = [...document.querySelectorAll("details:not([open])")];
  for (const one of printed) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of printed) one.open = false;
  printed = [];
});
open();
