/* Chapter 2.2: descent in a bowl, step by step, at a rate that is slow, good, oscillates or diverges. */
"use strict";

LossBook.register("descent-player", (frame) => {
  const { number, range } = LossBook;
  const STEEPEST = 4; // the largest curvature; the condition number says how flat the other one is
  const TILT = (25 * Math.PI) / 180;
  const STEPS = 100;
  const EVERY = 80; // ms: all steps in eight seconds
  // the condition number is that of the line of the chapter, 4 nearly its largest curvature
  const FIRST = { rate: 0.2, momentum: 0, condition: 8.5, start: [-8, 0] };
  const RATES = { Slow: 0.01, Good: 0.2, Oscillating: 0.47, Diverging: 0.51 }; // as in the chapter
  const LEVELS = range(-3, 7, 11).map((k) => 4 ** k); // of the loss

  let run; // { path, values }
  let start, timer;

  // -- what stands on the page ------------------------------------------------------------------

  frame.heading("Choose a rate and watch it walk, or drag the start");
  frame.task(
    "In the long run, each step multiplies the distance to the minimum by one factor across the " +
      "valley, and by another along it.",
  );
  const map = LossBook.plot(frame.view("path"), {
    name: "Descent path in a bowl, seen from above, with level lines of the loss",
    x: { label: "parameter θ₁", min: -10, max: 10 },
    y: { label: "parameter θ₂", min: -6, max: 6 },
    equal: true,
  });
  const levels = map.line({ style: "faint thin" });
  const minimum = map.points({ style: "ink", radius: 4, shape: "square", label: "minimum" });
  const toCome = map.line({ style: "faint" });
  const track = map.line({ style: "c0", label: "path" });
  const stops = map.points({ style: "c0", radius: 3 });
  const here = map.points({ style: "c0 open", radius: 6 });
  const pull = map.arrow({ style: "c1 solid", label: "−η∇L" });
  const farewell = map.text();
  const origin = map.handle({
    name: "Start of the descent",
    step: [0.2, 0.2],
    text: (x, y) => `θ₁ ${number(x, 3)}, θ₂ ${number(y, 3)}`,
    hint: "drag me",
    onMove: (x, y) => change(() => (start = [x, y])),
  });
  const chart = LossBook.plot(frame.view("loss"), {
    name: "Loss against step",
    x: { label: "step", min: 0, max: STEPS, integer: true },
    y: { label: "loss", min: 1e-6, max: 1e6, log: true },
  });
  const ahead = chart.line({ style: "faint", label: "loss to come" });
  const curve = chart.line({ style: "c0", label: "loss so far" });
  const now = chart.points({ style: "c0 open", radius: 6 });

  const [numbers] = frame.readout({
    columns: ["loss", "distance", "factor across", "factor along"],
    rows: [{ label: "step" }],
  });

  const buttons = LossBook.group(frame.controls);
  for (const [label, value] of Object.entries(RATES)) {
    LossBook.button(buttons, { label, onClick: () => present(value) });
  }
  const play = LossBook.button(buttons, { label: "Play", onClick: () => (timer ? pause() : go()) });
  const back = LossBook.button(buttons, { label: "Step back", onClick: () => walk(-1) });
  const forth = LossBook.button(buttons, { label: "Step", onClick: () => walk(1) });
  play.hidden = LossBook.wantsStill(); // then steps come one by one, on request
  const rate = LossBook.slider(frame.controls, {
    label: "learning rate η",
    min: 0.01,
    max: 1.1,
    step: 0.01,
    value: FIRST.rate,
    onInput: () => change(),
  });
  const step = LossBook.slider(frame.controls, {
    label: "step",
    min: 0,
    max: STEPS,
    step: 1,
    value: 0,
    text: (value) => `${value} of ${STEPS}`,
    onInput: () => {
      pause();
      show();
    },
  });
  const momentum = LossBook.slider(frame.controls, {
    label: "momentum μ",
    min: 0,
    max: 0.95,
    step: 0.05,
    value: FIRST.momentum,
    onInput: () => change(),
  });
  const condition = LossBook.slider(frame.controls, {
    label: "condition number of the bowl",
    min: 1,
    max: 100,
    step: 0.05,
    log: true,
    value: FIRST.condition,
    onInput: () => change(),
  });
  frame.onReset(reset);

  // -- what happens -----------------------------------------------------------------------------

  function reset() {
    pause();
    start = FIRST.start;
    rate.value = FIRST.rate;
    momentum.value = FIRST.momentum;
    condition.value = FIRST.condition;
    step.value = 0;
    change();
  }

  /* One of the chapter's rates from its first step on, or at once where motion is unwanted. */
  function present(value) {
    pause();
    rate.value = value;
    momentum.value = FIRST.momentum;
    step.value = LossBook.wantsStill() ? STEPS : 0;
    change();
    if (!LossBook.wantsStill()) go();
  }

  function go() {
    if (step.value === STEPS) step.value = 0;
    timer = setInterval(() => {
      advance(1);
      if (step.value === STEPS) pause();
    }, EVERY);
    play.textContent = "Pause";
  }

  function pause() {
    clearInterval(timer);
    timer = undefined;
    play.textContent = "Play";
  }

  function walk(by) {
    pause();
    advance(by);
  }

  function advance(by) {
    step.value = Math.min(STEPS, Math.max(0, step.value + by));
    show();
  }

  function change(first = () => {}) {
    first();
    const settings = { learningRate: rate.value, momentum: momentum.value, steps: STEPS };
    run = LossBook.descend(bowl(), start, settings);
    levels.set(LEVELS.flatMap((level) => [...ellipse(level), [NaN, NaN]]));
    minimum.set([[0, 0]]);
    origin.set(...start);
    toCome.set(untilGone(run.path));
    ahead.set(run.values.map((value, i) => [i, value]));
    const bound = LossBook.rateBound(momentum.value, STEEPEST);
    rate.mark(bound, `bound ${number(bound)}`);
    show();
  }

  const curvatures = () => [STEEPEST / condition.value, STEEPEST]; // along the valley, across it

  const bowl = () => LossBook.bowl(curvatures(), TILT);

  function ellipse(level) {
    const [a, b] = curvatures().map((curvature) => Math.sqrt((2 * level) / curvature));
    const [c, s] = [Math.cos(TILT), Math.sin(TILT)];
    return range(0, 2 * Math.PI, 181).map((angle) => {
      const [u, v] = [a * Math.cos(angle), b * Math.sin(angle)];
      return [c * u - s * v, s * u + c * v];
    });
  }

  function show() {
    // a run that arrives exactly is shorter than the slider
    const at = Math.min(step.value, run.path.length - 1);
    const point = run.path[at];
    const walked = untilGone(run.path.slice(0, at + 1));
    track.set(walked);
    stops.set(walked);
    here.set([point]);
    const [, gradient] = bowl()(point);
    pull.set(point, [0, 1].map((i) => point[i] - rate.value * gradient[i]));
    farewell.set(0, -5.3, map.inside(...point) ? "" : "the path has left the picture");
    curve.set(run.values.slice(0, at + 1).map((value, i) => [i, value]));
    now.set([[at, run.values[at]]]);
    back.disabled = at === 0;
    forth.disabled = step.value === STEPS;
    const [along, across] = curvatures().map((curvature) =>
      LossBook.factor(rate.value, momentum.value, curvature),
    );
    const distance = number(Math.hypot(...point), 3);
    const texts = [number(run.values[at], 3), distance, inWords(across), inWords(along)];
    numbers.set(texts, `step ${at}`);
    frame.say(verdict(along.size > across.size ? along : across));
  }

  /* A path as far as it is in the picture, and the step that leaves it for good. */
  function untilGone(path) {
    return path.slice(0, path.findLastIndex((point) => map.inside(...point)) + 2);
  }

  // -- in words ---------------------------------------------------------------------------------

  function verdict({ size, kind }) {
    if (size > 1 + 1e-12) return "Diverging: the rate is above the bound.";
    if (size > 1 - 1e-12) return "On the bound: it comes no nearer.";
    if (kind !== "straight") return "Swinging across, and nearer each time.";
    // such a direction keeps more than a tenth of its distance over all steps shown
    return size ** STEPS > 0.1 ? "Crawling in the flat direction." : "Arriving.";
  }

  function inWords({ size, kind }) {
    const sign = kind === "swinging" ? -1 : 1;
    return number(sign * size, 3) + (kind === "turning" ? ", in waves" : "");
  }

  reset();
});
