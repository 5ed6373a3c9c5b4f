// All tabs of the book show the library that the reader chose last. Where the browser keeps nothing, as some do for files
// from a folder, at least those of a page do.
{
  const buttons = [...document.querySelectorAll(".sd-tab-set > input")];
  const library = (button) => button.nextElementSibling.dataset.syncId;
  const choose = (name) => {
    for (const it of buttons) if (library(it) === name) it.checked = true;
  };
  const recall = () => {
    try {
      choose(localStorage.getItem("library"));
    } catch {}
  };
  recall();
  addEventListener("pageshow", recall); // also when the reader comes back: the browser restores what was checked
  addEventListener("change", ({ target }) => {
    if (!buttons.includes(target)) return;
    const top = () => target.nextElementSibling.getBoundingClientRect().top;
    const before = top();
    choose(library(target));
    scrollBy({ top: top() - before, behavior: "instant" }); // lines above may be fewer now, or more
    try {
      localStorage.setItem("library", library(target));
    } catch {}
  });
}
