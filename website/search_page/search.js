// The search page. Each section of the book (search-data.js) is a document of MiniSearch. Results come while the reader
// types, each with the passage that holds the words, and nothing is fetched for them: it works from a folder, too.

// Chinese; numbers, whole: 1.461, 1,461, 1e-7; words and names of code.
const TOKEN =
  /\p{Script=Han}+|\d+(?:[.,]\d+)*(?:e[-−+]?\d+)?|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}_])+/giu;
const HAN = /^\p{Script=Han}/u;
const SHOWN = 20; // results at once
const LENGTH = 180; // characters of an excerpt
const WEIGHTS = [
  [/\/(api|how-fast|references|corrections)\.html/, 0.4],
  [/\/glossary\.html/, 1.3],
];

/** A word as it stands in the index: "Losses" is loss, "1,461" is 1.461. */
function normal(token) {
  const term = token.normalize("NFKC").toLowerCase();
  if (/^\d/.test(term)) return term.replaceAll(",", ".").replace("−", "-");
  if (term.length < 4) return term;
  return term.replace(/(ss|sh|ch|x)es$/, "$1").replace(/([^aious])s$/, "$1");
}

/** The characters of a Chinese term, each other than a term that is one character long. */
const characters = (term) => Array.from(term, (character) => `${character}*`);

/** What a word is found by: itself, the parts of a name in code, the characters of a Chinese term. */
function forms(token) {
  const parts = HAN.test(token) ? characters(token) : token.split("_").filter(Boolean);
  return [...new Set([token, ...parts].map(normal))];
}

const tokens = (text) => text.match(TOKEN) ?? [];

/** A number and its roundings down to four figures, as the book prints them: 1.46116, 1.4612, 1.461. */
function roundings(number) {
  const [whole, decimals = ""] = number.split(".");
  const enough = Math.max(0, 4 - whole.length);
  const fewer = Array.from({ length: Math.max(0, decimals.length - enough) }, (_, i) =>
    Number(number).toFixed(enough + i),
  );
  return [number, ...fewer];
}

/** What to ask MiniSearch for one word of the reader. */
function query(token) {
  const term = normal(token);
  if (/^\d+\.\d+$/.test(term)) return { combineWith: "OR", queries: roundings(term) };
  if (!HAN.test(term)) return term;
  return { combineWith: "OR", queries: [term, { combineWith: "AND", queries: characters(term) }] };
}

const sections = SEARCH_DATA.flatMap(([address, page, parts]) =>
  parts.map(([anchor, title, text, code]) => ({ address, page, anchor, title, text, code })),
);
const weight = ({ address }) => WEIGHTS.find(([pages]) => pages.test(address))?.[1] ?? 1;
const index = new MiniSearch({
  fields: ["title", "text", "code"],
  tokenize: (text) => tokens(text).flatMap(forms),
  processTerm: (term) => term,
  searchOptions: {
    tokenize: (term) => [term],
    boost: { title: 3, code: 0.5 },
    prefix: (term) => HAN.test(term) || (/^\d/.test(term) ? term.includes(".") : term.length > 2),
  },
});
index.addAll(sections.map((section, id) => ({ id, ...section })));

/** The results, and what to say of them. Words that stand together count more than words apart. */
function find(text) {
  const queries = tokens(text).map(query);
  const phrase = queries.length > 1 && text.toLowerCase();
  const boostDocument = (id) => weight(sections[id]) * (phrase && sections[id].text.toLowerCase().includes(phrase) ? 3 : 1);
  const ask = (options) => index.search({ queries, combineWith: "AND", boostDocument, ...options });
  if (!queries.length) return { results: [], say: "" };
  let results = ask();
  if (results.length) return { results, say: count(results.length) };
  results = ask({ fuzzy: 0.3 });
  if (results.length) {
    return { results, say: `Nothing has “${text}”. Is it ${nearest(results[0])}?` };
  }
  results = ask({ combineWith: "OR" });
  if (results.length) return { results, say: `No section has all of these words. ${count(results.length)}` };
  return { results, say: `Nothing in the book has “${text}”.` };
}

