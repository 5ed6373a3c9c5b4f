/* Chapter 3.2: three scores, what they cost, and what float16 makes of their exponentials.

   LossBook.threeScores = what is computed; tests/browser/test_explorables_scores.py compares it with
   lossbook and with NumPy's float16.
*/
"use strict";

LossBook.threeScores = (() => {
  const { abs, floor, log2, max } = Math;

  /* The float16 nearest to x; of two equally near ones the even one. */
  function half(x) {
    if (x === 0 || !Number.isFinite(x)) return x;
    const unit = 2 ** (max(floor(log2(abs(x))), -14) - 10); // 11 digits, fewer for the smallest
    const count = abs(x) / unit;
    const below = floor(count);
    const up = count - below > 0.5 || (count - below === 0.5 && below % 2 === 1);
    const size = (below + up) * unit;
    return Math.sign(x) * (size > 65504 ? Infinity : size);
  }

  /* The formula as it is written, in float16: e^z, their sum, the share, minus its logarithm. */
  function written(z, truth) {
    const powers = z.map((zi) => half(Math.exp(half(zi))));
    const total = powers.reduce((a, b) => half(a + b));
    const p = half(powers[truth] / total);
    return { powers, loss: half(-Math.log(p)) };
  }

  /* From the scores: loss, its slope, and the probabilities. */
  function exact(z, truth, smoothing = 0) {
    const { formula } = LossBook.losses.cross_entropy_with_logits;
    const y = z.map((_, j) => Number(j === truth));
    const [loss, slopes] = formula(y, z, { label_smoothing: smoothing });
    const [, probabilities] = formula(z.map(() => 0), z, { label_smoothing: 0 }); // p − y, y = 0
    return { loss, slopes, probabilities };
  }

  return { half, written, exact };
})();

LossBook.register("three-scores", (frame) => {
  const { written, exact } = LossBook.threeScores;
  const { number } = LossBook;
  const NAMES = ["cat", "dog", "bird"];
  const CAT = 0; // what the picture shows
  const START = [2, 1, -1];
  const MOST = 24;
  const TOP = 30; // nats on the axis
  const STEPS = LossBook.range(-MOST, MOST, 193);

  // -- what is seen -----------------------------------------------------------------------------

  frame.heading("Pull three scores: what do they cost, and what overflows?");
  frame.task(
    "The picture shows a cat. Lift its score, then that of the dog. Then shift all three: which " +
      "numbers change? At last let a tenth of the target go to all classes (label smoothing).",
  );
  const rows = LossBook.barTable(frame.view("scores"), {
    caption: "the three classes; t is the target",
    heads: ["class", "score z", "probability p", "slope p − t"],
    rows: NAMES,
    signed: [true, false, true],
    digits: [1, 3, 3],
  });
  const plot = LossBook.plot(frame.view("loss"), {
    name: "The loss against the score of the cat, the other two held still",
    x: { label: "score of the cat", min: -MOST, max: MOST },
    y: { label: "loss (nats)", min: 0, max: TOP },
    height: 270,
  });
  const curve = plot.line({ style: "c0" });
  const asWritten = plot.line({ style: "c1" });
  const tangent = plot.line({ style: "ink thin", label: "slope" });
  const here = plot.points({ style: "ink", label: "yours", radius: 6 });
  const [ours, naive] = frame.readout({
    columns: ["loss (nats)"],
    rows: [
      { label: "from the scores", keys: { 0: ["line", "c0"] } },
      { label: "as written, in float16", keys: { 0: ["line", "c1"] } },
    ],
  });

  // -- controls ---------------------------------------------------------------------------------

  const sliders = NAMES.map((name) =>
    LossBook.slider(frame.controls, {
      label: `Score of the ${name}`,
      min: -MOST,
      max: MOST,
      step: 0.5,
      value: 0,
      onInput: update,
    }),
  );
  const smoothing = LossBook.slider(frame.controls, {
    label: "Label smoothing ε",
    min: 0,
    max: 0.5,
    step: 0.05,
    value: 0,
    onInput: update,
  });
  const buttons = LossBook.group(frame.controls);
  LossBook.button(buttons, { label: "All three + 4", onClick: () => shift(4) });
  LossBook.button(buttons, { label: "All three − 4", onClick: () => shift(-4) });
  frame.onReset(reset);

  // -- what happens -----------------------------------------------------------------------------

  const scores = () => sliders.map((slider) => slider.value);

  function put(z) {
    sliders.forEach((slider, j) => (slider.value = z[j]));
    update();
  }

  /* As far as all three can go together. */
  function shift(by) {
    const z = scores();
    const room = by > 0 ? MOST - Math.max(...z) : MOST + Math.min(...z);
    put(z.map((zi) => zi + Math.sign(by) * Math.min(Math.abs(by), room)));
  }

  function reset() {
    smoothing.value = 0;
    put(START);
  }

  function update() {
    const z = scores();
    const cost = (cat, of) => of([cat, z[1], z[2]], CAT, smoothing.value).loss;
    const { loss, slopes, probabilities } = exact(z, CAT, smoothing.value);
    const half = written(z, CAT);
    rows.set(CAT, [z, probabilities, slopes], [MOST, 1, 1]);
    curve.set(STEPS.map((cat) => [cat, cost(cat, exact)]));
    asWritten.set(STEPS.map((cat) => [cat, cost(cat, written)]));
    tangent.set([-6, 6].map((far) => [z[CAT] + far, loss + far * slopes[CAT]]));
    here.set([[z[CAT], loss]]);
    ours.set([number(loss, 3)]);
    naive.set([number(half.loss, 3)]);
    frame.say(words(z, probabilities, slopes, half));
  }

  function words(z, probabilities, slopes, { powers, loss }) {
    const top = z.indexOf(Math.max(...z));
    const way = slopes[CAT] < 0 ? "lifts" : "lowers";
    const pull = Math.abs(slopes[CAT]) < 5e-4 ? "hardly moves" : way;
    return (
      `Most likely: the ${NAMES[top]}, at ${number(probabilities[top], 3)}. A step of descent ${pull} ` +
      `the cat’s score. In float16 the three e^z are ${listed(powers)}: ${verdict(powers, loss)}`
    );
  }

  const listed = (powers) => powers.map((power) => number(power, 3)).join(", ");

  function verdict(powers, loss) {
    if (Number.isFinite(loss)) return "the written formula works.";
    if (powers[CAT] === Infinity) return "infinite over infinite is no number.";
    if (powers.includes(Infinity)) return "the cat’s share becomes 0, its loss infinite.";
    if (powers.every((power) => power === 0)) return "0 over 0 is no number.";
    return "the cat’s share is 0, its loss infinite.";
  }

  reset();
});
