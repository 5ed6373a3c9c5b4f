// The numbers that faults leave behind: each with its formula, and with the sections and cells that make the fault.
// tests/browser/test_diagnosis_numbers.py compares them with lossbook and with what the pages print.
const BROKEN = "chapters/appendix/broken-losses.html";
const IN_CODE = "chapters/4-code/4-2-cross-entropy-in-code.html";
const yesAsLogit = Math.log1p(Math.exp(-1));

// What one wrong example costs if its probability is clipped.
const CLIPS = [
  [-Math.log(1e-7), "clipped at 1e-7, as Keras does"],
  [-Math.log(1e-12), "clipped at 1e-12"],
  [-Math.log(1e-15), "clipped at 1e-15"],
  [52 * Math.log(2), "clipped at 2⁻⁵², as scikit-learn does"],
  [100, "its logarithm cut at −100, as PyTorch’s BCELoss does"],
  [23 * Math.log(2), "a “no” in float32, clipped at 1 − 1e-7"],
];
const WRONG = [
  [1, "an example that is wrong, and sure of it"],
  [0.9, "one sure answer for all, ten classes of equal size"],
  [0.5, "one sure answer for all, two classes of equal size"],
];

// A cause: words, anchor, and the page if it is not Broken losses. `near` says how far, relatively, a number may be
// from the value and still hint at it.
const LOSSES = [
  {
    value: yesAsLogit,
    formula: "log(1 + 1/e)",
    causes: [["two classes: what each “yes” costs if probabilities are fed as logits", "broken-probabilities-as-logits"]],
  },
  {
    value: -0.91 * Math.log(0.91) - 0.09 * Math.log(0.01),
    formula: "the entropy of ten classes with their labels smoothed by 0.1",
    causes: [["everything is right: the floor of label smoothing", "broken-floor"]],
  },
  {
    value: (yesAsLogit + Math.log(2)) / 2,
    formula: "the mean of log(1 + 1/e) and log 2",
    causes: [["two classes of equal size: probabilities fed as logits", "broken-probabilities-as-logits"]],
  },
  {
    value: -0.1 * Math.log(0.1) - 0.9 * Math.log(0.9),
    formula: "the entropy of one in ten",
    causes: [
      ["one “yes” in ten: nothing is learnt yet but that share", "broken-shares"],
      ["one of ten classes, asked as ten questions with yes or no", "code-ce-guess-looks-good", IN_CODE],
    ],
  },
  {
    value: 0.2,
    formula: "a usual margin",
    causes: [["a triplet loss with this margin: all embeddings are the same", "broken-collapse"]],
  },
  {
    value: 1,
    formula: "a usual margin",
    causes: [
      ["a hinge: all scores are 0", "broken-hinge"],
      ["a triplet loss with this margin: all embeddings are the same", "broken-collapse"],
    ],
  },
  {
    value: 0.9,
    formula: "nine in ten",
    causes: [
      ["a hinge, nine “no” in ten: labels 0 and 1, or probabilities for scores", "broken-hinge"],
      ["if it is an accuracy: ten classes counted entry by entry", "broken-accuracy"],
      ["if it is an accuracy: nothing is learnt yet but the shares", "broken-shares"],
    ],
  },
  {
    value: 0,
    formula: "no surprise at all",
    causes: [["from the first step on: a softmax over one score", "broken-softmax-axis"]],
  },
  {
    value: -1,
    formula: "minus a probability of 1",
    causes: [["probabilities where log-probabilities are wanted", "broken-no-logarithm"]],
  },
  ...CLIPS.flatMap(([cost, clip]) =>
    WRONG.map(([share, whose]) => ({
      value: cost * share,
      near: 0.003, // the numbers of two clips lie close together
      formula: share === 1 ? "the cost of a clipped probability" : `${share} × ${cost.toFixed(2)}`,
      causes: [[`${whose}: ${clip}`, "broken-clip"]],
    })),
  ),
];

// Numbers that depend on how many classes there are; `classes` is the inverse of `value`.
const FAMILIES = [
  {
    value: (k) => Math.log(k),
    classes: (x) => Math.exp(x),
    least: 2,
    most: 300_000,
    formula: (k) => `log k for ${k} classes`,
    causes: (k) => [
      ["at the first step: a fair start, the model knows nothing yet", "broken-start"],
      ["for ever, and the same answer for all: a dead network", "broken-zeros"],
      [`with batches of ${k} examples: a softmax along the batch`, "broken-softmax-axis"],
    ],
  },
  {
    value: (k) => Math.log(Math.E + k - 1) - 1,
    classes: (x) => Math.exp(x + 1) + 1 - Math.E,
    least: 3, // two classes have one sigmoid: above
    most: 1000,
    formula: (k) => `log(e + k − 1) − 1 for ${k} classes`,
    causes: () => [["accuracy high, and the loss stays just above: softmax, twice", "broken-softmax-twice"]],
  },
];
const KNOWN_CLASSES = [2, 10, 100, 1000]; // which the book names

// Numbers that are no losses.
const OTHERS = [
  [2, "the factor two", "broken-check", "if a gradient check says it: the sign is wrong"],
  [1, "all of it", "broken-check", "if a gradient check says it: the slope is missing"],
  [0.5, "half of it", "broken-check", "if a gradient check says it: the slope is half or twice as large"],
  [0.75, "1 − ¼", "broken-check", "if a gradient check says it: a factor of 4, or a slope by the probability"],
  [2, "the factor two", "broken-conventions", "if another library’s number is so many times as large: a ½ in front"],
  [1 / Math.log(2), "1 / log 2", "broken-conventions", "if another library’s number is so many times as large: bits and nats"],
  [Math.log(65504), "the logarithm of the largest float16", "broken-overflow", "if it is a score: exp overflows above it"],
  [128 * Math.log(2), "the logarithm of the largest float32", "broken-overflow", "if it is a score: exp overflows above it"],
  [1024 * Math.log(2), "the logarithm of the largest float64", "broken-overflow", "if it is a score: exp overflows above it"],
].map(([value, formula, anchor, words]) => ({ value, formula, near: 0.003, causes: [[words, anchor]] }));

// What is no number, and numbers of which no formula is known.
const SIGNS = {
  nan: [
    ["from the first step on: one bad number in the data", "broken-nan-first"],
    ["after a while, the loss was falling: the logarithm of an underflow", "broken-nan-later"],
    ["after a while, the loss jumped and grew: a step too long", "broken-rate"],
    ["in some batches: a label that is no class", "broken-class"],
    ["in half precision only: the small range of float16", "broken-half"],
  ],
  inf: [
    ["the loss jumped and grew: a step too long", "broken-rate"],
    ["with large scores: exp overflows", "broken-overflow"],
    ["in half precision only: the small range of float16", "broken-half"],
    ["in spite of an epsilon: 1 − ε is 1", "broken-epsilon"],
  ],
  negative: [
    ["a cross-entropy: targets outside 0 and 1, or no logarithm", "broken-negative"],
    ["a likelihood of numbers: it may be negative", "broken-negative"],
  ],
  between: [["two classes: probabilities fed as logits", "broken-probabilities-as-logits"]],
  unknown: [
    ["a squared error, at the variance of the targets: a vector against a column", "broken-broadcast"],
    ["at the entropy of the shares of the classes: nothing else is learnt yet", "broken-entropy-of-shares"],
    ["16.12, 27.63, 34.54, 36.04 or 100 times the share of wrong answers: a clipped probability", "broken-clip"],
  ],
};
