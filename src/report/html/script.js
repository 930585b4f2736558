"use strict";
for (const form of document.querySelectorAll("form.filter")) {
  const items = [...document.getElementById(form.dataset.for).children].filter(e => e.matches("article, tr"));
  const texts = items.map(e => e.textContent.toLowerCase());
  const apply = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severity = form.elements.severity.value;
    let shown = 0;
    items.forEach((item, n) => {
      const fits = (!severity || item.classList.contains(severity)) && words.every(w => texts[n].includes(w));
      item.hidden = !fits;
      shown += fits;
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
      const key = row => row.cells[column].dataset.k || row.cells[column].textContent;
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }) * (down ? -1 : 1));
      table.tBodies[0].append(...rows);
    });
  });
}
addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.hidden) target.hidden = false;
});
