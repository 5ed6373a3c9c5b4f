/* Chapter 3.1 and the first page: lines, fitted again and again while a point of Belgium's phone calls moves.

   A line is [level, growth]: it predicts level + growth · t, t in decades from the middle of the
   years as recorded. LossBook.outlierLine = the fits; tests/browser/test_explorables_data.py
   compares them with lossbook.
*/
"use strict";

LossBook.outlierLine = (() => {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const predictions = ([level, growth], t) => t.map((ti) => level + growth * ti);

  /* The line of least squares: the normal equations, on centred t. */
  function squaresLine(t, y, weights = t.map(() => 1)) {
    const mean = (values) => sum(values.map((v, i) => weights[i] * v)) / sum(weights);
    const [tMean, yMean] = [mean(t), mean(y)];
    const covariance = mean(t.map((ti, i) => (ti - tMean) * (y[i] - yMean)));
    const growth = covariance / mean(t.map((ti) => (ti - tMean) ** 2));
    return [yMean - growth * tMean, growth];
  }

  /* The lines of least absolute error among those through two points: some best line is there. */
  function absoluteLines(t, y) {
    const loss = LossBook.losses.mean_absolute_error.formula;
    const pairs = t.flatMap((_, j) => t.slice(0, j).map((_, i) => [i, j]));
    const lines = pairs
      .filter(([i, j]) => t[i] !== t[j])
      .map(([i, j]) => {
        const growth = (y[j] - y[i]) / (t[j] - t[i]);
        return [y[i] - growth * t[i], growth];
      });
    const losses = lines.map(
      (line) => sum(predictions(line, t).map((p, i) => loss(y[i], p)[0])) / t.length,
    );
    const least = Math.min(...losses);
    return lines.filter((_, k) => losses[k] < least + 1e-9);
  }

  /* Their mean: every line between them is as good. */
  function absoluteLine(t, y) {
    const best = absoluteLines(t, y);
    return [0, 1].map((k) => sum(best.map((line) => line[k])) / best.length);
  }

  /* The line of least Huber loss: least squares again and again, with less weight on large errors. */
  function huberLine(t, y, delta) {
    const loss = LossBook.losses.huber.formula;
    const small = 1e-12 * t.length * delta;
    let line = squaresLine(t, y);
    for (let step = 0; step < 20000; step++) {
      const at = predictions(line, t);
      const slopes = at.map((p, i) => loss(y[i], p, { delta })[1]);
      const gradient = [sum(slopes), sum(slopes.map((slope, i) => slope * t[i]))];
      if (gradient.every((part) => Math.abs(part) < small)) break;
      const weights = at.map((p, i) => (p === y[i] ? 1 : slopes[i] / (p - y[i])));
      line = squaresLine(t, y, weights);
    }
    return line;
  }

  /* Which share of the whole pull Σ|ℓ′| on its own line a loss gives to example i. */
  function shareOfPull(line, t, y, i, name, parameters) {
    const loss = LossBook.losses[name].formula;
    const pulls = predictions(line, t).map((p, k) =>
      // A line through a point misses it by a rounding error, whose sign pulls no line.
      Math.abs(p - y[k]) < 1e-9 ? 0 : Math.abs(loss(y[k], p, parameters)[1]),
    );
    return pulls[i] / sum(pulls);
  }

  return { squaresLine, absoluteLines, absoluteLine, huberLine, shareOfPull };
})();

