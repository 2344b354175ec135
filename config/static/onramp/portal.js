// What the portal does in the browser: uploads with progress, and reports that come by themselves. All works without it.
"use strict";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000; // milliseconds between two questions about one file
const ABREAST = 2; // uploads at the same time

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// Ask how far a file has come until it is settled. tell(state) is called each time; it pauses longer and longer.
async function follow(url, tell) {
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE)) {
    await pause(wait);
    let state;
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (response.status === 401 || response.status === 403 || response.status === 404) return null;
      if (!response.ok) continue;
      state = await response.json();
    } catch {
      continue; // the connection will be back
    }
    tell(state);
    if (!state.is_live) return state;
  }
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

class UploadRow {
  constructor(list, name) {
    this.item = make("li", "");
    this.name = make("span", "name", name);
    this.status = make("span", "status", "Waiting");
    this.bar = document.createElement("progress");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `Upload of ${name}`);
    this.words = make("span", "words quiet");
    this.item.append(this.name, this.status, this.bar, this.words);
    list.append(this.item);
  }

  say(label, tone, words = "") {
    this.status.textContent = label;
    this.status.className = `status status-${tone}`;
    this.words.textContent = words;
    this.words.className = "words quiet";
  }

  // For the eye alone: the list is a live region, which would read every step aloud.
  count(percent) {
    this.bar.value = percent;
    let shown = this.status.querySelector("span");
    if (!shown) {
      shown = make("span", "");
      shown.setAttribute("aria-hidden", "true");
      this.status.append(shown);
    }
    shown.textContent = ` ${Math.floor(percent)} %`;
  }

  refuse(words) {
    this.say("Not uploaded", "bad", words);
    this.words.className = "words bad";
    this.bar.hidden = true;
  }

  link(url, text) {
    const link = make("a", "", text);
    link.href = url;
    this.words.append(" ", link);
  }

  offer(text, act) {
    const button = make("button", "button small", text);
    button.type = "button";
    button.addEventListener("click", () => {
      this.bar.hidden = false;
      this.bar.value = 0;
      this.say("Waiting", "quiet");
      this.item.tabIndex = -1;
      this.item.focus(); // the button is gone, and the keyboard stays where it was
      act();
    });
    this.words.append(" ", button);
  }
}

// Send one file with the fields as they were when it was chosen. Resolves to { status, answer }, rejects when the
// connection breaks.
function send(form, { file, fields, row }) {
  return new Promise((resolve, reject) => {
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    data.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) row.count((100 * event.loaded) / event.total);
    });
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        answer = {}; // a page instead of an answer: the session ended, or the server failed
      }
      resolve({ status: request.status, answer });
    });
    request.addEventListener("error", reject);
    request.addEventListener("abort", reject);
    request.send(data);
  });
}

// Bring one file to the server: what it answers, or null after the row has said why not. again() puts it into line anew.
async function deliver(form, upload, again) {
  const { file, row } = upload;
  if (file.size === 0) {
    row.refuse("The file is empty: nothing was in it. Save it again and upload it.");
    return null;
  }
  if (file.size > Number(form.dataset.maxBytes)) {
    row.refuse(`The file is too large: at most ${form.dataset.maxWords} are taken at once. Split it into several files.`);
    return null;
  }
  row.say("Uploading", "wait");
  let result;
  try {
    result = await send(form, upload);
  } catch {
    row.refuse("The connection broke. Nothing is lost: send it again, and it is still one file.");
    row.offer("Try again", again);
    return null;
  }
  const { status, answer } = result;
  if (answer.url) return answer;
  if (answer.error) {
    row.refuse(answer.error);
    if (status === 503) row.offer("Try again", again);
  } else if (status === 401 || status === 403) {
    row.refuse("You are not logged in any more.");
    row.link(window.location.href, "Log in, then upload it again");
  } else {
    row.refuse("Something went wrong on our side.");
    row.offer("Try again", again);
  }
  return null;
}

// Say what becomes of a file that the server has.
async function watch(answer, row) {
  row.bar.removeAttribute("value");
  row.say("Being read", "wait", answer.words || "We have it and are reading it.");
  const state = await follow(answer.state_url, (now) => {
    if (now.is_live && now.total) {
      row.bar.max = now.total;
      row.bar.value = now.done;
      row.words.textContent = `${now.done} of ${now.total} documents done`;
    }
  });
  row.bar.hidden = true;
  if (state) row.say(state.label, state.tone, [answer.words, state.words].filter(Boolean).join(" "));
  row.link(answer.url, "See the report");
}