const count = (n) => `${n} section${n === 1 ? "" : "s"} found.`;
const nearest = ({ match, terms }) => `“${terms.filter((term) => match[term]).join(" ")}”`;

/** Where the words stand closest together: the start of an excerpt, and the places of the words. */
function passage(text, terms) {
  const places = [...text.matchAll(TOKEN)]
    .map((it) => ({ start: it.index, end: it.index + it[0].length, terms: forms(it[0]) }))
    .filter((place) => place.terms.some((term) => terms.has(term)));
  const worth = ({ start }) => {
    const near = places.filter((it) => it.start >= start && it.end <= start + LENGTH);
    return new Set(near.flatMap((it) => it.terms).filter((term) => terms.has(term))).size;
  };
  const best = places.reduce((a, b) => (worth(b) > worth(a) ? b : a), places[0]);
  return { places, best };
}

/** Words of the page; Chinese says so, for the font and for a screen reader. */
function words(text) {
  return text.split(/(\p{Script=Han}+)/u).map((part) => (HAN.test(part) ? element("span", { lang: "zh" }, part) : part));
}

function element(tag, attributes, ...content) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...content);
  return made;
}

/** Where an excerpt starts: with the sentence or line if that is near, else with a word. */
function beginning(text, first) {
  if (first < 70) return 0;
  const before = text.slice(first - 70, first);
  const sentence = before.split(/(?<=[.?!:]\s)|\n/).at(-1);
  return first - (sentence.length < 70 ? sentence : before.replace(/^\S*\s/, "")).length;
}

/** The text around the passage, with the words found marked. */
function excerpt(text, { places, best }) {
  const start = beginning(text, best?.start ?? 0);
  const cut = text.slice(start + LENGTH).search(/\s|$/);
  const end = Math.min(text.length, start + LENGTH + cut);
  const content = [start > 0 ? "… " : ""];
  let at = start;
  for (const place of places.filter((it) => it.start >= start && it.end <= end)) {
    content.push(...words(text.slice(at, place.start)));
    content.push(element("mark", {}, ...words(text.slice(place.start, place.end))));
    at = place.end;
  }
  content.push(...words(text.slice(at, end)), end < text.length ? " …" : "");
  return element("p", {}, ...content);
}

/** The address of the section, and for browsers that can, of the passage, which they scroll to and mark. */
function link(section, { best }) {
  const plain = `${section.address}#${section.anchor}`;
  if (!best) return plain;
  const [phrase] = section.text.slice(best.start).match(/^\S+(?: [\p{L}\d.,]+){0,4}/u);
  return `${plain}:~:text=${encodeURIComponent(phrase).replaceAll("-", "%2D")}`;
}

function item({ id, terms }) {
  const section = sections[id];
  const found = passage(section.text, new Set(terms));
  const title = element("a", { href: link(section, found) }, ...words(section.title));
  const page = section.title === section.page ? [] : [element("span", {}, section.page)];
  return element("li", {}, title, ...page, excerpt(section.text, found));
}

const field = document.querySelector("main .bd-search input");
const summary = document.querySelector(".search-summary");
const list = document.querySelector("ol.found");
const more = document.querySelector("button.more-found");
let rest = [];

function show(results) {
  list.append(...results.slice(0, SHOWN).map(item));
  rest = results.slice(SHOWN);
  more.hidden = !rest.length;
}

function search() {
  const text = field.value.trim();
  const { results, say } = find(text);
  list.replaceChildren();
  summary.textContent = say;
  show(results);
  showCauses(document.querySelector("main .causes"), text);
  history.replaceState(null, "", text ? `?${new URLSearchParams({ q: text })}` : location.pathname);
}

field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("input", search);
field.form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => show(rest));
search();
field.focus();
