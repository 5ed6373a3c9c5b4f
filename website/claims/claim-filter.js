// "What is proven where": the reader picks a page and an oracle, and sees the claims that fit.
const form = document.querySelector(".claim-filter");
const claims = form.nextElementSibling;

// Each page has a paragraph with its title, and a table.
const pages = [...claims.querySelectorAll("table")].map((table) => {
  const wrap = [...claims.children].find((it) => it.contains(table));
  // "real data: 10 trials, …"
  const oracle = (row) => row.cells[1].textContent.split(":")[0].trim();
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, oracle: oracle(row) }));
  const title = wrap.previousElementSibling;
  return { name: title.textContent, title, wrap, rows };
});

function offer(select, values) {
  for (const value of values) select.add(new Option(value, value));
}

function filter() {
  const { page, oracle } = form.elements;
  let count = 0;
  for (const { name, title, wrap, rows } of pages) {
    let fitting = 0;
    for (const it of rows) {
      const fits = [name, ""].includes(page.value) && [it.oracle, ""].includes(oracle.value);
      it.row.hidden = !fits;
      fitting += fits;
    }
    title.hidden = wrap.hidden = !fitting;
    count += fitting;
  }
  form.querySelector("output").value = `${count} claims`;
}

offer(form.elements.page, pages.map(({ name }) => name));
offer(form.elements.oracle, new Set(pages.flatMap(({ rows }) => rows.map(({ oracle }) => oracle))));
form.addEventListener("input", filter);
filter();
