// Menus from the keyboard: <details class="or-menu"> opens by itself; arrows walk through it, Escape closes it and gives
// the focus back to what opened it.
"use strict";

const ITEMS = ".or-menu-list :is(a, button)";

function closeMenu(menu, { andFocus = false } = {}) {
  menu.open = false;
  if (andFocus) menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".or-menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.stopPropagation();
    closeMenu(menu, { andFocus: true });
    return;
  }
  const isArrow = ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key);
  if (!isArrow || (!menu.open && event.key !== "ArrowDown")) return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll(ITEMS)];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  items.at(to === items.length ? 0 : to)?.focus();
});

// It closes when one goes elsewhere, by pointer or by keyboard.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".or-menu[open]")) if (!menu.contains(event.target)) closeMenu(menu);
});
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.(".or-menu");
  if (menu?.open && event.relatedTarget && !menu.contains(event.relatedTarget)) closeMenu(menu);
});

// The filters of a list: the first of them has the focus when they open, and each has its label.
document.addEventListener("DOMContentLoaded", () => {
  const sheet = document.querySelector("#changelist-filter");
  if (!sheet) return;
  sheet.setAttribute("role", "dialog");
  sheet.setAttribute("aria-label", "Filters");
  for (const label of sheet.querySelectorAll("label[for]")) {
    const field = label.parentElement.querySelector("select:not([id]), input:not([id])");
    if (field && !document.getElementById(label.htmlFor)) field.id = label.htmlFor;
  }
  const fields = ".select2-selection, select:not(.select2-hidden-accessible), input:not([type=hidden]), button";
  document.querySelector(".or-filters-opener")?.addEventListener("click", () => {
    setTimeout(() => sheet.querySelector(fields)?.focus(), 50); // when it is shown
  });
});
