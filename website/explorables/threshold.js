/* Chapter 3.6: above which probability a picture is called an 8, what that costs, and whether the
   probabilities are honest.

   z are the scores of a model, p their probabilities, isEight the truth: 1 or 0.
   LossBook.threshold = the counts; tests/browser/test_explorables_data.py compares them with NumPy.
*/
"use strict";

LossBook.threshold = (() => {
  const EDGES = [0.1, 0.5, 0.9]; // of the bins of calibration, as in the chapter
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const logit = (p) => Math.log(p / (1 - p));

  /* How many pictures of which kind are called an 8, because p is above the threshold. */
  function confusion(p, isEight, threshold) {
    const called = p.map((pi) => pi > threshold);
    const count = (call, eight) =>
      called.filter((c, i) => c === call && isEight[i] === eight).length;
    return {
      found: count(true, 1),
      missed: count(false, 1),
      alarms: count(true, 0),
      passed: count(false, 0),
    };
  }

  /* A missed 8 costs as much as `miss` false alarms, the unit of the cost. */
  function scores({ found, missed, alarms, passed }, miss) {
    const n = found + missed + alarms + passed;
    const cost = miss * missed + alarms;
    return {
      accuracy: (found + passed) / n,
      precision: found / (found + alarms), // NaN if nothing is called an 8
      recall: found / (found + missed),
      cost,
      costPerPicture: cost / n,
    };
  }

  /* The cheapest threshold if the probabilities are calibrated: "no" costs miss · p, "yes" 1 − p. */
  const theory = (miss) => 1 / (1 + miss);

  /* The cost a picture of each threshold: [from, to, cost] between neighbouring scores. */
  function costs(z, isEight, miss) {
    const order = z.map((_, i) => i).sort((i, j) => z[i] - z[j]);
    let total = sum(isEight.map((eight) => 1 - eight)); // below all scores, each other is an alarm
    let from = -Infinity;
    const steps = [];
    for (const i of order) {
      if (z[i] > from) steps.push([from, z[i], total / z.length]);
      total += isEight[i] ? miss : -1; // the threshold passes picture i
      from = z[i];
    }
    return [...steps, [from, Infinity, total / z.length]];
  }

  /* Of the steps with the least cost the widest: a threshold in its middle is the safest. */
  function cheapest(steps) {
    const least = Math.min(...steps.map(([, , cost]) => cost));
    const width = ([from, to]) => to - from;
    return steps
      .filter(([, , cost]) => cost < least + 1e-9)
      .reduce((best, step) => (width(step) > width(best) ? step : best));
  }

  /* In each bin of probability: how many pictures, their mean p, and their share of eights. */
  function calibration(p, isEight) {
    const bins = [...EDGES, 1].map(() => []);
    p.forEach((pi, i) => bins[EDGES.filter((edge) => edge <= pi).length].push(i));
    return bins.map((bin) => ({
      n: bin.length,
      predicted: sum(bin.map((i) => p[i])) / bin.length,
      observed: sum(bin.map((i) => isEight[i])) / bin.length,
    }));
  }

  /* The share of the scores in each bin between the edges; the outer bins hold all beyond, too. */
  function histogram(z, edges) {
    const counts = edges.slice(1).map(() => 0);
    const inner = edges.slice(1, -1);
    z.forEach((zi) => (counts[inner.filter((edge) => edge <= zi).length] += 1 / z.length));
    return counts;
  }

  return { sigmoid, logit, confusion, scores, theory, costs, cheapest, calibration, histogram };
})();

