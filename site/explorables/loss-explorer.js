/* Chapter 1.2: value and slope of any loss, against what the model says. */
"use strict";

LossBook.register("loss-explorer", (frame) => {
  const { number, range, losses } = LossBook;
  const SAMPLES = 241;
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
  const ofError = { ...itself, ends: [-3, 3], moved: "prediction", cursor: "error ŷ − y" };
  const KINDS = {
    number: { ...ofError, truths: [["", 0]], more: " (unit of y)" },
    plainNumber: { ...ofError, truths: [["", 0]] },
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

  /* name: [title, kind, unit of the value]; titles and units as on the loss cards */
  const GROUPS = {
    "A number": {
      mean_squared_error: ["Mean squared error", "number", "squared unit of y"],
      mean_absolute_error: ["Mean absolute error", "number", "unit of y"],
      huber: ["Huber loss", "number", "squared unit of y"],
      log_cosh: ["Log-cosh loss", "plainNumber"],
      quantile: ["Quantile (pinball) loss", "number", "unit of y"],
    },
    "One of two classes": {
      binary_cross_entropy: ["Binary cross-entropy, of probabilities", "probability", "nats"],
      binary_cross_entropy_with_logits: ["Binary cross-entropy, of scores", "score", "nats"],
      hinge: ["Hinge loss", "sign"],
      squared_hinge: ["Squared hinge loss", "sign"],
      focal_with_logits: ["Focal loss, of scores", "score", "nats"],
    },
    "One of k classes": {
      cross_entropy: ["Cross-entropy, of probabilities", "probabilities", "nats"],
      cross_entropy_with_logits: ["Cross-entropy, of scores", "scores", "nats"],
      kl_divergence: ["Kullback–Leibler divergence", "distribution", "nats"],
    },
    "Many labels": {
      multilabel_cross_entropy: [
        "Multi-label cross-entropy, of probabilities",
        "probability",
        "nats",
      ],
      multilabel_cross_entropy_with_logits: [
        "Multi-label cross-entropy, of scores",
        "score",
        "nats",
      ],
    },
    Masks: { dice: ["Dice loss", "mask"] },
  };
  const KNOWN = Object.assign({}, ...Object.values(GROUPS));

  const PARAMETERS = {
    delta: { label: "δ (delta), unit of y", min: 0.1, max: 3, step: 0.1 },
    level: { label: "level τ", min: 0.05, max: 0.95, step: 0.05 },
    pos_weight: { label: "weight of yes (pos_weight)", min: 0.1, max: 10, step: 0.1, log: true },
    gamma: { label: "γ (gamma)", min: 0, max: 5, step: 0.1 },
    alpha: { label: "weight of yes, α (alpha)", min: 0, max: 1, step: 0.05 },
    label_smoothing: { label: "ε (label_smoothing)", min: 0, max: 0.95, step: 0.05 },
    smooth: { label: "s (smooth)", min: 0.1, max: 10, step: 0.1, log: true },
  };

  let kind, y, unit;

  // -- what stands on the page ------------------------------------------------------------------

  frame.heading("Try it: value and slope of every loss");
  const plot = LossBook.plot(frame.plots, {
    name: "Value and slope of the loss against the prediction",
    x: { label: "", min: 0, max: 1 },
    y: { label: "", min: 0, max: 1 },
  });
  const zero = plot.line({ style: "ink thin" });
  const cursor = plot.line({ style: "faint thin" });
  const value = plot.line({ style: "c0", label: "value" });
  const slope = plot.line({ style: "c1", label: "slope" });
  const atValue = plot.points({ style: "c0", radius: 5.5 });
  const atSlope = plot.points({ style: "c1", radius: 5, shape: "square" });
  plot.onDrag((x) => {
    place.value = Number(x.toPrecision(3));
    show();
  });

  const loss = LossBook.select(frame.controls, {
    label: "loss",
    options: Object.fromEntries(
      Object.entries(GROUPS).map(([group, entries]) => [
        group,
        Object.entries(entries).map(([name, [title]]) => [name, title]),
      ]),
    ),
    onInput: choose,
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
    choose();
    place.value = FIRST.x;
    show();
  }

  function choose() {
    const [, kindName, unitName] = KNOWN[loss.value];
    [kind, unit] = [KINDS[kindName], unitName];
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

  function change() {
    y = kind.truths[Number(truth.value)][1];
    const xs = range(...kind.ends, SAMPLES);
    const curves = xs.map((x) => evaluate(x, settings()));
    plot.limits({
      x: kind.ends,
      y: limits([...curves, ...xs.map((x) => evaluate(x))]),
      xLabel: kind.cursor + (kind.more ?? ""),
      yLabel: unit ? `value (${unit}), slope` : "value, slope",
    });
    zero.set(kind.ends.map((x) => [x, 0]));
    value.set(xs.map((x, i) => [x, curves[i][0]]));
    slope.set(xs.map((x, i) => [x, curves[i][1]]));
    show();
  }

  function settings() {
    const names = Object.keys(losses[loss.value].parameters);
    return Object.fromEntries(names.map((name) => [name, sliders[name].value]));
  }

  /* Value and slope at a place of the axis; of a row, the slope along the line. */
  function evaluate(x, parameters) {
    const { formula, rowwise } = losses[loss.value];
    const [size, gradient] = formula(y, kind.at(x, y), parameters);
    if (!rowwise) return [size, gradient];
    const direction = kind.direction(y);
    return [size, gradient.reduce((total, part, j) => total + part * direction[j], 0)];
  }

  /* Room for the curves, also for those of the default parameters: so the axis seldom moves. */
  function limits(curves) {
    const cap = kind.cap ?? Infinity;
    const all = curves.flat().filter((size) => Math.abs(size) <= cap);
    const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
    const margin = 0.06 * (high - low);
    return [low - margin, high + margin];
  }

  function show() {
    const x = place.value;
    const [size, pull] = evaluate(x, settings());
    const [top, bottom] = [1e9, -1e9];
    cursor.set([
      [x, bottom],
      [x, top],
    ]);
    atValue.set([[x, size]]);
    atSlope.set([[x, pull]]);
    frame.say(words(x, size, pull));
  }

  function words(x, size, pull) {
    const name = kind.cursor[0].toUpperCase() + kind.cursor.slice(1);
    const inUnit = unit === "nats" ? " nats" : unit ? ` (${unit})` : "";
    const read = `${name} = ${number(x, 3)}: value ${number(size)}${inUnit}, slope ${number(pull)}.`;
    if (size === Infinity) return `${read} The model called the truth impossible.`;
    if (Math.abs(pull) === 0) return `${read} Here the loss does not pull.`;
    const way = pull < 0 ? "raises" : "lowers";
    return `${read} A step against the slope ${way} the ${kind.moved}.`;
  }

  reset();
});
