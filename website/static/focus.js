// On a phone the theme shows a side bar in a dialog. When that closes, the theme moves the side bar back and the focus is
// lost: it belongs to the button that opened the dialog.
for (const side of ["primary", "secondary"]) {
  const dialog = document.getElementById(`pst-${side}-sidebar-modal`);
  const button = document.querySelector(`.bd-header-article .${side}-toggle`);
  dialog?.addEventListener("close", () => {
    setTimeout(() => button?.focus({ preventScroll: true }));
  });
}
