// The Tab key has to reach what scrolls. The theme asks each block of code whether it does, all at once
// while the page loads, so that the browser lays out the whole page before the reader can do anything.
// page_weight.py has the theme hand them over to this observer, which asks when a block is laid out or resized.
// A block that still waits for its section (see book.css) is reached by the browser's own means.
const tabStops = new ResizeObserver((entries) => {
  const scrolls = ({ target: it }) =>
    it.scrollWidth > it.clientWidth || it.scrollHeight > it.clientHeight;
  const stops = entries.map(scrolls); // all questions first: an answer may change the layout
  entries.forEach(({ target }, i) => (target.tabIndex = stops[i] ? 0 : -1));
});
