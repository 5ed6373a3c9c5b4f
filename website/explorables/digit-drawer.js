/* Chapter 1.1: a digit drawn by hand, and what the network that the chapter trains makes of it.

   A picture is 64 numbers, the ink of 8 × 8 pixels, row by row; a drawing is a list of strokes, lists
   of places [x, y] from 0 to 32, y downwards. LossBook.digits = what is computed of them;
   tests/browser/test_explorables_digits.py compares it with lossbook.
*/
"use strict";

LossBook.digits = (() => {
  const SIDE = 32; // pixels of a bitmap, of which 4 × 4 make one of a picture
  const INK = 312; // pixels inked in an average bitmap of the data, whatever the digit
  const [LEFT, RIGHT] = [6, 26]; // where those of the data end
  const [WIDTH, HEIGHT] = [15, 27]; // of a drawing, without the breadth of the pen
  const MOST = 1.25; // times as much in one direction as in the other one is stretched at most

  const { hypot, max, min } = Math;
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const mean = (values) => sum(values) / values.length;
  const numbers = (count) => [...Array(count).keys()];

  /* Ten scores: a layer, a bend, a layer. The parameters lie as in lb.Network([64, 32, 10]). */
  function scores(parameters, picture) {
    const layer = (x, from, size) =>
      numbers(size).map((j) => {
        const bias = parameters[from + x.length * size + j];
        return bias + sum(x.map((xi, i) => xi * parameters[from + i * size + j]));
      });
    const hidden = layer(picture, 0, 32).map((h) => max(h, 0));
    return layer(hidden, 65 * 32, 10);
  }

  /* What ten scores cost where digit is the truth: { loss, probabilities, slopes }. */
  function judge(z, digit) {
    const { formula } = LossBook.losses.cross_entropy_with_logits;
    const [loss, slopes] = formula(z.map((_, j) => Number(j === digit)), z);
    const [, probabilities] = formula(z.map(() => 0), z); // p − y, y = 0
    return { loss, probabilities, slopes };
  }

  /* Places on the strokes, half a unit apart: however fast the hand was. */
  function along(strokes) {
    return strokes.flatMap((stroke) =>
      stroke.flatMap(([x, y], i) => {
        const [x0, y0] = stroke[max(i - 1, 0)];
        const count = max(1, Math.ceil(2 * hypot(x - x0, y - y0)));
        return numbers(count).map((k) => {
          const share = (k + 1) / count;
          return [x0 + share * (x - x0), y0 + share * (y - y0)];
        });
      }),
    );
  }

  /* Upright: without the slant of the line that fits best through all places. */
  function upright(places) {
    const middle = mean(places.map(([, y]) => y));
    const squares = sum(places.map(([, y]) => (y - middle) ** 2));
    const slant = sum(places.map(([x, y]) => x * (y - middle))) / max(squares, 1);
    return places.map(([x, y]) => [x - slant * (y - middle), y]);
  }

  /* As large as those of the data, and in the middle. */
  function fitted(places) {
    const ends = [0, 1].map((k) => places.map((place) => place[k])).map((v) => [min(...v), max(...v)]);
    const [wide, high] = ends.map(([low, high_], k) => [WIDTH, HEIGHT][k] / max(high_ - low, 1));
    const stretch = [min(wide, MOST * high), min(high, MOST * wide)];
    return places.map((place) =>
      place.map((value, k) => SIDE / 2 + stretch[k] * (value - (ends[k][0] + ends[k][1]) / 2)),
    );
  }

  /* The picture of a drawing: the pixels nearest to its lines are inked, then counted in blocks. */
  function picture(strokes) {
    const counts = new Array(64).fill(0);
    const places = along(strokes);
    if (!places.length) return counts;
    const lines = fitted(upright(places));
    const pixels = [];
    for (let y = 0; y < SIDE; y++) {
      for (let x = LEFT; x < RIGHT; x++) {
        const away = min(...lines.map(([px, py]) => hypot(px - x - 0.5, py - y - 0.5)));
        pixels.push([away, 8 * Math.floor(y / 4) + Math.floor(x / 4)]);
      }
    }
    pixels.sort(([a], [b]) => a - b).slice(0, INK).forEach(([, block]) => (counts[block] += 1 / 16));
    return counts;
  }

  return { SIDE, scores, judge, picture };
})();

