/* Chapter 2.2: descent in a bowl, step by step, at a rate that crawls, arrives, swings or diverges. */
"use strict";

LossBook.register("descent-player", (frame) => {
  const { number, range } = LossBook;
  const STEEPEST = 4; // the largest curvature; the condition number says how flat the other one is
  const TILT = (25 * Math.PI) / 180;
  const STEPS = 100;
  const EVERY = 250; // ms
  // the condition number is that of the line of the chapter, 4 nearly its largest curvature
  const FIRST = { rate: 0.2, momentum: 0, condition: 8.5, start: [-8, 0], step: 10 };
  const LEVELS = range(-3, 7, 11).map((k) => 4 ** k); // of the loss

  let run; // { path, values }
  let start, timer;

  // -- what stands on the page ------------------------------------------------------------------

  frame.heading("Try it: turn the rate, drag the start, walk step by step");
  const map = LossBook.plot(frame.plots, {
    name: "Descent path in a bowl, seen from above, with level lines of the loss",
    x: { label: "parameter θ₁", min: -10, max: 10 },
    y: { label: "parameter θ₂", min: -6, max: 6 },
    equal: true,
  });
  const levels = map.line({ style: "faint thin" });
  const minimum = map.points({ style: "ink", radius: 4, shape: "square", label: "minimum" });
  const track = map.line({ style: "c0", label: "path" });
  const stops = map.points({ style: "c0", radius: 3 });
  const here = map.points({ style: "c0 open", radius: 6 });
  const origin = map.handle({
    name: "Start of the descent",
    label: "start",
    step: [0.2, 0.2],
    text: (x, y) => `θ₁ ${number(x, 3)}, θ₂ ${number(y, 3)}`,
    onMove: (x, y) => change(() => (start = [x, y])),
  });
  const chart = LossBook.plot(frame.plots, {
    name: "Loss against step",
    x: { label: "step", min: 0, max: STEPS, integer: true },
    y: { label: "loss", min: 1e-6, max: 1e6, log: true },
  });
  const ahead = chart.line({ style: "faint", label: "loss to come" });
  const curve = chart.line({ style: "c0", label: "loss so far" });
  const now = chart.points({ style: "c0 open", radius: 6 });

  const rate = LossBook.slider(frame.controls, {
    label: "learning rate η",
    min: 0.01,
    max: 1.1,
    step: 0.01,
    value: FIRST.rate,
    onInput: () => change(),
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
  const step = LossBook.slider(frame.controls, {
    label: "step",
    min: 0,
    max: STEPS,
    step: 1,
    value: FIRST.step,
    text: (value) => `${value} of ${STEPS}`,
    onInput: () => {
      pause();
      show();
    },
  });
  const buttons = LossBook.group(frame.controls);
  const play = LossBook.button(buttons, { label: "Play", onClick: () => (timer ? pause() : go()) });
  const back = LossBook.button(buttons, { label: "Step back", onClick: () => walk(-1) });
  const forth = LossBook.button(buttons, { label: "Step", onClick: () => walk(1) });
  play.hidden = LossBook.wantsStill(); // then steps come one by one, on request
  frame.onReset(reset);

  // -- what happens -----------------------------------------------------------------------------

  function reset() {
    pause();
    start = FIRST.start;
    rate.value = FIRST.rate;
    momentum.value = FIRST.momentum;
    condition.value = FIRST.condition;
    step.value = FIRST.step;
    change();
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
    const curvatures = [STEEPEST / condition.value, STEEPEST];
    const settings = { learningRate: rate.value, momentum: momentum.value, steps: STEPS };
    run = LossBook.descend(LossBook.bowl(curvatures, TILT), start, settings);
    levels.set(LEVELS.flatMap((level) => [...ellipse(level, curvatures), [NaN, NaN]]));
    minimum.set([[0, 0]]);
    origin.set(...start);
    ahead.set(run.values.map((value, i) => [i, value]));
    const bound = LossBook.rateBound(momentum.value, STEEPEST);
    rate.mark(bound, `bound ${number(bound)}`);
    show();
  }

  function ellipse(level, curvatures) {
    const [a, b] = curvatures.map((curvature) => Math.sqrt((2 * level) / curvature));
    const [c, s] = [Math.cos(TILT), Math.sin(TILT)];
    return range(0, 2 * Math.PI, 181).map((angle) => {
      const [u, v] = [a * Math.cos(angle), b * Math.sin(angle)];
      return [c * u - s * v, s * u + c * v];
    });
  }

  function show() {
    // a run that arrives exactly is shorter than the slider
    const at = Math.min(step.value, run.path.length - 1);
    const walked = run.path.slice(0, at + 1);
    track.set(walked);
    stops.set(walked);
    here.set([run.path[at]]);
    curve.set(run.values.slice(0, at + 1).map((value, i) => [i, value]));
    now.set([[at, run.values[at]]]);
    back.disabled = at === 0;
    forth.disabled = step.value === STEPS;
    frame.say(`${verdict()} ${place(at)}`);
  }

  // -- in words ---------------------------------------------------------------------------------

  function verdict() {
    const [along, across] = [STEEPEST / condition.value, STEEPEST].map((curvature) =>
      LossBook.factor(rate.value, momentum.value, curvature),
    );
    const slower = along.size > across.size ? along : across;
    const factors =
      `In the long run a step multiplies the distance by ${inWords(across)} across the valley ` +
      `and by ${inWords(along)} along it.`;
    return `${name(slower)} ${factors}`;
  }

  function name({ size, kind }) {
    if (size > 1 + 1e-12) return "Diverging: the rate is above the bound.";
    if (size > 1 - 1e-12) return "On the bound: it neither arrives nor flies apart.";
    if (kind !== "straight") return "Swinging: it overshoots, and comes nearer.";
    // such a direction keeps more than a tenth of its distance over all steps shown
    return size ** STEPS > 0.1 ? "Crawling: in the flat direction it hardly moves." : "Arriving.";
  }

  function inWords({ size, kind }) {
    const sign = kind === "swinging" ? -1 : 1;
    return number(sign * size, 3) + (kind === "turning" ? " (in waves)" : "");
  }

  function place(at) {
    const point = run.path[at];
    const distance = number(Math.hypot(...point), 3);
    const left = map.inside(...point) ? "" : " The path has left the picture.";
    return `Step ${at}: loss ${number(run.values[at], 3)}, distance ${distance}.${left}`;
  }

  reset();
});
