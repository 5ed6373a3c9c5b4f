/* The base of the explorable figures: a small SVG plot, controls, and the frame around them.
   A classic script; everything hangs on one object, LossBook.

   LossBook.register(name, build)
       Calls build(frame) for each <div class="explorable" data-explorable="name"> of the page,
       when the reader comes near.

   frame = what build gets
       .controls            an element: put the controls into it
       .heading(text)       names the figure, on the page and for a screen reader
       .task(text)          what to try, below the heading
       .view(title, later)  an element: put a plot or a table into it. Views stand side by side; with
                            later, below the controls. On a phone one of them is seen, above all
                            controls, and a switch names them by their titles
       .readout(table)      numbers in a table, see below
       .say(text = "")      the state in words: shown at once, spoken when it has been quiet a while,
                            with the numbers of the readout; set them first
       .onReset(function)   adds the button "Reset"; call it last

   readout = frame.readout({ columns, rows, isLegend })
       columns: [text, …]; rows: [{ label, keys }, …]; keys: { 0: [kind, style], … }, the mark that
       stands for the row (0) or for a number of it (1, 2, …), as in a legend.
       isLegend: the plot has no other; then the table stands beside it, and stays in sight with it
       Each of the rows has .set(texts, label) and .show(bool)

   Controls. Each returns { input, value (get and set; setting does not call back), show(bool) }.
   LossBook.slider(parent, { label, min, max, step, value, log, unit, text, onInput })
       log: equal ratios instead of equal steps (step is then a number of decades, say 0.05);
       text(value) is what is shown and spoken, LossBook.number with the unit if left out.
       Also .mark(value, label): a labelled tick on it; null takes it away.
       Also .range(min, max, step), .label(text)
   LossBook.select(parent, { label, options, value, onInput })
       options: [[value, text], …] or {group: [[value, text], …], …}; values are text.
       Also .options(options): puts others in their place, the first is chosen
   LossBook.checkbox(parent, { label, value, onInput })
   LossBook.button(parent, { label, onClick }) → the <button>
   LossBook.group(parent) → a <div> that keeps buttons side by side

   plot = LossBook.plot(parent, { name, x, y, height, equal })
       name: what a screen reader calls it; x, y: { label, min, max, log, integer };
       height in px (300; on a phone 210); equal: one unit is as long on both axes (ranges grow to fit).
       Marks are drawn in the order of their making. style is one or more of the classes "c0" (blue,
       solid) "c1" (orange, dashed) "c2" (green, dash-dotted) "c3" (purple, dotted) "ink" "faint"
       "thin" "solid" "open". A label puts the mark into the legend. Each has .set(…), .show(bool) and
       .element, and keeps its data when the plot resizes:
   plot.line({ style, label })   .set([[x, y], …]); it breaks where a number is not finite
   plot.arrow({ style, label })  .set([x, y], [x, y]), from and to
   plot.points({ style, label, radius, shape })   .set([[x, y], …]); shape: "circle" or "square"
   plot.bars({ style, label })   .set([[x0, x1, y0, y1], …])
   plot.area({ style, label })   .set([[x, low, high], …])
   plot.text({ style, anchor })  .set(x, y, text); anchor: "start", "middle" or "end"
   plot.handle({ name, style, label, axis, step, text, hint, onMove })   .set(x, y)
       A point to drag, by pointer or arrow keys (PageUp/Down and Shift: ten steps). axis: "x", "y" or
       "both"; step: [dx, dy]; onMove(x, y) gets a place inside the axes, and calls .set itself;
       text(x, y): what a screen reader says. It is a slider for it. hint: stands beside it until
       something in the figure has been moved.
   plot.onDrag(function)         function(x, y) while a pointer is pressed anywhere on the plot
   plot.limits({ x: [min, max], y: [min, max], xLabel, yLabel })   any of them
   plot.inside(x, y)             whether a place lies inside the axes

   table = LossBook.barTable(parent, { caption, heads, rows, signed, digits })
       A table of numbers, each with a bar, to the left of a line where it is negative: a row for each
       name in rows, a column for each head but the first; signed: which columns can be negative;
       digits: how many follow the point of each.
       .set(current, columns, tops)   the row that is marked, the numbers of each column, and what
                                      fills a bar
   LossBook.number(x, digits = 4)   as text, with a true minus sign
   LossBook.range(low, high, count) count numbers from low to high
   LossBook.wantsStill()            whether the reader prefers reduced motion
*/
"use strict";