LossBook.register("threshold", (frame) => {
  const { sigmoid, logit, confusion, scores, theory, costs, cheapest, calibration, histogram } =
    LossBook.threshold;
  const { weights, isEight, milliscores } = LossBook.data.threshold;
  const { number, range } = LossBook;
  const eights = isEight.filter((eight) => eight).length;
  const EDGES = range(-12, 8, 21); // of the bars
  const HEIGHT = 35; // of their axis, in %

  const BESIDE = [
    [0.01, 0.07],
    [0.02, -0.07],
    [0.02, -0.07],
    [-0.03, -0.03],
  ]; // where a bin's number is

  let threshold, weight, miss, undone;

  // -- what is seen -----------------------------------------------------------------------------

  frame.heading("Move the threshold, weigh the eights, and see what it costs");
  frame.task(
    "Set the weight to 9, then undo it: what comes back, and what does theory cost?",
  );
  const scoreAxis = (label) => ({ label, min: EDGES[0], max: EDGES.at(-1) });
  const spread = LossBook.plot(frame.view("scores"), {
    name: "How the scores of the eights and of the other digits are spread",
    x: scoreAxis("score z (outer bars: and beyond)"),
    y: { label: "% of its class", min: 0, max: HEIGHT },
    height: 250,
  });
  const classes = [
    { eight: 1, style: "c0", label: "eights" },
    { eight: 0, style: "c1", label: "others" },
  ].map(({ eight, style, label }) => ({
    eight,
    area: spread.area({ style }),
    line: spread.line({ style, label }),
  }));
  const border = spread.line({ style: "ink", label: "yours" });
  const advice = spread.line({ style: "c3", label: "theory" });

  const price = LossBook.plot(frame.view("cost"), {
    name: "The cost against the threshold",
    x: scoreAxis("threshold on the score"),
    y: { label: "cost a picture", min: 0, max: 1 },
    height: 250,
  });
  const curve = price.line({ style: "c0" });
  const best = price.points({ style: "c2", label: "cheapest", shape: "square", radius: 5 });
  const advised = price.line({ style: "c3", label: "theory" });
  const here = price.points({ style: "ink", label: "yours", radius: 6 });

  const honesty = LossBook.plot(frame.view("calibration", true), {
    name: "Calibration: the observed share of eights against the predicted probability",
    x: { label: "predicted probability of an 8", min: 0, max: 1 },
    y: { label: "share of eights", min: 0, max: 1 },
    height: 260,
  });
  const diagonal = honesty.line({ style: "faint thin", label: "honest" });
  const reliability = honesty.line({ style: "c0" });
  const bins = honesty.points({ style: "c0", label: "pictures in four bins" });
  const sizes = ["start", "start", "start", "end"].map((anchor) => honesty.text({ anchor }));
  const tables = table(frame.view("tables", true));
  const [yours, least, theirs] = frame.readout({
    columns: ["above p", "cost a picture", `found of ${eights}`, "false alarms"],
    rows: [
      { label: "yours", keys: { 0: ["point", "ink"] } },
      { label: "cheapest", keys: { 0: ["point square", "c2"] } },
      { label: "theory", keys: { 0: ["line", "c3"] } },
    ],
  });

  // -- controls ---------------------------------------------------------------------------------

  const thresholdSlider = LossBook.slider(frame.controls, {
    label: "Call it an 8 above",
    min: 0.01,
    max: 0.99,
    step: 0.01,
    value: 0.5,
    text: (p) => `p = ${number(p, 3)}`,
    onInput(value) {
      threshold = value;
      update();
    },
  });
  const missSlider = LossBook.slider(frame.controls, {
    label: "A missed 8 costs",
    min: 1,
    max: 30,
    step: 1,
    value: 9,
    text: (value) => (value === 1 ? "1 false alarm" : `${value} false alarms`),
    onInput(value) {
      miss = value;
      update();
    },
  });
  const weightSlider = LossBook.slider(frame.controls, {
    label: "Class weight of an 8 in training",
    min: 0,
    max: weights.length - 1,
    step: 1,
    value: 0,
    text: (k) => String(weights[k]),
    onInput(k) {
      weight = k;
      update();
    },
  });
  const undo = LossBook.checkbox(frame.controls, {
    label: "Undo the weight: z − log w",
    onInput(checked) {
      undone = checked;
      update();
    },
  });
  const choices = LossBook.group(frame.controls);
  LossBook.button(choices, { label: "Take theory’s", onClick: () => take(theory(miss)) });
  LossBook.button(choices, { label: "Take the cheapest", onClick: () => take(bestThreshold()) });
  frame.onReset(reset);

  // -- what happens -----------------------------------------------------------------------------

  function reset() {
    thresholdSlider.value = threshold = 0.5;
    missSlider.value = miss = 9;
    weightSlider.value = weight = 0;
    undo.value = undone = false;
    update();
  }

  function take(p) {
    thresholdSlider.value = threshold = p;
    update();
  }

  /* The scores of the chosen model. */
  function z() {
    const shift = undone ? Math.log(weights[weight]) : 0;
    return milliscores[weight].map((score) => score / 1000 - shift);
  }

  function bestThreshold(steps = costs(z(), isEight, miss)) {
    const [from, to] = cheapest(steps);
    return sigmoid((from + to) / 2);
  }

  function update() {
    const scored = z();
    const p = scored.map(sigmoid);
    const counts = confusion(p, isEight, threshold);
    const said = scores(counts, miss);
    const steps = costs(scored, isEight, miss);
    drawSpread(scored);
    drawCosts(steps, said.costPerPicture);
    drawCalibration(calibration(p, isEight));
    tables.set(counts, said);
    thresholdSlider.mark(theory(miss), "theory");
    const rows = [
      [yours, threshold],
      [least, bestThreshold(steps)],
      [theirs, theory(miss)],
    ];
    for (const [row, at] of rows) {
      const found = confusion(p, isEight, at);
      const { costPerPicture } = scores(found, miss);
      row.set([number(at, 3), number(costPerPicture, 3), found.found, found.alarms]);
    }
    const mean = p.reduce((total, pi) => total + pi, 0) / p.length;
    frame.say(`Mean p: ${number(mean, 3)}; share of eights: ${number(eights / p.length, 3)}.`);
  }

  function drawSpread(scored) {
    for (const { eight, area, line } of classes) {
      const shares = histogram(
        scored.filter((_, i) => isEight[i] === eight),
        EDGES,
      );
      const corners = shares.flatMap((share, k) => [
        [EDGES[k], 100 * share],
        [EDGES[k + 1], 100 * share],
      ]);
      area.set(corners.map(([x, y]) => [x, 0, y]));
      line.set(corners);
    }
    border.set([0, HEIGHT].map((y) => [logit(threshold), y]));
    advice.set([0, HEIGHT].map((y) => [logit(theory(miss)), y]));
  }

  function drawCosts(steps, cost) {
    const top = (1.1 * miss * eights) / isEight.length; // what "never an 8" costs, and some room
    price.limits({ y: [0, top] });
    curve.set(steps.flatMap(([from, to, c]) => [from, to].map((x) => [finite(x), c])));
    best.set([[finite(logit(bestThreshold(steps))), cheapest(steps)[2]]]);
    advised.set([0, top].map((y) => [logit(theory(miss)), y]));
    here.set([[logit(threshold), cost]]);
  }

  const finite = (x) => Math.min(99, Math.max(-99, x)); // beyond the axis, on both sides

  function drawCalibration(found) {
    const places = found.map(({ predicted, observed }) => [predicted, observed]);
    diagonal.set([
      [0, 0],
      [1, 1],
    ]);
    reliability.set(places);
    bins.set(places);
    sizes.forEach((text, k) => {
      text.show(found[k].n > 0);
      const [right, up] = BESIDE[k];
      if (found[k].n) text.set(places[k][0] + right, places[k][1] + up, String(found[k].n));
    });
  }

  function table(parent) {
    parent.innerHTML = `
      <table>
        <caption>${isEight.length} test pictures</caption>
        <tr><td></td><th scope="col">called an 8</th><th scope="col">not called</th></tr>
        <tr><th scope="row">eights</th><td></td><td></td></tr>
        <tr><th scope="row">others</th><td></td><td></td></tr>
      </table>
      <table>
        <caption>scores, and the cost in false alarms</caption>
        <tr>
          <th scope="col">accuracy</th><th scope="col">precision</th>
          <th scope="col">recall</th><th scope="col">cost</th>
        </tr>
        <tr><td></td><td></td><td></td><td></td></tr>
      </table>`;
    const [, ...cells] = parent.querySelectorAll("td");
    return {
      set({ found, missed, alarms, passed }, said) {
        const { accuracy, precision, recall, cost } = said;
        const shares = [accuracy, precision, recall].map((share) => number(share, 3));
        [found, missed, alarms, passed, ...shares, cost].forEach((text, k) => {
          cells[k].textContent = text;
        });
      },
    };
  }

  reset();
});
