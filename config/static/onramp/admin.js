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

// What the theme leaves out for screen readers: where the page begins, and what the cells of a table of forms are for.
function nameCells() {
  for (const cell of document.querySelectorAll("td[data-label]")) {
    for (const input of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (!input.labels?.length && !input.hasAttribute("aria-label")) input.setAttribute("aria-label", cell.dataset.label);
    }
  }
}
function nameParts() {
  document.querySelector("#content")?.setAttribute("role", "main");
  document.querySelector("#tabs-items")?.setAttribute("aria-label", "Parts of this page");
  const buttons = document.querySelector("#submit-row");
  buttons?.setAttribute("role", "region");
  buttons?.setAttribute("aria-label", "Save or close");
}

// Boxes that select2 draws over a select know nothing of its label.
function nameBoxes() {
  for (const box of document.querySelectorAll("select + .select2-container")) {
    const label = box.previousElementSibling.labels[0];
    if (!label) continue;
    label.id ||= `label-${box.previousElementSibling.id}`;
    box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
    const shown = box.querySelector(".select2-selection__rendered[role=textbox]");
    if (!shown) continue;
    box.querySelector(".select2-selection").setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
    shown.setAttribute("aria-labelledby", label.id);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  nameParts();
  nameCells();
  document.querySelector(".or-nav .active")?.scrollIntoView({ block: "nearest" });
});
// A box that scrolls is no landmark of the page.
function nameScrollers() {
  for (const box of document.querySelectorAll(".simplebar-content-wrapper[role=region]")) box.setAttribute("role", "group");
}

// The theme draws them when all is there.
window.addEventListener("load", () => setTimeout(() => [nameBoxes, nameScrollers].forEach((name) => name())));
document.addEventListener("formset:added", nameCells);

// The second click of a double click sends nothing. A form that brings a file stays usable.
const TWICE = 1500; // milliseconds
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (Date.now() - Number(form.dataset.sentAt ?? 0) < TWICE) event.preventDefault();
  else form.dataset.sentAt = Date.now();
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

// Of an expected document only the fields that count are shown. Without this the server says which do not.
const OCCASION = 'select[name^="expected_documents-"][name$="-occasion"]';

function fitExpectedDocument(occasion) {
  const prefix = occasion.name.slice(0, -"occasion".length);
  const fields = (name) => [...document.getElementsByName(prefix + name)];
  const isSchedule = occasion.value === "schedule";
  const [deadline] = fields("deadline");
  for (const option of deadline.options) {
    option.disabled = occasion.value === "sent" && !["hours", ""].includes(option.value);
  }
  if (deadline.selectedOptions[0]?.disabled) deadline.value = "hours";
  const isHours = deadline.value === "hours";
  const counts = {
    after_kind: !isSchedule, after_partner: !isSchedule, deadline: !isSchedule,
    hours: !isSchedule && isHours, weekdays: isSchedule, by: isSchedule || !isHours,
  };
  for (const [name, isShown] of Object.entries(counts)) {
    const cell = fields(name)[0]?.closest(`.field-${name}`);
    if (!cell || cell.hidden !== isShown) continue;
    cell.hidden = !isShown;
    if (!isShown) fields(name).forEach(putBack);
  }
}

// What is hidden is as it came, so that nobody is told about something that they do not see.
function putBack(input) {
  if (input.type === "checkbox") input.checked = input.defaultChecked;
  else if (input instanceof HTMLSelectElement) {
    const came = [...input.options].find((option) => option.defaultSelected);
    input.value = came ? came.value : "";
  } else input.value = input.defaultValue;
}

document.addEventListener("change", (event) => {
  const prefix = /^expected_documents-\d+-/.exec(event.target.name ?? "");
  const occasion = prefix && document.getElementsByName(`${prefix[0]}occasion`)[0];
  if (occasion) fitExpectedDocument(occasion);
});
for (const moment of ["DOMContentLoaded", "formset:added"]) {
  document.addEventListener(moment, () => document.querySelectorAll(OCCASION).forEach(fitExpectedDocument));
}