LossBook.register("digit-drawer", (frame) => {
  const { SIDE, scores, judge, picture } = LossBook.digits;
  const { parameters, examples } = LossBook.data["digit-drawer"];
  const { number } = LossBook;
  const DIGITS = [...Array(10).keys()];
  const DRAWN = "drawn"; // instead of the number of an example
  const STEP = 2; // of an arrow key
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  let strokes, pen, spoken;

  // -- what is seen -----------------------------------------------------------------------------

  frame.heading("Draw a digit: what does the network make of it?");
  frame.task(
    "Your lines are set upright, stretched and inked about as the data were, and averaged to 8 × 8 " +
      "pixels. Your hand is new to the network: expect more mistakes than in the test.",
  );
  const papers = frame.view("drawing");
  papers.insertAdjacentHTML(
    "beforeend",
    `<div class="explorable-papers">
      <div class="explorable-plot"><svg class="explorable-pad" viewBox="0 0 ${SIDE} ${SIDE}" tabindex="0" role="application"
        aria-label="Drawing area. Arrow keys move the pen, Space draws a line to it, Enter begins a new line there."
        ><path class="explorable-ink"/><path class="explorable-pen"/><text x="16" y="17">draw here</text></svg>
        <p aria-hidden="true">arrows, Space: line, Enter: new</p></div>
      <div class="explorable-plot"><svg class="explorable-pixels" viewBox="0 0 8 8" role="img"></svg>
        <p aria-hidden="true">what the network gets</p></div>
    </div>`,
  );
  const [pad, pixels] = papers.querySelectorAll("svg");
  const [ink, cross, hint] = pad.children;
  pixels.innerHTML = DIGITS.slice(0, 8)
    .flatMap((y) => DIGITS.slice(0, 8).map((x) => `<rect x="${x}" y="${y}" width="1.01" height="1.01"/>`))
    .join("");
  const rows = LossBook.barTable(frame.view("answer"), {
    caption: "y: 1 for your digit, 0 for the others",
    heads: ["digit", "score z", "probability p", "slope p − y"],
    rows: DIGITS,
    signed: [true, false, true],
    digits: [2, 3, 3],
  });
  const [answer, yours] = frame.readout({
    columns: ["probability", "loss (nats)"],
    rows: [{ label: "it reads a" }, { label: "you say a" }],
  });

  // -- controls ---------------------------------------------------------------------------------

  const truth = LossBook.select(frame.controls, {
    label: "you say it is a",
    options: DIGITS.map((digit) => [String(digit), String(digit)]),
    onInput: show,
  });
  const source = LossBook.select(frame.controls, {
    label: "picture",
    options: [
      [DRAWN, "your drawing"],
      ...examples.map(([digit], k) => [String(k), k ? `test: a ${digit}` : `test: a ${digit}, read wrongly`]),
    ],
    onInput: take,
  });
  const buttons = LossBook.group(frame.controls);
  const undo = LossBook.button(buttons, { label: "Undo a line", onClick: () => change(strokes.slice(0, -1)) });
  LossBook.button(buttons, { label: "Clear", onClick: () => change([]) });
  frame.onReset(reset);

  // -- what happens -----------------------------------------------------------------------------

  function reset() {
    strokes = [];
    pen = [SIDE / 2, SIDE / 2];
    source.value = "0";
    take("0");
  }

  function take(key) {
    if (key !== DRAWN) truth.value = String(examples[key][0]);
    show();
  }

  /* A drawing takes the place of what was there. */
  function change(drawn) {
    strokes = drawn;
    source.value = DRAWN;
    show();
  }

  const begin = (place) => change([...strokes, [place]]);

  function extend(place) {
    if (!strokes.length) return begin(place);
    change([...strokes.slice(0, -1), [...strokes.at(-1), place]]);
  }

  function place(event) {
    const box = pad.getBoundingClientRect();
    const inside = (share) => SIDE * Math.min(1, Math.max(0, share));
    return [
      inside((event.clientX - box.left) / box.width),
      inside((event.clientY - box.top) / box.height),
    ];
  }

  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    spoken = "";
    begin(place(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (pad.hasPointerCapture(event.pointerId)) extend(place(event));
  });
  pad.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (way) pen = pen.map((at, k) => Math.min(SIDE, Math.max(0, at + STEP * way[k])));
    else if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    spoken = `Pen at column ${pen[0]}, row ${pen[1]} of ${SIDE}.`;
    if (way) show();
    else if (event.key === " ") extend(pen);
    else begin(pen);
  });

  function show() {
    const isDrawn = source.value === DRAWN;
    const seen = isDrawn ? picture(strokes) : examples[source.value][1].map((count) => count / 16);
    const digit = Number(truth.value);
    const z = scores(parameters, seen);
    const { probabilities, slopes } = judge(z, digit);
    const found = z.indexOf(Math.max(...z));

    // a dot is a line without length, whose round ends are seen
    ink.setAttribute("d", isDrawn ? strokes.map((s) => `M${s.join("L")}${s.length > 1 ? "" : "h0"}`).join("") : "");
    cross.setAttribute("d", `M${pen[0] - 1.5} ${pen[1]}h3M${pen[0]} ${pen[1] - 1.5}v3`);
    hint.style.display = isDrawn && strokes.length ? "none" : "";
    seen.forEach((share, i) => pixels.children[i].setAttribute("fill-opacity", share));
    pixels.setAttribute("aria-label", `The 8 × 8 pixels that the network gets: ${inked(seen)}`);
    undo.disabled = !isDrawn || !strokes.length;
    const columns = [z, probabilities, slopes];
    rows.set(digit, columns, [Math.max(10, ...z.map(Math.abs)), 1, 1]);
    const numbers = (j) => [number(probabilities[j], 3), number(judge(z, j).loss, 3)];
    answer.set(numbers(found), `it reads a ${found}`);
    yours.set(numbers(digit), `you say a ${digit}`);
    const verdict = found === digit ? `It reads a ${found}, as you say.` : `It reads a ${found}, not a ${digit}.`;
    const slope = `The slope with respect to the score of the ${digit} is ${number(slopes[digit], 3)}: a step against it lifts this score.`;
    frame.say([verdict, slope, spoken].filter(Boolean).join(" "));
  }

  function inked(seen) {
    const percent = Math.round((100 * seen.reduce((total, share) => total + share, 0)) / 64);
    return percent ? `${percent} % inked` : "empty";
  }

  reset();
});
