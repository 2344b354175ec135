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