/* isShort: for the first page, without the parts that take a chapter to explain. */
LossBook.outlierFigure = (frame, isShort) => {
  const { squaresLine, absoluteLine, huberLine, shareOfPull } = LossBook.outlierLine;
  const recorded = LossBook.data["outlier-line"];
  const MIDDLE = recorded.year.reduce((total, year) => total + year, 0) / recorded.year.length;
  const inMinutes = recorded.year.map((year) => recorded.minutes.includes(year));
  const LAST = recorded.year.length - 1;
  const SHOWN = [1948, 1976];
  const CALLS = [0, 300];

  const [right, wrong] = isShort ? ["recorded", "recorded wrongly"] : ["in calls", "in minutes"];

  let year, calls, chosen, delta, withMinutes;
  let drawn = SHOWN; // the years that the axis spans

  frame.heading("Drag a point up or down: which line follows?");
  frame.task(
    isShort
      ? "Or leave out the six wrong numbers: which line stays where it was?"
      : "Lift 1973 to 300: which lines follow, and how far? Then try a δ of 200.",
  );
  const plot = LossBook.plot(frame.view("lines"), {
    name: "Phone calls against the year, with lines fitted to them",
    x: { label: "year", min: SHOWN[0], max: SHOWN[1], integer: true },
    y: { label: "calls (millions a year)", min: -40, max: CALLS[1] },
    height: isShort ? 300 : 340,
  });
  const points = plot.points({ style: "ink", label: right });
  const wrongPoints = plot.points({ style: "ink open", label: wrong, shape: "square" });
  const squares = { loss: "mean_squared_error", label: "squared error", fit: squaresLine };
  const absolute = { loss: "mean_absolute_error", label: "absolute error", fit: absoluteLine };
  const huber = { loss: "huber", label: "Huber’s loss", fit: (t, y) => huberLine(t, y, delta) };
  const fits = isShort ? [squares, huber] : [squares, absolute, huber];
  fits.forEach((entry, i) => (entry.line = plot.line({ style: `c${i}` })));
  const numbers = frame.readout({
    columns: ["growth a decade", "pull of the point"],
    rows: fits.map(({ label }, i) => ({ label, keys: { 0: ["line", `c${i}`] } })),
    isLegend: true,
  });

  // -- the point that is chosen, and how to choose another --------------------------------------

  // Only up and down: a hand that lifts a point sways, and would move its year as well.
  const handle = plot.handle({
    name: "",
    axis: "y",
    step: [0, 1],
    text: (x, y) => `${LossBook.number(y)} million calls`,
    hint: "drag me ↕",
    onMove: (x, y) => moveTo(year[chosen], dragged(y)),
  });
  const under = plot.points({ style: "faint hollow", radius: 10 }); // the mouse: what a press takes
  // Around each point, room for a finger.
  const reaches = recorded.year.map(() => {
    const reach = plot.points({ radius: 22 });
    reach.element.setAttribute("class", "explorable-reach");
    return reach;
  });
  let grabbed = null; // where pointer and point were when it was pressed

  /* The point moves as far as the pointer did: a press alone moves nothing. */
  function dragged(y) {
    if (!grabbed) return y;
    grabbed.from ??= y;
    return grabbed.calls + Math.round(y - grabbed.from);
  }

  function distance(event, element) {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return Math.hypot(event.clientX - (left + right) / 2, event.clientY - (top + bottom) / 2);
  }

  /* The point that a press would take, if there is one. */
  function pointAt(event) {
    const distances = reaches.map(({ element }, i) =>
      isCounted(i) ? distance(event, element) : Infinity,
    );
    const nearest = distances[chosen] <= 10 ? chosen : distances.indexOf(Math.min(...distances));
    return distances[nearest] > 22 ? undefined : nearest;
  }

  /* A press near a point chooses it, and goes on to the handle, which follows the pointer. */
  function grab(event) {
    if (!event.isTrusted) return; // the press sent on
    const nearest = pointAt(event);
    if (nearest === undefined) return;
    choose(nearest);
    grabbed = { calls: calls[chosen] };
    if (handle.element.contains(event.target)) return;
    event.stopPropagation();
    handle.element.dispatchEvent(new PointerEvent("pointerdown", event));
  }

  plot.svg.addEventListener("pointerdown", grab, { capture: true });
  // A finger on a point drags it, one beside scrolls the page. (touch-action works for a whole svg.)
  plot.svg.addEventListener("touchstart", (event) => grabbed && event.preventDefault(), {
    passive: false,
  });
  plot.svg.addEventListener("pointermove", (event) => {
    const nearest = grabbed || event.pointerType !== "mouse" ? undefined : pointAt(event);
    under.set(nearest === undefined ? [] : [[year[nearest], calls[nearest]]]);
  });
  plot.svg.addEventListener("pointerleave", () => under.set([]));
  handle.element.addEventListener("lostpointercapture", () => (grabbed = null));

  // -- controls ---------------------------------------------------------------------------------

  const point = LossBook.select(frame.controls, {
    label: "Point",
    options: recorded.year.map((y, i) => [
      String(i),
      `${y}, ${inMinutes[i] ? wrong : right}`,
    ]),
    onInput: (i) => choose(Number(i)),
  });
  const callsSlider = LossBook.slider(frame.controls, {
    label: "Its calls",
    min: CALLS[0],
    max: CALLS[1],
    step: 1,
    value: 0,
    unit: "million",
    onInput: (value) => moveTo(year[chosen], value),
  });
  const yearSlider = LossBook.slider(frame.controls, {
    label: "Its year",
    min: 1790,
    max: 1990,
    step: 1,
    value: 1973,
    onInput: (value) => moveTo(value, calls[chosen]),
  });
  const deltaSlider = LossBook.slider(frame.controls, {
    label: "Huber’s δ",
    min: 1,
    max: 200,
    step: 0.05,
    value: 2,
    log: true,
    unit: "million",
    onInput(value) {
      delta = value;
      update();
    },
  });
  const minutesBox = LossBook.checkbox(frame.controls, {
    label: isShort ? "Count the six wrong numbers" : "Count the six years in minutes",
    value: true,
    onInput(checked) {
      withMinutes = checked;
      update();
    },
  });
  if (isShort) [yearSlider, deltaSlider].forEach((slider) => slider.show(false));
  frame.onReset(reset);

  // -- what happens -----------------------------------------------------------------------------

  function reset() {
    year = [...recorded.year];
    calls = [...recorded.calls];
    deltaSlider.value = delta = 2;
    minutesBox.value = withMinutes = true;
    choose(LAST);
  }

  function choose(i) {
    chosen = i;
    point.value = String(i);
    handle.element.setAttribute("aria-label", `The point recorded for ${recorded.year[i]}`);
    update();
  }

  function moveTo(x, y) {
    const [low, high] = CALLS;
    year[chosen] = x;
    calls[chosen] = Math.min(high, Math.max(low, y));
    update();
  }

  function isCounted(i) {
    return withMinutes || !inMinutes[i];
  }

  function update() {
    const span = [Math.min(SHOWN[0], ...year), Math.max(SHOWN[1], ...year)];
    if (span.some((end, k) => end !== drawn[k])) plot.limits({ x: (drawn = span) });
    const places = year.map((x, i) => [x, calls[i]]);
    const counted = places.map((_, i) => i).filter(isCounted);
    const t = counted.map((i) => (year[i] - MIDDLE) / 10);
    const y = counted.map((i) => calls[i]);
    for (const entry of fits) {
      entry.fitted = entry.fit(t, y);
      const [level, growth] = entry.fitted;
      entry.line.set(span.map((x) => [x, level + (growth * (x - MIDDLE)) / 10]));
    }
    points.set(places.filter((_, i) => !inMinutes[i]));
    wrongPoints.set(withMinutes ? places.filter((_, i) => inMinutes[i]) : []);
    reaches.forEach((reach, i) => reach.set([places[i]]));
    handle.set(year[chosen], calls[chosen]);
    callsSlider.value = calls[chosen];
    yearSlider.value = year[chosen];
    const place = counted.indexOf(chosen);
    fits.forEach((entry, i) => {
      const growth = LossBook.number(entry.fitted[1], 3);
      numbers[i].set([growth, place < 0 ? "left out" : pull(entry, t, y, place)]);
    });
    frame.say();
  }

  function pull({ fitted, loss }, t, y, i) {
    const share = shareOfPull(fitted, t, y, i, loss, loss === "huber" ? { delta } : {});
    return `${LossBook.number(100 * share, 2)} %`;
  }

  reset();
};

LossBook.register("outlier-line", (frame) => LossBook.outlierFigure(frame, false));
LossBook.register("outlier-first", (frame) => LossBook.outlierFigure(frame, true));
