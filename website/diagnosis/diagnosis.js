// "My loss is stuck at [ ]": the causes of a number, on the page Broken losses and above the results of the search.
const NEAR = 0.03; // a training ends a little beside the number of its fault

/** A number as people write it: 2.303 or 2,303 stands for all that is rounded to it. Null for other texts. */
function readNumber(text) {
  const plain = text.trim().toLowerCase().replace(/[−–]/, "-").replace(",", ".");
  if (/^[-+]?nan$/.test(plain)) return { sign: "nan" };
  if (/^[-+]?inf(inity)?$/.test(plain)) return { sign: "inf" };
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain)) return null;
  const decimals = plain.split(".")[1]?.length || 1;
  return { x: Number(plain), rounding: 0.5 * 10 ** -decimals + 1e-9 };
}

/** How many classes a number of a family may belong to: one that the book names, or the only one, or about so many. */
function fitting({ value, classes, least, most }, { x, rounding }) {
  const known = KNOWN_CLASSES.filter((k) => least <= k && k <= most);
  const first = Math.ceil(classes(x - rounding));
  const last = Math.floor(classes(x + rounding));
  const named = known.find((k) => first <= k && k <= last);
  if (named) return [named, named];
  if (least <= first && first <= last && last <= most && last - first <= 0.02 * last) {
    const k = Math.round((first + last) / 2);
    return [k, first === last ? k : `about ${Number(k.toPrecision(3))}`];
  }
  const near = known.find((k) => Math.abs(x - value(k)) <= NEAR * value(k));
  return near && [near, near];
}

function familyNumbers(typed) {
  return FAMILIES.flatMap((family) => {
    const [k, name] = fitting(family, typed) ?? [];
    return k ? [{ value: family.value(k), formula: family.formula(name), causes: family.causes(name) }] : [];
  });
}

/** What a text may mean that stands for a loss: a list of { says, causes }, the likely ones first; empty for words. */
function diagnose(text) {
  const typed = readNumber(text);
  if (!typed) return [];
  const shown = text.trim();
  if (typed.sign) return [{ says: shown, causes: SIGNS[typed.sign] }];
  const { x, rounding } = typed;
  const beside = ({ value }) => (Math.abs(x - value) <= rounding ? 0 : Math.abs(x - value));
  const found = [...LOSSES, ...familyNumbers(typed), ...OTHERS]
    .filter((it) => beside(it) <= (it.near ?? NEAR) * Math.abs(it.value))
    .sort((a, b) => beside(a) - beside(b))
    .map((it) => ({
      says: `${shown} is ${beside(it) ? `close to ${it.value.toFixed(3)}, ` : ""}${it.formula}`,
      causes: it.causes,
    }));
  if (x > LOSSES[0].value && x < Math.log(2)) found.push({ says: `${shown} lies between 0.313 and 0.693`, causes: SIGNS.between });
  if (x < 0) found.push({ says: `${shown} lies below zero`, causes: SIGNS.negative });
  return found.length ? found : [{ says: `${shown} is the number of no fault alone`, causes: SIGNS.unknown }];
}

/** Show what a text may mean; nothing if it is no number. Returns whether it is one. */
function showCauses(box, text) {
  const root = document.documentElement.dataset.content_root;
  const make = (tag, ...content) => {
    const made = document.createElement(tag);
    made.append(...content);
    return made;
  };
  const item = ([words, anchor, page = BROKEN]) => {
    const link = make("a", words);
    link.href = `${root}${page}#${anchor}`;
    return make("li", link);
  };
  const found = diagnose(text);
  box.replaceChildren(
    ...found.flatMap(({ says, causes }) => [make("p", `${says}:`), make("ul", ...causes.map(item))]),
  );
  return found.length > 0;
}

// The field on Broken losses; the page of the search calls showCauses itself.
const loss = document.querySelector(".diagnosis input");
loss?.addEventListener("input", () => {
  const box = document.querySelector(".diagnosis .causes");
  if (!showCauses(box, loss.value) && loss.value.trim()) box.textContent = "A number, nan or inf, please.";
});
