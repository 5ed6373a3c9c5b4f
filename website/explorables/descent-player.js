/* Chapter 2.2: descent in the valley of the chapter's line, step by step, at a rate that is slow, good,
   swings, diverges or falls. */
"use strict";

LossBook.register("descent-player", (frame) => {
  const { number, range } = LossBook;
  // of the chapter's line; tests/browser/test_explorables.py computes them again
  const MINIMUM = [2.58811881, 10.84653465];
  const [FLATTEST, STEEPEST] = [0.48764535, 4.14235465]; // curvatures
  const TILT = -0.69877533; // of the valley's floor
  const STEPS = 100;
  const EVERY = 80; // ms: all steps in eight seconds
  const FIRST = { rate: 0.2, fall: 0, momentum: 0, condition: STEEPEST / FLATTEST, start: [0, 0] };
  const PRESETS = {
    Slow: { rate: 0.01 }, // these four are the chapter's
    Good: { rate: 0.2 },
    Swinging: { rate: 0.47 },
    Diverging: { rate: 0.5 },
    Falling: { rate: 0.55, fall: 0.1 }, // first above the bound, then below
  };
  const LEVELS = range(-3, 7, 11).map((k) => 4 ** k); // of the loss

  let run; // { path, values }
  let start, timer;

  // -- what stands on the page ------------------------------------------------------------------

  frame.heading("Choose a rate and watch it walk, or drag the start");
  frame.task(
    "Across the valley and along it, each step multiplies the distance to the minimum by a factor of " +
      "its own (with momentum: in the long run). Which rate makes both small?",
  );
  const map = LossBook.plot(frame.view("path"), {
    name: "Descent path in a valley, seen from above, with level lines of the loss",
    x: { label: "a: calls in 1950 (millions)", min: -3, max: 13 },
    y: { label: "b: growth (millions per decade)", min: -2, max: 21 },
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
    text: (x, y) => `a ${number(x, 3)}, b ${number(y, 3)}`,
    hint: "drag me",
    onMove: (x, y) => change(() => (start = [x, y])),
  });
  const chart = LossBook.plot(frame.view("loss"), {
    name: "Loss against step",
    x: { label: "step", min: 0, max: STEPS, integer: true },
    y: { label: "loss − minimum", min: 1e-6, max: 1e6, log: true },
  });
  const ahead = chart.line({ style: "faint", label: "loss to come" });
  const curve = chart.line({ style: "c0", label: "loss so far" });
  const now = chart.points({ style: "c0 open", radius: 6 });

  const axes = frame.readout({
    columns: ["distance", "−η∇L", "factor"],
    rows: [{ label: "along" }, { label: "across" }],
  });

  const buttons = LossBook.group(frame.controls);
  for (const [label, preset] of Object.entries(PRESETS)) {
    LossBook.button(buttons, { label, onClick: () => present(preset) });
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
  const fall = LossBook.slider(frame.controls, {
    label: "its fall r: η/(1 + r(t − 1))",
    min: 0,
    max: 1,
    step: 0.01,
    value: FIRST.fall,
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
    fall.value = FIRST.fall;
    momentum.value = FIRST.momentum;
    condition.value = FIRST.condition;
    step.value = 0;
    change();
  }

  /* Such a rate from its first step on, or at once where motion is unwanted. */
  function present(preset) {
    pause();
    rate.value = preset.rate;
    fall.value = preset.fall ?? FIRST.fall;
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
    const settings = { learningRate: rateOf(), momentum: momentum.value, steps: STEPS };
    run = LossBook.descend(bowl(), start, settings);
    levels.set(LEVELS.flatMap((level) => [...ellipse(level), [NaN, NaN]]));
    minimum.set([MINIMUM]);
    origin.set(...start);
    toCome.set(untilGone(run.path));
    ahead.set(run.values.map((value, i) => [i, value]));
    rate.mark(bound(), `bound ${number(bound())}`);
    show();
  }

  const curvatures = () => [STEEPEST / condition.value, STEEPEST]; // along the valley, across it

  const bowl = () => LossBook.bowl(curvatures(), TILT, MINIMUM);

  const rateOf = () => LossBook.inverseDecay(rate.value, fall.value); // of the step 1, 2, …

  const bound = () => LossBook.rateBound(momentum.value, STEEPEST);

  function ellipse(level) {
    const [a, b] = curvatures().map((curvature) => Math.sqrt((2 * level) / curvature));
    const [c, s] = [Math.cos(TILT), Math.sin(TILT)];
    return range(0, 2 * Math.PI, 181).map((angle) => {
      const [u, v] = [a * Math.cos(angle), b * Math.sin(angle)];
      return [MINIMUM[0] + c * u - s * v, MINIMUM[1] + s * u + c * v];
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
    const next = rateOf()(at + 1);
    const pulled = bowl()(point)[1].map((slope) => -next * slope);
    pull.set(point, [0, 1].map((i) => point[i] + pulled[i]));
    farewell.set(5, -1.5, map.inside(...point) ? "" : "the path has left the picture");
    curve.set(run.values.slice(0, at + 1).map((value, i) => [i, value]));
    now.set([[at, run.values[at]]]);
    back.disabled = at === 0;
    forth.disabled = step.value === STEPS;
    const distances = bowl().axes([0, 1].map((i) => point[i] - MINIMUM[i]));
    const steps = bowl().axes(pulled);
    const factors = curvatures().map((curvature) =>
      LossBook.factor(next, momentum.value, curvature),
    );
    axes.forEach((row, i) =>
      row.set([number(distances[i], 3), number(steps[i], 3), inWords(factors[i])]),
    );
    const [along, across] = factors;
    const slower = along.size > across.size ? along : across;
    frame.say(`${verdict(slower)} ${beside(next)} Step ${at}: loss ${number(run.values[at], 3)} above the minimum.`);
  }

  /* A path as far as it is in the picture, and the step that leaves it for good. */
  function untilGone(path) {
    return path.slice(0, path.findLastIndex((point) => map.inside(...point)) + 2);
  }

  // -- in words ---------------------------------------------------------------------------------

  /* Where the rate of the next step lies beside the bound. */
  function beside(next) {
    const formula = momentum.value ? "2(1 + μ)/\u2060λmax" : "2/\u2060λmax";
    const share = `${number((100 * next) / bound(), 3)} %`;
    return `Its rate, ${number(next, 3)}, is ${share} of the bound ${formula} = ${number(bound())}.`;
  }

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
