/* The losses of lossbook: value and slope, from the same formulas (lossbook/formulas).

   LossBook.losses[name] = { formula, parameters, rowwise }
       formula(y, p, parameters) → [value, slope], as lossbook's mean over one example and its
       gradient: of numbers, or, if rowwise, of rows (y and p are arrays, and so is the slope)
   tests/browser/test_explorables.py compares each with lossbook.
*/
"use strict";

LossBook.losses = (() => {
  const { abs, exp, expm1, log, log1p, max, min, sign } = Math;
  const sum = (row) => row.reduce((total, entry) => total + entry, 0);

  // 0·log 0 = 0
  const timesLog = (y, p) => (y === 0 ? 0 : y * log(p));
  const share = (y, p) => (y === 0 ? 0 : y / p);

  // -- numbers ----------------------------------------------------------------------------------

  function meanSquaredError(y, p) {
    const error = p - y;
    return [error ** 2, 2 * error];
  }

  function meanAbsoluteError(y, p) {
    const error = p - y;
    return [abs(error), sign(error)];
  }

  function huber(y, p, { delta }) {
    const error = p - y;
    const bounded = max(-delta, min(delta, error));
    return [bounded * (error - bounded / 2), bounded]; // ½e² inside, δ(|e| − ½δ) outside
  }

  function logCosh(y, p) {
    const error = p - y;
    const near = min(abs(error), 20); // beyond 20 the curve is straight, to the last digit
    const growth = expm1(near);
    return [log1p(growth ** 2 / (2 * (1 + growth))) + (abs(error) - near), Math.tanh(error)];
  }

  function quantile(y, p, { level }) {
    const error = p - y;
    const slope = error > 0 ? 1 - level : error < 0 ? -level : 0;
    return [max((1 - level) * error, -level * error), slope];
  }

  // -- two classes ------------------------------------------------------------------------------

  function binaryCrossEntropy(y, p) {
    const no = 1 - y;
    const logOfNo = no === 0 ? 0 : no * log1p(-p);
    return [0 - (timesLog(y, p) + logOfNo), share(no, 1 - p) - share(y, p)];
  }

  /* log(1 + e^z), log(1 + e^−z), σ(z) and σ(−z); e^−|z| cannot overflow */
  function softplusAndSigmoid(z) {
    const small = exp(-abs(z));
    const tail = log1p(small);
    const [up, down] = z >= 0 ? [1, small] : [small, 1];
    return [max(z, 0) + tail, tail - min(z, 0), up / (1 + small), down / (1 + small)];
  }

  function binaryCrossEntropyWithLogits(y, z, { pos_weight }) {
    const [noCost, yesCost, p, q] = softplusAndSigmoid(z);
    const [no, yes] = [1 - y, pos_weight * y];
    return [no * noCost + yes * yesCost, no * p - yes * q];
  }

  function focalWithLogits(y, z, { gamma, alpha }) {
    const [noCost, yesCost, p, q] = softplusAndSigmoid(z);
    const no = (1 - alpha) * (1 - y) * p ** gamma;
    const yes = alpha * y * q ** gamma;
    const slope = no * (p + gamma * q * noCost) - yes * (q + gamma * p * yesCost);
    return [no * noCost + yes * yesCost, slope];
  }

  function hinge(y, z) {
    const shortfall = max(1 - y * z, 0);
    return [shortfall, 0 - y * sign(shortfall)];
  }

  function squaredHinge(y, z) {
    const shortfall = max(1 - y * z, 0);
    return [shortfall ** 2, 0 - 2 * y * shortfall];
  }

  // -- rows -------------------------------------------------------------------------------------

  function crossEntropy(y, p) {
    const slope = y.map((share_, j) => 0 - share(share_, p[j]));
    return [0 - sum(y.map((share_, j) => timesLog(share_, p[j]))), slope];
  }

  function crossEntropyWithLogits(y, z, { label_smoothing }) {
    const soft = y.map((share_) => (1 - label_smoothing) * share_ + label_smoothing / y.length);
    const top = max(...z);
    const first = z.indexOf(top);
    const exps = z.map((score) => exp(score - top));
    const rest = sum(exps.filter((_, j) => j !== first)); // Σ exps − 1, not rounded to 1
    const value = log1p(rest) + sum(soft.map((share_, j) => share_ * (top - z[j])));
    return [value, soft.map((share_, j) => (exps[j] - share_ - share_ * rest) / (1 + rest))];
  }

  function klDivergence(y, p) {
    const terms = y.map((share_, j) => {
      const change = (p[j] - share_) / share_;
      if (share_ === 0) return 0;
      return share_ * (abs(change) < 0.5 ? log1p(change) : log(p[j] / share_));
    });
    return [0 - sum(terms), y.map((share_, j) => 0 - share(share_, p[j]))];
  }

  function dice(y, p, { smooth }) {
    const sizes = sum(p) + sum(y) + smooth;
    const apart = sum(y.map((inside, j) => p[j] * (1 - inside) + inside * (1 - p[j])));
    const kept = (2 * sum(y.map((inside, j) => p[j] * inside)) + smooth) / sizes;
    return [apart / sizes, y.map((inside) => (kept - 2 * inside) / sizes)];
  }

  // -- all of them, with lossbook's names and defaults ----------------------------------------------

  const of = (formula, parameters = {}, rowwise = false) => ({
    parameters,
    rowwise,
    formula: (y, p, given = {}) => formula(y, p, { ...parameters, ...given }),
  });
  return {
    mean_squared_error: of(meanSquaredError),
    mean_absolute_error: of(meanAbsoluteError),
    huber: of(huber, { delta: 1 }),
    log_cosh: of(logCosh),
    quantile: of(quantile, { level: 0.5 }),
    binary_cross_entropy: of(binaryCrossEntropy),
    binary_cross_entropy_with_logits: of(binaryCrossEntropyWithLogits, { pos_weight: 1 }),
    hinge: of(hinge),
    squared_hinge: of(squaredHinge),
    focal_with_logits: of(focalWithLogits, { gamma: 2, alpha: 0.5 }),
    cross_entropy: of(crossEntropy, {}, true),
    cross_entropy_with_logits: of(crossEntropyWithLogits, { label_smoothing: 0 }, true),
    kl_divergence: of(klDivergence, {}, true),
    multilabel_cross_entropy: of(binaryCrossEntropy),
    multilabel_cross_entropy_with_logits: of(binaryCrossEntropyWithLogits, { pos_weight: 1 }),
    dice: of(dice, { smooth: 1 }, true),
  };
})();
