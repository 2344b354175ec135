// Asks quietly for a part of the page again: <div data-refresh="address" data-every="seconds">. The page works without.
"use strict";

const SLOWEST = 600; // seconds between two tries when the server does not answer

function isInUse(part) {
  const selection = window.getSelection();
  const marks = selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  return marks || part.contains(document.activeElement);
}

async function refresh(part) {
  const response = await fetch(part.dataset.refresh, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
  if (!response.ok) throw new Error(String(response.status));
  const text = await response.text();
  if (isInUse(part)) return;
  const open = [...part.querySelectorAll("details[open][id]")].map((details) => details.id);
  part.innerHTML = text;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
}

function keepFresh(part) {
  const every = Number(part.dataset.every);
  let pause = every;
  const next = () => setTimeout(turn, pause * 1000);
  const turn = async () => {
    if (!document.hidden && !isInUse(part)) {
      try {
        await refresh(part);
        pause = every;
      } catch {
        pause = Math.min(pause * 2, SLOWEST);
        const note = part.querySelector("[data-refresh-note]");
        if (note) note.textContent = ", not refreshed since";
      }
    }
    next();
  };
  next();
}

for (const part of document.querySelectorAll("[data-refresh]")) keepFresh(part);