// The parts of the page that tell of files, as they are now.
async function refresh() {
  const parts = document.querySelectorAll("[data-latest]");
  if (parts.length === 0) return;
  let text;
  try {
    const response = await fetch(window.location.href, { credentials: "same-origin" });
    if (!response.ok) return;
    text = await response.text();
  } catch {
    return; // the connection broke; the rows above have told the news
  }
  const now = new DOMParser().parseFromString(text, "text/html");
  for (const part of parts) {
    const newer = now.querySelector(`[data-latest="${part.dataset.latest}"]`);
    if (newer) part.replaceChildren(...newer.childNodes);
  }
}

function prepareUpload(form) {
  const zone = form.querySelector("[data-zone]");
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-uploads]");
  form.querySelector("[data-zone-words]").hidden = false;
  form.querySelector("[data-upload-button]").hidden = true; // choosing is enough
  const waiting = [];
  let active = 0;
  let unsent = 0; // would be lost with the page

  const lineUp = (upload) => {
    unsent += 1;
    waiting.push(upload);
    next();
  };

  const next = async () => {
    if (active >= ABREAST || waiting.length === 0) return;
    active += 1;
    const upload = waiting.shift();
    next();
    const answer = await deliver(form, upload, () => lineUp(upload));
    unsent -= 1;
    if (answer) await watch(answer, upload.row);
    active -= 1;
    // That the file came before is said by its row alone: the report of then would pass for the answer to now.
    const isTold = answer && (answer.is_new || answer.url === window.location.pathname);
    if (isTold && upload.alone && list.children.length === 1) window.location.assign(answer.url);
    else if (answer && active === 0 && waiting.length === 0) refresh();
    next();
  };

  const take = (files) => {
    const chosen = [...files];
    if (form.hasAttribute("data-single") && chosen.length > 1) {
      new UploadRow(list, `${chosen.length} files`).refuse(form.dataset.single);
      return;
    }
    const fields = [...new FormData(form)].filter(([name]) => name !== "file");
    for (const file of chosen) {
      lineUp({ file, fields, row: new UploadRow(list, file.name), alone: chosen.length === 1 });
    }
  };

  window.addEventListener("beforeunload", (event) => {
    if (unsent > 0) event.preventDefault();
  });
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(input.files);
  });
  let depth = 0; // enter and leave are told for every element inside
  const over = (change) => {
    depth = Math.max(depth + change, 0);
    zone.classList.toggle("over", depth > 0);
  };
  zone.addEventListener("dragenter", (event) => { event.preventDefault(); over(1); });
  zone.addEventListener("dragleave", () => over(-1));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    const folders = foldersIn(event.dataTransfer);
    for (const name of folders) {
      new UploadRow(list, name).refuse("This is a folder. Open it, and drop the files that are in it.");
    }
    take([...event.dataTransfer.files].filter((file) => !folders.has(file.name)));
  });
  // A file that misses the zone must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
}

// Names of the folders among what was dropped. A browser gives a folder as a file that cannot be read.
function foldersIn(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  return new Set(entries.filter((entry) => entry.isDirectory).map((entry) => entry.name));
}

async function prepareFollow(box) {
  const words = box.querySelector("[data-follow-words]");
  const bar = box.querySelector("[data-follow-bar]");
  const state = await follow(box.dataset.follow, (now) => {
    if (!now.is_live) return;
    if (words.textContent !== now.words) words.textContent = now.words;
    if (bar && now.total) {
      bar.max = now.total;
      bar.value = now.done;
    }
  });
  if (state) window.location.reload();
}

for (const form of document.querySelectorAll("form[data-upload]")) prepareUpload(form);
for (const box of document.querySelectorAll("[data-follow]")) prepareFollow(box);

// What is wrong in a line of many columns is in view, also on a phone.
for (const box of document.querySelectorAll(".table-wrap:has(mark), pre.line:has(mark)")) {
  const frame = box.getBoundingClientRect();
  const at = box.querySelector("mark").getBoundingClientRect();
  if (at.right > frame.right) box.scrollLeft += at.left - frame.left - frame.width / 3;
}

// Buttons that copy a text, where the browser lets them. Without them the text is marked by hand.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      button.textContent = "Copied";
    });
  }
}
