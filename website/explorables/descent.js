/* Descent as in lossbook/descent.py, and how it must go in a bowl.

   LossBook.descend(objective, start, { learningRate, momentum, steps, tolerance })
       objective(point) → [value, gradient], arrays; the update of lb.Momentum, which with momentum 0
       is lb.GradientDescent → { path, values, status }, as lb.descend; learningRate: a number, or a
       function of the step 1, 2, …
   LossBook.inverseDecay(start, rate)   such a function, lb.inverse_decay
   LossBook.bowl(curvatures, angle, minimum)
       the objective ½ Σ λ u², u from the minimum (0, if left out) along two axes at a right angle,
       the first turned by angle. Also .axes(vector): how long it is along each of the two
   LossBook.rateBound(momentum, curvature)   from which rate on descent does not arrive
   LossBook.factor(learningRate, momentum, curvature)
       what a step does, in the long run, to the distance along an axis of the bowl
       → { size, kind }: "straight", "swinging" (to the other side) or "turning" (in waves)
   tests/browser/test_explorables.py compares them with lossbook.
*/
"use strict";

Object.assign(
  LossBook,
  (() => {
    const norm = (vector) => Math.hypot(...vector);

    function descend(objective, start, { learningRate, momentum = 0, steps, tolerance = 0 }) {
      const rate = typeof learningRate === "function" ? learningRate : () => learningRate;
      let point = start;
      let velocity = start.map(() => 0);
      const [path, values] = [[], []];
      for (let step = 0; ; step++) {
        const [value, gradient] = objective(point);
        path.push(point);
        values.push(value);
        const status = ending(value, norm(gradient), tolerance, step === steps);
        if (status) return { path, values, status };
        velocity = velocity.map((v, i) => momentum * v + gradient[i]);
        point = point.map((x, i) => x - rate(step + 1) * velocity[i]);
      }
    }

    function ending(value, slope, tolerance, isLast) {
      if (!Number.isFinite(value) || !Number.isFinite(slope)) return "diverged";
      if (slope <= tolerance) return "converged";
      return isLast && "step limit";
    }

    const inverseDecay = (start, rate) => (step) => start / (1 + rate * (step - 1));

    function bowl([first, second], angle, minimum = [0, 0]) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const axes = ([x, y]) => [c * x + s * y, c * y - s * x];
      const objective = (point) => {
        const [u, v] = axes(point.map((x, i) => x - minimum[i]));
        const [along, across] = [first * u, second * v];
        return [(along * u + across * v) / 2, [c * along - s * across, s * along + c * across]];
      };
      return Object.assign(objective, { axes });
    }

    const rateBound = (momentum, curvature) => (2 * (1 + momentum)) / curvature;

    /* Along an axis x_{t+1} = (1 + β − ηλ) x_t − β x_{t−1}: so distances go like powers of the roots
       of r² − (1 + β − ηλ) r + β, and in the long run like those of the larger one. */
    function factor(learningRate, momentum, curvature) {
      const middle = (1 + momentum - learningRate * curvature) / 2;
      const square = middle ** 2 - momentum;
      if (square < 0) return { size: Math.sqrt(momentum), kind: "turning" };
      const size = Math.abs(middle) + Math.sqrt(square);
      return { size, kind: middle < 0 ? "swinging" : "straight" };
    }

    return { descend, inverseDecay, bowl, rateBound, factor };
  })(),
);
