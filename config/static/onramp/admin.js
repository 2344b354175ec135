// What Onramp's admin pages do in the browser. Every page works without it.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = "Copied";
  } catch {
    // Without a secure context there is no clipboard: mark the text, so that Ctrl-C takes it.
    window.getSelection().selectAllChildren(source);
    button.textContent = "Press Ctrl-C";
  }
});

document.addEventListener("change", (event) => {
  const input = event.target.closest("input[type=file][data-max-bytes]");
  if (!input) return;
  const file = input.files[0];
  const isTooLarge = Boolean(file) && file.size > Number(input.dataset.maxBytes);
  input.setCustomValidity(isTooLarge ? "The file is larger than Onramp takes at once. Split it." : "");
  input.reportValidity();
});

// The theme draws icons as words in a special font; screen readers should not read those words out.
document.addEventListener("DOMContentLoaded", () => {
  for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
    const control = icon.closest("a, button");
    if (control && control.textContent.trim() === icon.textContent.trim()) {
      if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", icon.textContent.trim().replaceAll("_", " "));
    }
    icon.setAttribute("aria-hidden", "true");
  }
});

// "/" leads to the search box, from everywhere but where one types.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("#or-search");
  if (!box) return;
  event.preventDefault();
  if (box.offsetParent === null) return document.querySelector(".or-search-link").click();
  box.focus();
  box.select();
});
