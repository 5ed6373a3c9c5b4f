/* Chapter 1.2: value and slope of any loss, or of two side by side, against what the model says. */
"use strict";

LossBook.register("loss-explorer", (frame) => {
  const { number, range, losses } = LossBook;
  const SAMPLES = 241;
  const SHAPES = ["circle", "square"]; // of value and slope
  const FIRST = { name: "huber", x: 2 };

  /* What losses with the same arguments share. Rows vary along one line, as on the loss cards.
     truths: what can be true, [text, y]; at(x, y): the prediction; direction(y): of the line
     ends: of the axis; cap: where the picture ends, if value or slope is infinite at an end
     cursor: what the axis shows, and more about it; moved: what a step of descent moves */
  const itself = { at: (x) => x, direction: () => 1 };
  const ofYes = [
    ["yes (1)", 1],
    ["no (0)", 0],
    ["soft: yes with 0.8", 0.8],
  ];
  const ofThree = [
    ["class 1", [1, 0, 0]],
    ["class 2", [0, 1, 0]],
    ["soft: ½, ¼, ¼", [0.5, 0.25, 0.25]],
  ];
  const ofSigns = [
    ["+1", 1],
    ["−1", -1],
  ];
  const ofMasks = [
    ["two of four pixels", [1, 1, 0, 0]],
    ["one of four pixels", [1, 0, 0, 0]],
    ["none of four pixels", [0, 0, 0, 0]],
  ];
  const shares = { at: (x) => [x, (1 - x) / 2, (1 - x) / 2], direction: () => [1, -0.5, -0.5] };
  const ofProbability = { ends: [0, 1], cap: 6, moved: "probability" };
  const ofScore = { ends: [-4, 4], moved: "score" };
  const ofError = {
    ...itself,
    ends: [-3, 3],
    truths: [["", 0]],
    moved: "prediction",
    cursor: "error ŷ − y",
  };
  const KINDS = {
    number: { ...ofError, more: " (unit of y)" },
    plainNumber: ofError,
    probability: { ...ofProbability, ...itself, truths: ofYes, cursor: "probability of yes" },
    score: { ...ofScore, ...itself, truths: ofYes, cursor: "score of yes" },
    sign: { ...ofScore, ...itself, ends: [-3, 3], truths: ofSigns, cursor: "score" },
    probabilities: {
      ...ofProbability,
      ...shares,
      truths: ofThree,
      cursor: "probability of class 1",
      more: "; 2 and 3 share the rest",
    },
    scores: {
      ...ofScore,
      at: (x) => [x, 0, 0],
      direction: () => [1, 0, 0],
      truths: ofThree,
      cursor: "score of class 1",
      more: "; those of 2 and 3 are 0",
    },
    distribution: {
      ...ofProbability,
      ...shares,
      truths: [ofThree[2], ofThree[0], ["soft: ⅕, ⅖, ⅖", [0.2, 0.4, 0.4]]],
      cursor: "probability of class 1",
      more: "; 2 and 3 share the rest",
    },
    mask: {
      ...ofProbability,
      at: (x, y) => y.map((inside) => (inside ? x : 1 - x)),
      direction: (y) => y.map((inside) => (inside ? 1 : -1)),
      truths: ofMasks,
      cursor: "probability of the truth",
      more: ", in each of four pixels",
    },
  };

  /* name: kind; title and unit of the value are those of lossbook (tools/explorable_data.py) */
  const GROUPS = {
    "A number": {
      mean_squared_error: "number",
      mean_absolute_error: "number",
      huber: "number",
      log_cosh: "plainNumber",
      quantile: "number",
    },
    "One of two classes": {
      binary_cross_entropy: "probability",
      binary_cross_entropy_with_logits: "score",
      hinge: "sign",
      squared_hinge: "sign",
      focal_with_logits: "score",
    },
    "One of k classes": {
      cross_entropy: "probabilities",
      cross_entropy_with_logits: "scores",
      kl_divergence: "distribution",
    },
    "Many labels": {
      multilabel_cross_entropy: "probability",
      multilabel_cross_entropy_with_logits: "score",
    },
    Masks: { dice: "mask" },
  };
  const KNOWN = Object.assign({}, ...Object.values(GROUPS));
  const title = (name) => LossBook.data["loss-explorer"][name][0];
  const unitOf = (name) => LossBook.data["loss-explorer"][name][1];

  const PARAMETERS = {
    delta: { label: "δ (delta), unit of y", min: 0.1, max: 3, step: 0.1 },
    level: { label: "level τ", min: 0.05, max: 0.95, step: 0.05 },
    pos_weight: { label: "weight of yes (pos_weight)", min: 0.1, max: 10, step: 0.1, log: true },
    gamma: { label: "γ (gamma)", min: 0, max: 5, step: 0.1 },
    alpha: { label: "weight of yes, α (alpha)", min: 0, max: 1, step: 0.05 },
    label_smoothing: { label: "ε (label_smoothing)", min: 0, max: 0.95, step: 0.05 },
    smooth: { label: "s (smooth)", min: 0.1, max: 10, step: 0.1, log: true },
  };

  let kind, y;

  // -- what stands on the page ------------------------------------------------------------------

  frame.heading("Value and slope of every loss: drag along the curve");
  frame.task("Turn Huber’s δ up: what becomes of value and slope at an error of 3?");
  const plot = LossBook.plot(frame.view("curves"), {
    name: "Value and slope of the loss against the prediction",
    x: { label: "", min: 0, max: 1 },
    y: { label: "", min: 0, max: 1 },
  });
  const zero = plot.line({ style: "ink thin" });
  const cursor = plot.line({ style: "faint thin" });
  const rows = frame.readout({
    columns: ["value", "slope"],
    rows: [
      { label: "", keys: { 1: ["line", "c0"], 2: ["line", "c1"] } },
      { label: "", keys: { 1: ["line", "c2"], 2: ["line", "c3"] } },
    ],
    isLegend: true,
  });
  const drawings = [
    ["c0", "c1"],
    ["c2", "c3"],
  ].map((styles, i) => ({
    lines: styles.map((style) => plot.line({ style })),
    points: styles.map((style, j) => plot.points({ style, radius: 5, shape: SHAPES[j] })),
    row: rows[i],
  }));
  plot.onDrag((x) => {
    place.value = Number(x.toPrecision(3));
    show();
  });

  const loss = LossBook.select(frame.controls, {
    label: "loss",
    options: Object.fromEntries(
      Object.entries(GROUPS).map(([group, entries]) => [
        group,
        Object.keys(entries).map((name) => [name, title(name)]),
      ]),
    ),
    onInput: choose,
  });
  const beside = LossBook.select(frame.controls, {
    label: "beside it",
    options: [],
    onInput: () => change(),
  });
  const truth = LossBook.select(frame.controls, {
    label: "truth",
    options: [],
    onInput: () => change(),
  });
  const place = LossBook.slider(frame.controls, {
    label: "",
    min: 0,
    max: 1,
    step: 0.01,
    value: 0,
    onInput: () => show(),
  });
  const sliders = Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, options]) => {
      const value_ = options.max; // until a loss that has it is chosen
      const onInput = () => change();
      return [name, LossBook.slider(frame.controls, { ...options, value: value_, onInput })];
    }),
  );
  frame.onReset(reset);

  // -- what happens -----------------------------------------------------------------------------

  function reset() {
    loss.value = FIRST.name;
    beside.value = "";
    choose();
    place.value = FIRST.x;
    show();
  }

  function choose() {
    kind = kindOf(loss.value);
    const others = Object.keys(KNOWN).filter(isLike);
    const kept = beside.value;
    beside.options([["", "no other loss"], ...others.map((name) => [name, title(name)])]);
    if (others.includes(kept)) beside.value = kept;
    beside.show(others.length > 0);
    truth.options(kind.truths.map(([text], i) => [i, text]));
    truth.show(kind.truths.length > 1);
    const { parameters } = losses[loss.value];
    for (const [name, slider] of Object.entries(sliders)) {
      slider.show(name in parameters);
      if (name in parameters) slider.value = parameters[name];
    }
    const [low, high] = kind.ends;
    place.range(low, high, high - low > 1 ? 0.05 : 0.01);
    place.label(kind.cursor);
    place.value = low + 0.75 * (high - low);
    change();
  }

  const kindOf = (name) => KINDS[KNOWN[name]];

  /* Whether another loss has the same truths and the same axis as the chosen one. */
  function isLike(name) {
    const { truths, cursor } = kindOf(name);
    return name !== loss.value && truths === kind.truths && cursor === kind.cursor;
  }

  /* What is drawn: the chosen loss with the reader's parameters, perhaps another one with its own. */
  const shown = () => [loss.value, beside.value].filter((name) => name);

  function change() {
    y = kind.truths[Number(truth.value)][1];
    const xs = range(...kind.ends, SAMPLES);
    const [unit, other = unit] = shown().map(unitOf);
    const inUnit = unit === other ? unit : "each in its unit";
    plot.limits({
      x: kind.ends,
      y: limits(xs.flatMap((x) => shown().flatMap((name) => both(name, x)))),
      xLabel: kind.cursor + (kind.more ?? ""),
      yLabel: inUnit ? `value (${inUnit}), slope` : "value, slope",
    });
    zero.set(kind.ends.map((x) => [x, 0]));
    drawings.forEach(({ lines }, i) => {
      const name = shown()[i];
      const curves = name ? xs.map((x) => [x, ...evaluate(name, x, settings(name))]) : [];
      lines[0].set(curves.map(([x, size]) => [x, size]));
      lines[1].set(curves.map(([x, , slope]) => [x, slope]));
    });
    show();
  }

  function settings(name) {
    if (name !== loss.value) return {};
    const names = Object.keys(losses[name].parameters);
    return Object.fromEntries(names.map((parameter) => [parameter, sliders[parameter].value]));
  }

  /* Value and slope at a place of the axis; of a row, the slope along the line. */
  function evaluate(name, x, parameters) {
    const { formula, rowwise } = losses[name];
    const [size, gradient] = formula(y, kind.at(x, y), parameters);
    if (!rowwise) return [size, gradient];
    const direction = kind.direction(y);
    return [size, gradient.reduce((total, part, j) => total + part * direction[j], 0)];
  }

  const both = (name, x) => [...evaluate(name, x, settings(name)), ...evaluate(name, x)];

  /* Room for the curves, also for those of the default parameters: so the axis seldom moves. */
  function limits(sizes) {
    const cap = kind.cap ?? Infinity;
    const all = sizes.filter((size) => Math.abs(size) <= cap);
    const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
    const margin = 0.06 * (high - low);
    return [low - margin, high + margin];
  }

  function show() {
    const x = place.value;
    const [top, bottom] = [1e9, -1e9];
    cursor.set([
      [x, bottom],
      [x, top],
    ]);
    drawings.forEach(({ points, row }, i) => {
      const name = shown()[i];
      const read = name ? evaluate(name, x, settings(name)) : [];
      points.forEach((point, j) => point.set(name ? [[x, read[j]]] : []));
      row.show(Boolean(name));
      if (name) row.set(read.map((size) => number(size)), title(name));
    });
    frame.say(words(...evaluate(loss.value, x, settings(loss.value))));
  }

  function words(size, pull) {
    if (size === Infinity) return "The model called the truth impossible.";
    if (Math.abs(pull) === 0) return "Here the loss does not pull.";
    return `Descent ${pull < 0 ? "raises" : "lowers"} the ${kind.moved} here.`;
  }

  reset();
});
