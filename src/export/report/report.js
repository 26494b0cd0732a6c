"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 25;
  const state = { type: "", stance: "", code: "", words: "", order: "source", page: 0 };

  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, key) => values[key]);

  // Languages: each has its own page; one is shown.
  const shown = () => document.querySelector(".page:not([hidden])");
  const language = (page) => page.id.slice("page-".length);

  function show(next) {
    const here = shown();
    const page = document.getElementById("page-" + next);
    if (page === here) return;
    const place = location.hash.replace(new RegExp("-" + language(here) + "$"), "-" + next);
    here.hidden = true;
    page.hidden = false;
    document.documentElement.lang = page.lang;
    document.title = data.words[next].title;
    find(page);
    const target = place.length > 1 && document.getElementById(place.slice(1));
    if (target) target.scrollIntoView();
    page.querySelector(`[data-language="${next}"]`).focus({ preventScroll: true });
  }

  // Sorting: a button in every heading that stands over one column.
  function value(row, column) {
    const cell = row.cells[column];
    const text = cell.textContent.trim();
    const given = cell.dataset.value ?? text;
    const number = given === "" ? NaN : Number(given);
    return { text, number, missing: text === "" || text === "NA" || text === "*" };
  }

  function compare(a, b) {
    if (!Number.isNaN(a.number) && !Number.isNaN(b.number)) return a.number - b.number;
    if (Number.isNaN(a.number) !== Number.isNaN(b.number)) return Number.isNaN(a.number) ? 1 : -1;
    return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  }

  function sort(table, heading, column) {
    const body = table.tBodies[0];
    table.sourceOrder ??= [...body.rows];
    const now = heading.getAttribute("aria-sort");
    const numeric = table.sourceOrder.some((row) => !Number.isNaN(value(row, column).number));
    const turns = numeric ? ["descending", "ascending", "none"] : ["ascending", "descending", "none"];
    const next = turns[(turns.indexOf(now) + 1) % 3];
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", next);
    let rows = table.sourceOrder.map((row) => ({ row, value: value(row, column) }));
    if (next !== "none") {
      const sign = next === "ascending" ? 1 : -1;
      rows.sort((a, b) => a.value.missing - b.value.missing || sign * compare(a.value, b.value));
    }
    body.append(...rows.map((entry) => entry.row));
  }

  function sortable(table) {
    let column = 0;
    const [first, ...rest] = table.tHead.rows;
    const below = rest.length ? [...rest[0].cells] : [];
    const single = (cell) => rest.length === 0 || cell.rowSpan > 1;
    for (const cell of first.cells) {
      for (const heading of single(cell) ? [cell] : below.splice(0, cell.colSpan)) {
        const button = make("button", "", heading.textContent);
        button.type = "button";
        const at = column++;
        heading.replaceChildren(button);
        heading.setAttribute("aria-sort", "none");
        button.addEventListener("click", () => sort(table, heading, at));
      }
    }
  }

  // Posts.
  const plain = (post) => (post.lower ??= post.x.map((part) => (typeof part === "string" ? part : part[0])).join("").toLowerCase());

  function matching() {
    const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
    const is = (choice, value) => choice === "" || Number(choice) === value;
    const found = data.posts.filter(
      (post) =>
        is(state.type, post.a) &&
        is(state.stance, post.s) &&
        (state.code === "" || post.c.includes(Number(state.code))) &&
        words.every((word) => plain(post).includes(word)),
    );
    if (state.order === "unsure") found.sort((a, b) => (a.p ?? 2) - (b.p ?? 2));
    if (state.order === "date") found.sort((a, b) => ((a.d ?? "~") < (b.d ?? "~") ? -1 : (a.d ?? "~") > (b.d ?? "~") ? 1 : 0));
    return found;
  }

  function article(post, words) {
    const box = make("article", "post");
    const facts = make("p", "facts");
    facts.append(make("b", "stance " + data.stances[post.s], words.stances[post.s]), make("span", "", words.types[post.a]));
    if (post.d) facts.append(make("span", "", post.d));
    if (post.o) facts.append(make("span", "", words.words.repost));
    if (post.p !== null) facts.append(make("span", "", fill(words.words.confidence, { p: post.p.toFixed(2) })));
    if (post.n) facts.append(make("span", "", post.n));
    facts.append(make("span", "", fill(words.words.record, { file: data.files[post.f], row: post.r })));
    const text = make("p", "text");
    text.dir = "auto";
    text.lang = "zh";
    for (const part of post.x) {
      if (typeof part === "string") {
        text.append(part);
        continue;
      }
      const [marked, side, tags] = part;
      text.append(make("mark", side, marked));
      for (const [code, context] of tags) {
        const name = context === 0 ? words.tags[code] : words.tags[code] + " · " + words.contexts[context];
        text.append(make("small", "tag " + side, name));
      }
    }
    if (post.k) text.append(make("i", "cut", words.words.cut));
    box.append(facts, text);
    if (post.c.length) box.append(make("p", "codes", post.c.map((code) => words.codes[code]).join(" · ")));
    return box;
  }

  function find(page) {
    const form = page.querySelector(".search");
    if (!form) return;
    for (const name of ["type", "stance", "code", "words", "order"]) form.elements[name].value = state[name];
    const words = data.words[language(page)];
    const found = matching();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const from = state.page * PAGE;
    page.querySelector(".found").replaceChildren(...found.slice(from, from + PAGE).map((post) => article(post, words)));
    page.querySelector(".count").textContent = fill(words.words.matches, { n: found.length, all: data.posts.length });
    page.querySelector(".pages span").textContent = fill(words.words.page, { page: state.page + 1, pages });
    page.querySelector(".previous").disabled = state.page === 0;
    page.querySelector(".next").disabled = state.page + 1 >= pages;
  }

  function searchable(page) {
    const form = page.querySelector(".search");
    if (!form) return;
    const changed = () => {
      for (const name of ["type", "stance", "code", "words", "order"]) state[name] = form.elements[name].value;
      state.page = 0;
      find(page);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(changed));
    const turn = (by) => {
      state.page += by;
      find(page);
      page.querySelector(".count").scrollIntoView({ block: "center" });
    };
    page.querySelector(".previous").addEventListener("click", () => turn(-1));
    page.querySelector(".next").addEventListener("click", () => turn(1));
  }

  // Paper shows what is folded up.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });

  document.documentElement.classList.add("scripted");
  for (const table of document.querySelectorAll("table")) sortable(table);
  for (const page of document.querySelectorAll(".page")) searchable(page);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => show(button.dataset.language));
  }
  find(shown());
})();
