// "Hide code": what the reader chose holds on every page. Where the browser refuses to remember, as some do for a page from
// a folder, it holds on this one. This script is not deferred: the choice is known before anything is seen.
{
  const page = document.documentElement;
  const isHidden = () => page.classList.contains("code-hidden");
  const remembered = () => {
    try {
      return localStorage.getItem("code") === "hidden";
    } catch {
      return isHidden();
    }
  };
  const apply = (hidden) => {
    page.classList.toggle("code-hidden", hidden);
    document.querySelector(".btn-hide-code")?.setAttribute("aria-pressed", hidden);
  };

  window.switchCode = () => {
    apply(!isHidden()); // the browser keeps the place of what is read
    try {
      localStorage.setItem("code", isHidden() ? "hidden" : "shown");
    } catch {}
  };

  apply(remembered());
  addEventListener("DOMContentLoaded", () => apply(remembered())); // now there is a button
  addEventListener("pageshow", ({ persisted }) => persisted && apply(remembered())); // back to a page
}
