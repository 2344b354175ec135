// Lineage on the page of a document: from a value to its places in the source, and back. By pointer and by keyboard.
// The page works without it: the table "Lineage as a table" says the same. A page about a document that was written
// (data-way="out") has its lineage in itself, and says where values went instead of where they come from.
"use strict";

(() => {
  const root = document.querySelector("[data-lineage]");
  if (!root) return;
  const isOut = root.dataset.way === "out";
  const status = root.querySelector("#lineage-status");
  const choice = root.querySelector("#unused-choice");
  const panes = {
    source: { box: root.querySelector("#source-pane"), selector: "[data-a]" },
    canonical: { box: root.querySelector("#canonical-pane"), selector: "[data-p]" },
  };
  if (!status || !panes.source.box || !panes.canonical.box) return;
  const BEFORE = 6; // lines that are shown before the one that another page is opened for
  const SAID = 3; // values that are named at once; the others are counted
  let loading = null;
  let known = null;
  let pinned = null;
  let active = null;

  const add = (map, key, item) => (map.has(key) ? map.get(key).push(item) : map.set(key, [item]));
  const pointersOf = (element) => element.dataset.p.split(" ");
  // What is folded away has rectangles too.
  const isShown = (element) => (element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0);
  const sideOf = (element) => (panes.source.box.contains(element) ? panes.source : panes.canonical);
  const otherSide = (side) => (side === panes.source ? panes.canonical : panes.source);

  function load() {
    if (isOut) return (known ??= index(JSON.parse(document.querySelector(root.dataset.lineage).textContent)));
    loading ??= fetch(root.dataset.lineage, { headers: { Accept: "application/json" } })
      .then(async (answer) => {
        const body = await answer.json();
        if (!answer.ok) throw new Error(body.detail);
        return (known = index(body));
      })
      .catch((error) => {
        status.textContent = `The lineage cannot be shown. ${error.message}`;
        return null;
      });
    return loading;
  }

  function index(body) {
    const found = { ...body, byPointer: new Map(), byAnchor: new Map(), elements: new Map(), shownBy: new Map() };
    for (const value of body.values) {
      const [pointer, , , places] = value;
      for (let end = pointer.length; end > 0; end = pointer.lastIndexOf("/", end - 1)) {
        add(found.byPointer, pointer.slice(0, end), value);
      }
      for (const place of places) if (body.places[place][0]) add(found.byAnchor, body.places[place][0], value);
    }
    for (const element of panes.source.box.querySelectorAll("[data-a]")) add(found.elements, element.dataset.a, element);
    for (const element of panes.canonical.box.querySelectorAll("[data-p]")) {
      for (const pointer of pointersOf(element)) add(found.shownBy, pointer, element);
    }
    return found;
  }

  const valuesOf = (element) =>
    element.dataset.a !== undefined
      ? (known.byAnchor.get(element.dataset.a) ?? [])
      : pointersOf(element).flatMap((pointer) => known.byPointer.get(pointer) ?? []);

  function counterparts(element, values) {
    if (element.dataset.p !== undefined) {
      const anchors = new Set(values.flatMap(([, , , places]) => places.map((place) => known.places[place][0])));
      return [...anchors].flatMap((anchor) => known.elements.get(anchor) ?? []);
    }
    const found = new Set();
    for (const [pointer] of values) {
      for (let end = pointer.length; end > 0; end = pointer.lastIndexOf("/", end - 1)) {
        for (const shown of known.shownBy.get(pointer.slice(0, end)) ?? []) found.add(shown);
      }
    }
    return [...found].filter(isShown);
  }

  // Values that the reading view has no place for stand in the JSON, which is folded.
  const folded = (element, values) =>
    element.dataset.a === undefined
      ? []
      : [...new Set(values.flatMap(([pointer]) => known.shownBy.get(pointer) ?? []))].filter((one) => !isShown(one));

  function unfold(element, values) {
    if (counterparts(element, values).length) return;
    for (const one of folded(element, values)) one.closest("details")?.setAttribute("open", "");
  }

  // Where a counterpart stands that is not on this page: the address of the page that has both, or null.
  function elsewhere(element, values) {
    if (isOut) return null;
    const page = { source: Number(root.dataset.source), lines: Number(root.dataset.lines) };
    const isHere = (name, number) => page[name] <= number && number <= Number(root.dataset[`${name}End`]);
    let other = null;
    if (element.dataset.p !== undefined) {
      const place = values.flatMap(([, , , places]) => places.map((one) => known.places[one])).find(([, , position]) => position && !isHere("source", position));
      if (!place) return null;
      [other, , page.source] = place;
    } else {
      const numberOf = (pointer) => (pointer.startsWith("/lines/") ? Number(pointer.split("/")[2]) + 1 : 0);
      const [pointer] = values.find(([one]) => numberOf(one) && !isHere("lines", numberOf(one))) ?? [];
      if (!pointer) return null;
      [other, page.lines] = [pointer, numberOf(pointer)];
    }
    const moved = element.dataset.p !== undefined ? "source" : "lines";
    page[moved] = Math.max(page[moved] - BEFORE, 1);
    return `?source=${page.source}&lines=${page.lines}#lineage=${encodeURIComponent(other)}`;
  }

  function say(element, values, others) {
    const address = others.length ? null : elsewhere(element, values);
    const leads = others.length || address ? " Enter goes there," : "";
    const hidden = !others.length && folded(element, values).length ? " It stands in the JSON: a click or Enter opens it." : "";
    status.textContent = words(element, values) + (pinned === element ? ` Held:${leads} Escape lets go.` : hidden);
    if (!address) return;
    const link = document.createElement("a");
    link.href = address;
    link.className = "or-link";
    link.textContent = "Show both";
    status.append(" ", link);
  }

  function words(element, values) {
    const more = values.length > SAID ? `; and ${values.length - SAID} more` : "";
    if (element.dataset.a !== undefined) {
      const name = element.title.trim() || "This";
      if (!values.length) return isOut ? `${name} stands for no value of the canonical form.` : `${name} is not used by the mapping.`;
      const made = values.slice(0, SAID).map(([pointer, text, rule]) => `${pointer.slice(1)} = ${text} (rule ${known.rules[rule]})`);
      return `${name} ${isOut ? "holds" : "makes"} ${made.join("; ")}${more}. Mapping ${known.mapping}.`;
    }
    if (!values.length && isOut) return "This value is not written, or only in another form.";
    if (!values.length) return "Nothing is known of this value: the form was made by another version of the mapping.";
    const said = values.slice(0, SAID).map(([pointer, text, rule, places, note]) => {
      const from = places.map((place) => {
        const [anchor, label] = known.places[place];
        return anchor && !known.elements.has(anchor) ? `${label} (on another page)` : label;
      });
      const source = from.length ? `${isOut ? "is written to" : "comes from"} ${from.slice(0, SAID).join(" and ")}${from.length > SAID ? ` and ${from.length - SAID} more` : ""}` : `is ${note}`;
      return `${pointer.slice(1)} = ${text} ${source}, rule ${known.rules[rule]}`;
    });
    return `${said.join("; ")}${more}. Mapping ${known.mapping}.`;
  }

  function clear() {
    for (const marked of root.querySelectorAll(".or-active, .or-lit")) marked.classList.remove("or-active", "or-lit");
    active = null;
  }

  async function show(element) {
    active = element;
    if (!known) status.textContent = "Working the lineage out…";
    if (!known && !(await load())) return;
    if (active !== element) return; // the pointer went on while the lineage was fetched
    clear();
    active = element;
    const values = valuesOf(element);
    if (pinned === element) unfold(element, values);
    const others = counterparts(element, values);
    const same = element.dataset.a !== undefined ? known.elements.get(element.dataset.a) : [element];
    for (const piece of same) piece.classList.add("or-active");
    for (const other of others) other.classList.add("or-lit");
    say(element, values, others);
    if (others.length) reveal(others[0], otherSide(sideOf(element)).box);
  }

  // Scrolls a pane, never the page, and only when the element is out of sight in it.
  function reveal(element, box) {
    const at = element.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    if (at.top < frame.top || at.bottom > frame.bottom) box.scrollTop += at.top - frame.top - frame.height / 3;
    if (at.left < frame.left || at.right > frame.right) box.scrollLeft += at.left - frame.left - frame.width / 3;
  }

  function pin(element) {
    if (pinned) pinned.setAttribute("aria-pressed", "false");
    pinned = element;
    root.classList.toggle("or-pinned", Boolean(element));
    if (element) {
      roam(element);
      element.setAttribute("aria-pressed", "true");
      show(element);
    }
  }

  function release() {
    pin(null);
    clear();
    status.textContent = "";
  }

  // One element of each pane is in the order of the Tab key: where one was last.
  function roam(element) {
    const side = sideOf(element);
    if (side.current !== element) {
      for (const name of ["tabindex", "role", "aria-pressed", "aria-describedby"]) side.current?.removeAttribute(name);
    }
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-pressed", String(pinned === element));
    element.setAttribute("aria-describedby", "lineage-status");
    side.current = element;
  }

  const isLinked = (element) =>
    isShown(element) && (!known || root.classList.contains("or-show-unused") || valuesOf(element).length > 0);
  const lineOf = (element) => element.closest("li, tr, address, dl > div") ?? element;

  function step(element, by, wholeLine) {
    const side = sideOf(element);
    const all = [...side.box.querySelectorAll(side.selector)];
    const line = lineOf(element);
    for (let at = all.indexOf(element) + by; at >= 0 && at < all.length; at += by) {
      if (isLinked(all[at]) && !(wholeLine && lineOf(all[at]) === line)) return all[at];
    }
    return null;
  }

  function go(element) {
    if (!element) return;
    roam(element);
    element.focus({ preventScroll: true });
    reveal(element, sideOf(element).box);
    const at = element.getBoundingClientRect();
    if (at.top < 0 || at.bottom > window.innerHeight) element.scrollIntoView({ block: "center" });
  }

  const target = (event) => event.target.closest?.("[data-a], [data-p]");

  root.addEventListener("pointerover", (event) => {
    const element = target(event);
    if (!element || pinned || event.pointerType === "touch") return;
    if (element !== active) show(element);
  });
  root.addEventListener("pointerleave", () => {
    if (!pinned && active && active !== document.activeElement) release();
  });
  root.addEventListener("focusin", (event) => {
    const element = target(event);
    if (element && element !== active && !pinned) show(element);
    else if (element && element !== active) pin(element);
  });
  root.addEventListener("click", (event) => {
    const element = target(event);
    if (!element || !window.getSelection().isCollapsed) return;
    if (pinned === element) return release();
    pin(element);
    element.focus({ preventScroll: true }); // so that the keys go on from here
  });
  root.addEventListener("keydown", async (event) => {
    if (event.key === "Escape" && (pinned || active)) return release();
    const element = target(event);
    if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowRight: [1, false], ArrowLeft: [-1, false], ArrowDown: [1, true], ArrowUp: [-1, true] };
    if (moves[event.key]) {
      event.preventDefault();
      await load();
      go(step(element, ...moves[event.key]));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const others = pinned === element && known ? counterparts(element, valuesOf(element)) : [];
      const address = pinned === element && known && !others.length ? elsewhere(element, valuesOf(element)) : null;
      if (others.length) go(others[0]);
      else if (address) location.assign(address);
      else pin(element);
    }
  });

  choice.hidden = false;
  choice.querySelector("input").addEventListener("change", async (event) => {
    if (!(await load())) return;
    let count = 0;
    for (const [anchor, elements] of known.elements) {
      const isUnused = !known.byAnchor.has(anchor);
      count += isUnused;
      for (const element of elements) element.classList.toggle("or-unused", isUnused);
    }
    root.classList.toggle("or-show-unused", event.target.checked);
    status.textContent = event.target.checked ? `${count} of ${known.elements.size} are not used by the mapping.` : "";
  });
  for (const side of Object.values(panes)) {
    const first = [...side.box.querySelectorAll(side.selector)].find(isShown);
    if (first) roam(first);
  }
  root.querySelector("#lineage-hint").hidden = false;

  // Another page led here, to an element of the source or to a value.
  const wanted = location.hash.startsWith("#lineage=") ? decodeURIComponent(location.hash.slice(9)) : "";
  if (wanted) {
    const parts = wanted.split("/").map((_, at, all) => all.slice(0, all.length - at).join("/"));
    const shown = [...root.querySelectorAll("[data-a], [data-p]")].filter(isShown);
    const found = parts.map((one) => shown.find((it) => it.dataset.a === one || (one && it.dataset.p && pointersOf(it).includes(one)))).find(Boolean);
    if (found) {
      go(found);
      pin(found);
    }
  }
})();
