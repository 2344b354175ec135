// What was typed and sent after the session had ended: in the form again after the log-in. Both the admin and the portal.
"use strict";

(() => {
  const KEPT = "onramp-unsent"; // { path, user, fields, isLost }, of this tab
  const TYPED = "textarea, select:not([multiple]), input:not([type]), input[type=text], input[type=email], input[type=number]";

  const path = (form) => new URL(form.getAttribute("action") || window.location.href, document.baseURI).pathname;
  const user = () => document.querySelector("[data-user]")?.dataset.user; // undefined on pages before the log-in
  // What belongs to nobody's storage (secrets, codes) has an autocomplete of its own.
  const typedIn = (form) => [...form.querySelectorAll(TYPED)].filter((field) => field.name && !field.autocomplete);
  const isChanged = (field) =>
    field.options ? !field.selectedOptions[0]?.defaultSelected : field.value !== field.defaultValue;

  function keep(form) {
    const fields = typedIn(form).filter(isChanged).map(({ name, value }) => [name, value]);
    sessionStorage.removeItem(KEPT);
    if (user() && fields.length) sessionStorage.setItem(KEPT, JSON.stringify({ path: path(form), user: user(), fields }));
  }

  function tell(form) {
    const note = document.createElement("p");
    note.className = "or-note note";
    note.setAttribute("role", "status");
    note.textContent = "Your session had ended, so this was not sent. What you typed is here again: look it over and send it.";
    form.prepend(note);
    form.scrollIntoView({ block: "center" });
  }

  function putBack(form, fields) {
    for (const [name, value] of fields) {
      const field = typedIn(form).find((one) => one.name === name);
      if (!field) continue;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    tell(form);
  }

  // The first page after sending is the answer, or the log-in when the session had ended.
  function look() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    if (!kept) return;
    if (!user()) {
      sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, isLost: true }));
      return;
    }
    const isTheirs = kept.isLost && kept.user === user();
    const form = isTheirs && [...document.querySelectorAll("form[method=post]")].find((one) => path(one) === kept.path);
    if (form) putBack(form, kept.fields);
    if (form || !isTheirs) sessionStorage.removeItem(KEPT);
  }

  document.addEventListener("submit", (event) => {
    if (event.target.method === "post" && !event.defaultPrevented && user()) keep(event.target);
  });
  document.addEventListener("DOMContentLoaded", look);
})();
