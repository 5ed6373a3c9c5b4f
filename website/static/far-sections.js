// A long page shows at once because sections far from the reader wait for their layout (see book.css), which makes the
// page's height a guess. So they wait only while a page loads that is read from its top: whoever comes by a link to a
// section, or back to his place, gets the whole page, and for everyone else the sections follow as soon as there is time.
{
  const page = document.documentElement;
  const whenIdle = window.requestIdleCallback ?? setTimeout; // Safari has none, and no waiting sections
  const layOut = () => page.classList.add("laid-out");
  const [arrival] = performance.getEntriesByType("navigation");
  if (location.hash || arrival?.type !== "navigate") layOut();

  // A link into a section that waits: its place has to be true before the browser goes there.
  addEventListener("click", ({ target }) => target.closest?.("a[href*='#']") && layOut(), true);

  addEventListener("load", () => {
    const waiting = [...document.querySelectorAll(".bd-article > section section")];
    const next = () => {
      const section = waiting.shift();
      if (!section) return layOut();
      section.style.contentVisibility = "visible";
      section.getBoundingClientRect(); // laid out now, and not all together later
      whenIdle(next);
    };
    if (!page.classList.contains("laid-out")) whenIdle(next);
  });
}
