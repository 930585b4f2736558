"use strict";
for (const form of document.querySelectorAll("form.filter")) {
  const items = [...document.getElementById(form.dataset.for).children].filter(e => e.matches("article, tr"));
  const texts = items.map(e => e.textContent.toLowerCase());
  const apply = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severity = form.elements.severity.value;
    const verdict = form.elements.verdict ? form.elements.verdict.value : "";
    let shown = 0;
    items.forEach((item, n) => {
      const fits = (!severity || item.classList.contains(severity)) && words.every(w => texts[n].includes(w))
        && (!verdict || item.querySelector(".v." + verdict));
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    form.querySelector("output").textContent = shown + " of " + items.length;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", e => e.preventDefault());
  form.hidden = false;
}
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(h => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = row => row.cells[column].dataset.k || row.cells[column].textContent.trim();
      const order = new Intl.Collator("en", { numeric: true }).compare;
      const rows = [...table.tBodies[0].rows].map(row => [key(row), row]);
      rows.sort((a, b) => order(a[0], b[0]) * (down ? -1 : 1));
      table.tBodies[0].append(...rows.map(r => r[1]));
    });
  });
}
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.hidden) {
    target.hidden = false;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", reveal);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(d => { d.open = true; }));
