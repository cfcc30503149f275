"use strict";
// Filters the rows that the page carries and draws one page of them. Text is set as text only, never as markup.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const columns = data.columns;
  columns.code = columns.kind.map((kind) => data.kinds[kind].code);
  const total = columns.kind.length;
  const form = byId("filters");
  const names = [...new FormData(form).keys()];
  const number = new Intl.NumberFormat("en-GB");

  let found = [];
  let page = 0;
  let haystacks = null;

  // --- which rows ---

  function haystack(row) {
    const kind = data.kinds[columns.kind[row]];
    const words = [
      ...["gmc_number", "doctor", "practice", "practice_name", "case", "user"],
      ...["summary", "owner", "first_seen", "acknowledged", "stale"],
    ];
    const texts = words.map((name) => columns[name][row]);
    const evidence = columns.evidence[row].flat();
    const owner = data.owners[columns.owner[row]];
    return [kind.number, kind.title, kind.code, kind.action, owner, ...texts, ...evidence].join("\n").toLowerCase();
  }

  // Built when the first text is asked for: most visits need none.
  function textTest(text) {
    haystacks = haystacks || Array.from({ length: total }, (_, row) => haystack(row));
    const words = text.toLowerCase().split(/\s+/);
    return (row) => words.every((word) => haystacks[row].includes(word));
  }

  function test(name, value) {
    if (name === "text") return textTest(value);
    if (name === "practice") return (row) => columns.practice[row].toUpperCase().startsWith(value.toUpperCase());
    if (name === "age" && value === "late") return (row) => columns.late[row];
    if (name === "state") return (row) => (data.states[value] || []).includes(columns.state[row]);
    return (row) => columns[name][row] === value;
  }

  function matching(filter) {
    const tests = Object.entries(filter).map(([name, value]) => test(name, value));
    const rows = [];
    for (let row = 0; row < total; row += 1) {
      if (tests.every((one) => one(row))) rows.push(row);
    }
    return rows;
  }

  // --- the form and the address ---

  function asked() {
    const filled = [...new FormData(form)].map(([name, value]) => [name, value.trim()]);
    return Object.fromEntries(filled.filter(([, value]) => value));
  }

  // A bookmarked choice that today's page does not offer stays chosen, and finds nothing.
  function choose(field, value) {
    field.value = value;
    if (field.value !== value) {
      field.add(new Option(`${value} (none in this report)`, value));
      field.value = value;
    }
  }

  const isFilter = () => location.hash === "" || location.hash === "#" || location.hash.includes("=");

  function readAddress() {
    const address = new URLSearchParams(location.hash.slice(1));
    for (const name of names) choose(form.elements[name], address.get(name) || "");
  }

  function writeAddress(filter) {
    history.replaceState(null, "", `#${new URLSearchParams(filter)}`);
  }

  // --- drawing ---

  function pair(name, value) {
    const both = document.createElement("div");
    both.append(document.createElement("dt"), document.createElement("dd"));
    both.firstChild.textContent = name;
    both.lastChild.textContent = value;
    return both;
  }

  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

  function texts(row) {
    const value = (name) => columns[name][row];
    const kind = data.kinds[value("kind")];
    return {
      severity: capital(value("severity")),
      number: kind.number,
      title: kind.title,
      gmc_number: value("gmc_number"),
      doctor: value("doctor"),
      practice: value("practice"),
      practice_name: value("practice_name"),
      case: value("case") && `Case ${value("case")}`,
      user: value("user") && `User ${value("user")}`,
      summary: value("summary"),
      owner: data.owners[value("owner")],
      state: capital(value("state")),
      acknowledged: value("acknowledged"),
      stale: value("stale"),
      first_seen: value("first_seen"),
      days: number.format(value("days")),
      action: kind.action,
    };
  }

  function drawn(row) {
    const line = byId("row").content.firstElementChild.cloneNode(true);
    const cells = {};
    for (const cell of line.querySelectorAll("[data-cell]")) cells[cell.dataset.cell] = cell;
    for (const [name, text] of Object.entries(texts(row))) cells[name].textContent = text;
    cells.severity.className = `tag tag--${columns.severity[row]}`;
    cells.late.hidden = !columns.late[row];
    const evidence = columns.evidence[row];
    cells.evidence.hidden = evidence.length === 0;
    cells.evidence.querySelector("dl").append(...evidence.map(([name, value]) => pair(name, value)));
    return line;
  }

  const draw = (rows) => byId("rows").replaceChildren(...rows.map(drawn));

  const lastPage = () => Math.max(0, Math.ceil(found.length / data.page_rows) - 1);

  function say() {
    const first = page * data.page_rows + 1;
    const last = Math.min(first + data.page_rows - 1, found.length);
    const rows = found.length > data.page_rows ? `, rows ${number.format(first)} to ${number.format(last)}` : "";
    const none = found.length ? "" : ". No mismatch fits these filters";
    byId("said").textContent = `${number.format(found.length)} of ${number.format(total)} mismatches shown${none}`;
    byId("said-rows").textContent = rows;
  }

  function sayPages() {
    const back = page === 0;
    const on = page === lastPage();
    const ends = { first: back, previous: back, next: on, last: on };
    for (const nav of document.querySelectorAll(".pages")) {
      nav.hidden = lastPage() === 0;
      nav.querySelector("[data-page-said]").textContent = `Page ${page + 1} of ${lastPage() + 1}`;
      // Not `disabled`: the button that was just pressed would lose the focus.
      for (const button of nav.querySelectorAll("button")) button.setAttribute("aria-disabled", ends[button.dataset.page]);
    }
  }

  function show(to) {
    page = Math.min(Math.max(to, 0), lastPage());
    const first = page * data.page_rows;
    draw(found.slice(first, first + data.page_rows));
    say();
    sayPages();
  }

  function apply() {
    const filter = asked();
    found = matching(filter);
    show(0);
    return filter;
  }

  const applyAndKeep = () => writeAddress(apply());

  // --- what people do ---

  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(applyAndKeep, event.target.matches("input") ? 150 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    for (const name of names) form.elements[name].value = "";
    applyAndKeep();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-page]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const to = { first: 0, previous: page - 1, next: page + 1, last: lastPage() };
    show(to[button.dataset.page]);
    byId("mismatches-title").scrollIntoView();
  });

  window.addEventListener("hashchange", () => {
    if (!isFilter()) {
      // A jump within the page: it has happened, and the address keeps the filters.
      writeAddress(asked());
      return;
    }
    readAddress();
    apply();
    byId("mismatches-title").focus();
  });

  const chosen = (name) => {
    const field = form.elements[name];
    return `${form.querySelector(`label[for="${field.id}"]`).textContent}: ${field.selectedOptions ? field.selectedOptions[0].text : field.value}`;
  };

  window.addEventListener("beforeprint", () => {
    const filters = Object.keys(asked()).map(chosen);
    byId("printed").textContent = filters.length ? ` (${filters.join("; ")})` : "";
    draw(found);
  });
  window.addEventListener("afterprint", () => {
    byId("printed").textContent = "";
    show(page);
  });

  if (isFilter()) readAddress();
  apply();
  byId("browser").hidden = false;
})();