var LossBook = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const SPEAK_AFTER = 600; // ms without a change
  const FAR = 1e5; // px: beyond it, renderers lose their way
  let ids = 0;

  // -- numbers and elements ---------------------------------------------------------------------

  function number(x, digits = 4) {
    if (Number.isNaN(x)) return "undefined";
    if (!Number.isFinite(x)) return x > 0 ? "infinite" : "minus infinite";
    const size = Math.abs(x);
    if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
      const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
      return `${Number(mantissa)} · 10${superscript(Number(exponent))}`.replace("-", "−");
    }
    return String(Number(x.toPrecision(digits))).replace("-", "−");
  }

  function superscript(integer) {
    return [...String(integer)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
  }

  function range(low, high, count) {
    return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  }

  function make(tag, attributes = {}, parent = null) {
    const element = document.createElement(tag);
    return place(element, attributes, parent);
  }

  function draw(tag, attributes = {}, parent = null) {
    return place(document.createElementNS(SVG, tag), attributes, parent);
  }

  function place(element, attributes, parent) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") element.textContent = value;
      else if (value !== undefined) element.setAttribute(name, value);
    }
    parent?.append(element);
    return element;
  }

  function wantsStill() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  // -- the frame --------------------------------------------------------------------------------

  function register(name, build) {
    function draw(root) {
      const { wake, ...built } = frame(root);
      build(built);
      wake();
    }

    // A page is read from its top: a figure is drawn when the reader is a screen away from it.
    const near = new IntersectionObserver(
      (entries) => {
        for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
          near.unobserve(target);
          draw(target);
        }
      },
      { rootMargin: "100% 0px" },
    );
    document
      .querySelectorAll(`.explorable[data-explorable="${name}"]`)
      .forEach((root) => near.observe(root));
  }

  function frame(root) {
    const id = `explorable-${++ids}`;
    const heading = make("p", { class: "explorable-heading", id }, root);
    const task = make("p", { class: "explorable-task" }, root);
    place(root, { role: "group", "aria-labelledby": id });
    const stage = make("div", { class: "explorable-stage" }, root);
    const words = make("p", { class: "explorable-words" }, root);
    const controls = make("div", { class: "explorable-controls" }, root);
    // What is shown changes with every pixel of a drag; what is spoken waits for its end.
    const spoken = make("p", { class: "explorable-spoken", "aria-live": "polite" }, root);
    root.addEventListener("input", () => forgetHints(root));
    root.addEventListener("click", () => forgetHints(root));
    let numbers = () => "";
    let timer, said;
    let silent = true; // while the page loads
    return {
      wake: () => (silent = false),
      controls,
      heading: (text) => (heading.textContent = text),
      task: (text) => (task.textContent = text),
      view: views(stage),
      readout({ isLegend, ...options }) {
        const box = make("div", { class: "explorable-readout" });
        if (isLegend) stage.append(box);
        else words.after(box);
        const { rows, text } = readout(box, options);
        numbers = text;
        return rows;
      },
      say(text = "") {
        words.textContent = text;
        const all = `${text} ${numbers()}`.trim();
        if (all === said) return;
        said = all;
        clearTimeout(timer);
        if (!silent) timer = setTimeout(() => (spoken.textContent = all), SPEAK_AFTER);
      },
      onReset: (reset) => button(controls, { label: "Reset", onClick: reset }),
    };
  }

  /* Who has moved something knows how. */
  function forgetHints(root) {
    root.querySelectorAll(".explorable-hint").forEach((hint) => hint.remove());
  }

  function views(stage) {
    const name = `explorable-${++ids}`;
    const role = { role: "radiogroup", "aria-label": "What is shown" };
    const chooser = make("div", { class: "explorable-switch", ...role }, stage);
    const all = [];
    const see = (chosen) =>
      all.forEach((view) => view.classList.toggle("explorable-unseen", view !== chosen));
    return (title, later = false) => {
      const place_ = later ? " explorable-later" : "";
      const view = make("div", { class: `explorable-view${place_}` }, stage);
      all.push(view);
      const id = `explorable-${++ids}`;
      const radio = { type: "radio", name, id, autocomplete: "off" };
      const input = make("input", radio, chooser);
      make("label", { for: id, text: title }, chooser);
      input.addEventListener("change", () => see(view));
      if (all.length === 1) input.checked = true;
      chooser.hidden = all.length === 1;
      see(all[0]);
      return view;
    };
  }

  function readout(parent, { columns, rows }) {
    const table = make("table", { class: "explorable-numbers" }, parent);
    const head = make("tr", {}, make("thead", {}, table));
    make("td", {}, head);
    columns.forEach((text) => make("th", { scope: "col", text }, head));
    const body = make("tbody", {}, table);
    const drawn = rows.map(({ label, keys = {} }) => {
      const row = make("tr", {}, body);
      const cells = [label, ...columns].map((_, i) => {
        const cell = make(i ? "td" : "th", i ? {} : { scope: "row" }, row);
        if (keys[i]) swatch(cell, ...keys[i]);
        return make("span", i ? {} : { text: label }, cell);
      });
      return { row, cells };
    });
    const spoken = ({ cells: [name, ...numbers] }) =>
      `${name.textContent}: ` +
      numbers.map((cell, i) => `${columns[i]} ${cell.textContent}`).join(", ");
    return {
      rows: drawn.map(({ row, cells }) => ({
        set(texts, label) {
          texts.forEach((text, i) => (cells[i + 1].textContent = text));
          if (label) cells[0].textContent = label;
        },
        show: (visible) => (row.hidden = !visible),
      })),
      text: () => `${drawn.filter(({ row }) => !row.hidden).map(spoken).join(". ")}.`,
    };
  }

  // -- controls ---------------------------------------------------------------------------------

  function control(parent, kind, label) {
    const box = make("div", { class: `explorable-control explorable-${kind}` }, parent);
    const id = `explorable-${++ids}`;
    const caption = make("label", { for: id, text: label }, box);
    return { box, id, caption, show: (visible) => (box.hidden = !visible) };
  }

  function slider(parent, options) {
    const { label, log = false, unit = "", onInput } = options;
    const { box, id, caption, show } = control(parent, "slider", label);
    const text = options.text ?? ((value) => `${number(value)}${unit && ` ${unit}`}`);
    const inner = log ? Math.log10 : (value) => value;
    // 0.1 + 0.2 is not 0.3: what a slider means has few digits
    const outer = (value) => Number((log ? 10 ** value : value).toPrecision(log ? 3 : 12));
    // a screen reader hears aria-valuetext; the output would say it again
    const output = make("output", { for: id, "aria-live": "off" }, box);
    const track = make("div", { class: "explorable-track" }, box);
    const input = make("input", { type: "range", id, autocomplete: "off" }, track);
    const tick = make("span", { class: "explorable-mark", "aria-hidden": "true" }, track);
    let exact; // the value as it was set, which a slider would round to its steps

    function tell() {
      output.textContent = text(exact);
      input.setAttribute("aria-valuetext", text(exact));
    }

    const self = {
      input,
      show,
      get value() {
        return exact;
      },
      set value(value) {
        input.value = inner(value);
        exact = value;
        tell();
      },
      label: (words) => (caption.textContent = words),
      range(min, max, step) {
        Object.assign(input, { min: inner(min), max: inner(max), step });
      },
      mark(value, words) {
        tick.hidden = value === null;
        if (tick.hidden) return;
        const share = (inner(value) - input.min) / (input.max - input.min);
        tick.style.setProperty("--share", Math.min(1, Math.max(0, share)));
        tick.textContent = words;
      },
    };
    self.range(options.min, options.max, options.step);
    self.mark(null);
    self.value = options.value;
    input.addEventListener("input", () => {
      exact = outer(input.valueAsNumber);
      tell();
      onInput(exact);
    });
    return self;
  }

  function select(parent, { label, options, value, onInput }) {
    const { box, id, show } = control(parent, "select", label);
    const input = make("select", { id, autocomplete: "off" }, box);
    const fill = (into, pairs) =>
      pairs.forEach(([key, text]) => make("option", { value: key, text }, into));
    const self = {
      input,
      show,
      get value() {
        return input.value;
      },
      set value(key) {
        input.value = key;
      },
      options(given) {
        input.replaceChildren();
        if (Array.isArray(given)) return fill(input, given);
        for (const [group, pairs] of Object.entries(given)) {
          fill(make("optgroup", { label: group }, input), pairs);
        }
      },
    };
    self.options(options);
    if (value !== undefined) self.value = value;
    input.addEventListener("change", () => onInput(input.value));
    return self;
  }

  function checkbox(parent, { label, value = false, onInput }) {
    const { box, id, caption, show } = control(parent, "checkbox", label);
    const input = make("input", { type: "checkbox", id, autocomplete: "off" });
    box.insertBefore(input, caption);
    input.checked = value;
    input.addEventListener("change", () => onInput(input.checked));
    return {
      input,
      show,
      get value() {
        return input.checked;
      },
      set value(checked) {
        input.checked = checked;
      },
    };
  }

  function button(parent, { label, onClick }) {
    const element = make("button", { type: "button", text: label }, parent);
    element.addEventListener("click", onClick);
    return element;
  }

  function group(parent) {
    return make("div", { class: "explorable-group" }, parent);
  }

  // -- axes -------------------------------------------------------------------------------------

  /* Round numbers from low to high, about as many as asked for. */
  function linearTicks(low, high, count, integer) {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    let step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
    if (integer) step = Math.max(1, step);
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: last - first + 1 }, (_, i) =>
      Number(((first + i) * step).toPrecision(12)),
    );
  }

  function logTicks(low, high, count) {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const every = Math.max(1, Math.ceil((last - first) / count));
    const ticks = [];
    for (let power = Math.ceil(first / every) * every; power <= last; power += every) {
      ticks.push(10 ** power);
    }
    return ticks;
  }

  function tickText(value, log) {
    if (!log) return number(value);
    const power = Math.round(Math.log10(value));
    return Math.abs(power) <= 3 ? number(value) : `10${superscript(power)}`;
  }

  /* From numbers to pixels and back; a pixel beyond FAR stays there, out of sight. */
  function scale({ min, max, log }, from, to) {
    const inner = log ? Math.log10 : (value) => value;
    const [low, high] = [inner(min), inner(max)];
    const pixel = (value) => {
      const at = from + ((inner(value) - low) / (high - low)) * (to - from);
      return Math.min(FAR, Math.max(-FAR, at));
    };
    pixel.back = (at) => {
      const value = low + ((at - from) / (to - from)) * (high - low);
      return log ? 10 ** value : value;
    };
    return pixel;
  }

  /* The sample of a mark that stands beside its name. */
  function swatch(parent, kind, style) {
    const size = { width: 24, height: 12, viewBox: "2 0 24 12", "aria-hidden": "true" };
    const parts = {
      line: ["path", { d: "M0 6H28", class: `explorable-line ${style}` }],
      point: ["circle", { cx: 14, cy: 6, r: 4.5, class: `explorable-point ${style}` }],
      "point square": ["path", { d: "M10 2h8v8h-8z", class: `explorable-point ${style}` }],
      bar: ["rect", { x: 4, y: 1, width: 20, height: 10, class: `explorable-bar ${style}` }],
      area: ["rect", { x: 0, y: 1, width: 28, height: 10, class: `explorable-area ${style}` }],
    };
    draw(...parts[kind], draw("svg", size, parent));
  }

  // -- the plot ---------------------------------------------------------------------------------

  function plot(parent, { name, x, y, height = 300, equal = false }) {
    const box = make("div", { class: "explorable-plot" }, parent);
    const legend = make("div", { class: "explorable-legend", "aria-hidden": "true" }, box);
    if (matchMedia("(max-width: 600px)").matches) height = 210; // room for the controls
    const svg = draw("svg", { role: "img", "aria-label": name, height }, box);
    const axes = draw("g", { class: "explorable-axes", "aria-hidden": "true" }, svg);
    const clip = `explorable-${++ids}`;
    const frameOfMarks = draw("rect", {}, draw("clipPath", { id: clip }, draw("defs", {}, svg)));
    const layer = { "clip-path": `url(#${clip})`, "aria-hidden": "true" };
    const marks = draw("g", layer, svg);
    const handles = draw("g", {}, svg);
    const redraws = [];
    const given = { x: { ...x }, y: { ...y } };
    let shown = given; // the limits, after "equal"
    let width, sx, sy;
    const margin = { left: 58, right: 12, top: 10, bottom: 46 };

    function layout() {
      width = box.clientWidth || 480;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      const inner = [width - margin.left - margin.right, height - margin.top - margin.bottom];
      shown = equal ? equalised(given, inner) : given;
      sx = scale(shown.x, margin.left, width - margin.right);
      sy = scale(shown.y, height - margin.bottom, margin.top);
      place(frameOfMarks, { x: margin.left, y: margin.top, width: inner[0], height: inner[1] });
      drawAxes();
      redraws.forEach((redraw) => redraw());
    }

    function drawAxes() {
      axes.replaceChildren();
      const [left, right] = [margin.left, width - margin.right];
      const [top, bottom] = [margin.top, height - margin.bottom];
      for (const value of ticks(shown.x, (right - left) / 75)) {
        const at = sx(value);
        draw("line", { x1: at, x2: at, y1: top, y2: bottom, class: "explorable-grid" }, axes);
        const text = tickText(value, shown.x.log);
        draw("text", { x: at, y: bottom + 17, "text-anchor": "middle", text }, axes);
      }
      for (const value of ticks(shown.y, (bottom - top) / 45)) {
        const at = sy(value);
        draw("line", { x1: left, x2: right, y1: at, y2: at, class: "explorable-grid" }, axes);
        const text = tickText(value, shown.y.log);
        draw("text", { x: left - 7, y: at + 4, "text-anchor": "end", text }, axes);
      }
      draw("path", { d: `M${left} ${top}V${bottom}H${right}`, class: "explorable-spine" }, axes);
      const label = { class: "explorable-label", "text-anchor": "middle" };
      const below = draw("text", { ...label, y: height - 8, text: shown.x.label }, axes);
      const beside = draw("text", { ...label, text: shown.y.label }, axes);
      // in the middle of its axis; a longer one ends where the plot ends
      const x = Math.min((left + right) / 2, width - below.getComputedTextLength() / 2);
      const y = Math.max((top + bottom) / 2, beside.getComputedTextLength() / 2);
      place(below, { x });
      place(beside, { transform: `translate(14 ${y}) rotate(-90)` });
    }

    function addToLegend(style, label, kind) {
      const entry = make("span", {}, legend);
      swatch(entry, kind, style);
      make("span", { text: label }, entry);
      return entry;
    }

    /* A mark is an element, and how its data become its attributes. */
    function mark(tag, kind, { style = "", label }, attributes) {
      const element = draw(tag, { class: `explorable-${kind} ${style}` }, marks);
      return keeper(element, label && addToLegend(style, label, kind), (...data) =>
        place(element, attributes(...data), null),
      );
    }

    function keeper(element, entry, redraw) {
      let data;
      redraws.push(() => data && redraw(...data));
      return {
        element,
        set(...newData) {
          data = newData;
          redraw(...data);
        },
        show(visible) {
          element.style.display = visible ? "" : "none";
          if (entry) entry.hidden = !visible;
        },
      };
    }

    function handle({ name: title, style = "ink", label, axis = "both", step, text, hint = "", onMove }) {
      svg.setAttribute("role", "group"); // what is inside an "img" is silent
      const role = { role: "slider", tabindex: 0, "aria-label": title };
      const element = draw("g", { class: `explorable-handle ${style}`, ...role }, handles);
      draw("circle", { r: 22, class: "explorable-reach" }, element); // 44 px for a finger
      draw("circle", { r: 8, class: "explorable-grip" }, element);
      const y = axis === "y" ? 26 : -14;
      const invitation = { y, class: "explorable-hint", "aria-hidden": "true", text: hint };
      const invited = draw("text", invitation, handles);
      let at = [NaN, NaN];
      const move = (to) => {
        forgetHints(svg);
        onMove(...to.map((value, i) => within(value, i ? shown.y : shown.x)));
      };
      const entry = label && addToLegend(style, label, "point");
      const self = keeper(element, entry, (px, py) => {
        at = [px, py];
        const limits = axis === "x" ? shown.x : shown.y;
        const transform = `translate(${sx(px)} ${sy(py)})`;
        place(invited, { transform, "text-anchor": sx(px) > width / 2 ? "end" : "start" });
        place(element, {
          transform,
          "aria-valuemin": limits.min,
          "aria-valuemax": limits.max,
          "aria-valuenow": axis === "x" ? px : py,
          "aria-valuetext": text(px, py),
          "aria-orientation": axis === "x" ? "horizontal" : "vertical",
        });
      });
      element.addEventListener("keydown", (event) => {
        const sign = KEYS[event.key];
        if (!sign) return;
        event.preventDefault();
        const times = event.shiftKey || event.key.startsWith("Page") ? 10 : 1;
        move(restricted(at.map((value, i) => value + times * sign[i] * step[i])));
      });
      const restricted = ([px, py]) => [axis === "y" ? at[0] : px, axis === "x" ? at[1] : py];
      // touch-action works for a whole svg, not for a part of it
      element.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      follow(element, (px, py) => move(restricted([px, py])));
      return self;
    }

    /* Call back with a place in the plot, from a press until the release. */
    function follow(element, callback) {
      const tell = (event) => {
        const matrix = svg.getScreenCTM().inverse();
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
        callback(within(sx.back(point.x), shown.x), within(sy.back(point.y), shown.y));
      };
      element.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        element.setPointerCapture(event.pointerId);
        element.focus?.({ preventScroll: true });
        tell(event);
      });
      element.addEventListener("pointermove", (event) => {
        if (element.hasPointerCapture(event.pointerId)) tell(event);
      });
    }

    const pixels = ([px, py]) => `${fix(sx(px))} ${fix(sy(py))}`;
    const self = {
      svg,
      line: (options = {}) =>
        mark("path", "line", options, (points) => ({ d: pathOf(points, pixels) })),
      arrow: (options = {}) =>
        mark("path", "line", options, (...ends) => ({
          d: arrow(...ends.map(([px, py]) => [sx(px), sy(py)])),
        })),
      points({ shape = "circle", radius = 4, ...options } = {}) {
        const dot = shape === "circle" ? circle(radius) : square(radius);
        const kind = shape === "circle" ? "point" : "point square";
        return mark("path", kind, options, (points) => ({
          d: points
            .filter((point) => point.every(Number.isFinite))
            .map((point) => `M${pixels(point)}${dot}`)
            .join(""),
        }));
      },
      bars: (options = {}) =>
        mark("path", "bar", options, (bars) => ({
          d: bars
            .map(([x0, x1, y0, y1]) => {
              return `M${pixels([x0, y0])}L${pixels([x1, y0])}L${pixels([x1, y1])}L${pixels([x0, y1])}Z`;
            })
            .join(""),
        })),
      area: (options = {}) =>
        mark("path", "area", options, (rows) => {
          const high = rows.map(([px, , top]) => [px, top]);
          const low = rows.map(([px, bottom]) => [px, bottom]).reverse();
          return { d: rows.length ? `M${[...high, ...low].map(pixels).join("L")}Z` : "" };
        }),
      text: ({ style = "ink", anchor = "middle" } = {}) =>
        mark("text", "text", { style }, (px, py, text) => {
          return { x: sx(px), y: sy(py), "text-anchor": anchor, text };
        }),
      handle,
      onDrag(callback) {
        svg.classList.add("explorable-draggable");
        follow(svg, callback);
      },
      limits({ x: xs, y: ys, xLabel, yLabel }) {
        if (xs) [given.x.min, given.x.max] = xs;
        if (ys) [given.y.min, given.y.max] = ys;
        if (xLabel) given.x.label = xLabel;
        if (yLabel) given.y.label = yLabel;
        layout();
      },
      inside: (px, py) => within(px, shown.x) === px && within(py, shown.y) === py,
    };
    layout();
    new ResizeObserver(() => box.clientWidth !== width && layout()).observe(box);
    return self;
  }

  // -- a table with bars ------------------------------------------------------------------------

  function barTable(parent, { caption, heads, rows, signed, digits }) {
    const bar = (from) => `<td><svg viewBox="${from} 0 ${1 - from} 1" preserveAspectRatio="none" aria-hidden="true"
      ><rect height="1" class="explorable-bar c0"/><path d="M0 0V1" class="explorable-spine"/></svg><span></span></td>`;
    const cells = signed.map((both) => bar(both ? -1 : 0)).join("");
    parent.insertAdjacentHTML(
      "beforeend",
      `<table class="explorable-bars">
        <caption>${caption}</caption>
        <thead><tr>${heads.map((text) => `<th scope="col">${text}</th>`).join("")}</tr></thead>
        <tbody>${rows.map((name) => `<tr><th scope="row">${name}</th>${cells}</tr>`).join("")}</tbody>
      </table>`,
    );
    const lines = [...parent.querySelectorAll("tbody tr")];
    return {
      set(current, columns, tops) {
        lines.forEach((line, j) => {
          line.setAttribute("aria-current", j === current);
          line.querySelectorAll("td").forEach((cell, k) => {
            const value = columns[k][j];
            cell.lastChild.textContent = value.toFixed(digits[k]).replace("-", "−");
            const share = value / tops[k];
            const rect = cell.querySelector("rect");
            rect.setAttribute("x", Math.min(0, share));
            rect.setAttribute("width", Math.abs(share));
          });
        });
      },
    };
  }

  const KEYS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowDown: [0, -1],
    ArrowUp: [0, 1],
    PageDown: [0, -1],
    PageUp: [0, 1],
  };

  const ticks = ({ min, max, log, integer }, count) =>
    log ? logTicks(min, max, count) : linearTicks(min, max, count, integer);

  const within = (value, { min, max }) => Math.min(max, Math.max(min, value));

  const fix = (pixel) => Number(pixel.toFixed(2));

  /* Ranges that grow around their middle until a unit is as long on both axes. */
  function equalised({ x, y }, [width, height]) {
    const unit = Math.min(width / (x.max - x.min), height / (y.max - y.min));
    const grown = (axis, length) => {
      const middle = (axis.min + axis.max) / 2;
      return { ...axis, min: middle - length / unit / 2, max: middle + length / unit / 2 };
    };
    return { x: grown(x, width), y: grown(y, height) };
  }

  function pathOf(points, pixels) {
    let path = "";
    let pen = "M";
    for (const point of points) {
      if (!point.every(Number.isFinite)) {
        pen = "M";
        continue;
      }
      path += pen + pixels(point);
      pen = "L";
    }
    return path;
  }

  /* A line with a head, in pixels; none where both ends are one pixel. */
  function arrow([x0, y0], [x1, y1]) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 1) return "";
    const head = Math.min(9, length / 2) / length;
    const side = (turn) =>
      `${fix(x1 - head * (x1 - x0 - turn * (y1 - y0)))} ${fix(y1 - head * (y1 - y0 + turn * (x1 - x0)))}`;
    return `M${fix(x0)} ${fix(y0)}L${fix(x1)} ${fix(y1)}M${side(0.6)}L${fix(x1)} ${fix(y1)}L${side(-0.6)}`;
  }

  const circle = (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  const square = (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`;

  return {
    number,
    range,
    wantsStill,
    register,
    slider,
    select,
    checkbox,
    button,
    group,
    plot,
    barTable,
  };
})();
