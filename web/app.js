"use strict";
// The page: takes files, lets the worker read and judge them, and shows what it answers.
const by = (id) => document.getElementById(id);
const make = (tag, fields, ...children) => {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...children);
  return element;
};

// --- The worker ---

const text = (id) => by(id)?.textContent;
const packed = text("module");
let worker = null;
let ready = null;
let calls = new Map();
let next = 0;

const begin = () => {
  const script = text("worker");
  const url = script ? URL.createObjectURL(new Blob([script], { type: "text/javascript" })) : "worker.js";
  worker = new Worker(url);
  calls = new Map();
  worker.onmessage = ({ data }) => {
    if ("progress" in data) return showProgress(data);
    const call = calls.get(data.id);
    calls.delete(data.id);
    if (data.error !== undefined) call?.fail(new Error(data.error));
    else call?.done(data.answer);
  };
  worker.onerror = () => problem("This browser cannot run the module: WebAssembly is missing or switched off.");
  const started = worker;
  const module = packed ?? fetch("firstmile.wasm").then((answer) => answer.arrayBuffer());
  ready = Promise.resolve(module).then((binary) => started.postMessage({ binary }));
};

// A request goes after the module.
const ask = async (message) => {
  if (!worker) begin();
  await ready;
  return new Promise((done, fail) => {
    const id = next++;
    calls.set(id, { done, fail });
    worker.postMessage({ id, ...message });
  });
};
const answer = async (request) => new TextDecoder().decode(await ask({ request }));

// --- Files ---

let files = [];

// Two files of one path are told apart by a number; the same file given twice counts once.
const add = (more) => {
  const taken = new Map(files.map((each) => [each.path, each.file]));
  for (const { path, file } of more) {
    const same = (other) => other.size === file.size && other.lastModified === file.lastModified;
    let free = path;
    for (let number = 2; taken.has(free) && !same(taken.get(free)); number++) free = path.replace(/(\.[^./]*)?$/, ` (${number})$1`);
    if (taken.has(free)) continue;
    taken.set(free, file);
    files.push({ path: free, file });
  }
};

const entriesOf = async (folder) => {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return all;
    all.push(...some);
  }
};
const below = async (entry, found) => {
  if (entry.isFile) {
    found.push({ path: entry.fullPath.replace(/^\//, ""), file: await new Promise((done, fail) => entry.file(done, fail)) });
  } else {
    for (const each of await entriesOf(entry)) await below(each, found);
  }
};
const belowHandle = async (handle, path, found) => {
  if (handle.kind === "file") found.push({ path, file: await handle.getFile() });
  else for await (const each of handle.values()) await belowHandle(each, `${path}/${each.name}`, found);
};
// Chrome gives no entries to a page that was opened from a disk, but handles; Firefox and Safari have entries only.
const dropped = async (items) => {
  const found = [];
  const taken = [...items].filter((item) => item.kind === "file").map((item) => ({
    handle: item.getAsFileSystemHandle?.(), entry: item.webkitGetAsEntry?.(), file: item.getAsFile(),
  }));
  for (const { handle, entry, file } of taken) {
    const held = await handle?.catch?.(() => null);
    if (held) await belowHandle(held, held.name, found);
    else if (entry?.isDirectory) await below(entry, found);
    else if (file) found.push({ path: file.name, file });
  }
  return found;
};
const chosen = (input) => {
  const list = [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  input.value = "";
  return list;
};

// --- Reading ---

const show = (id, shown) => { by(id).hidden = !shown; };
const problem = (sentence) => {
  by("problem").textContent = sentence ?? "";
  show("problem", Boolean(sentence));
};
const showProgress = ({ progress, place, of, path }) => {
  by("progress").value = progress;
  if (stopping) return;
  by("progress-words").textContent = `Reading ${Math.min(place + 1, of)} of ${of}: ${path}`;
};

// The files that were read before the last ones were added.
let earlier = [];
let stopping = false;

const readAll = async (more, sentence) => {
  if (!more.length && !files.length) return problem("There is no file in it.");
  earlier = [...files];
  add(more);
  stopping = false;
  problem(sentence);
  for (const id of ["start", "settings", "report"]) show(id, false);
  showProgress({ progress: 0, place: 0, of: files.length, path: files[0].path });
  show("reading", true);
  try {
    const { read, of } = await ask({ files });
    show("reading", false);
    if (read < of && earlier.length) return back();
    if (read < of) problem(`Stopped: ${read} of ${of} files were read. What follows is of those.`);
    await judge();
    by("found").focus();
  } catch (error) {
    restart(error.message);
  }
};

// After a stop, the report is again of the files that were there before.
const back = () => {
  const before = earlier;
  files = [];
  return readAll(before, "Stopped: the report is of the files that were there before.");
};

const restart = (sentence) => {
  files = [];
  for (const id of ["reading", "settings", "report"]) show(id, false);
  show("start", true);
  problem(sentence);
};

by("stop").addEventListener("click", () => {
  const stopped = worker;
  stopped.postMessage({ stop: true });
  stopping = true;
  by("progress-words").textContent = "Stopping";
  // Within a large archive the worker hears nothing.
  setTimeout(() => {
    if (by("reading").hidden || worker !== stopped) return;
    stopped.terminate();
    worker = null;
    if (earlier.length) back();
    else restart("Stopped in the middle of an archive; nothing was kept.");
  }, 3000);
});

// --- Settings ---

const form = by("settings");
const races = new Map();
const settings = () => {
  const options = {};
  for (const name of ["units", "sex", "hr-max"]) {
    const value = form.elements[name].value.trim();
    if (value) options[name] = value;
  }
  const goal = form.elements.goal.value.trim();
  return {
    options,
    goal: goal || null,
    goal_course: goal && !isPace() ? form.elements["goal-course"].value : null,
    races: Object.fromEntries(races),
  };
};

const KEPT = ["units", "sex", "hr-max", "goal", "goal-course"];
// A goal as a pace is for every course.
const isPace = () => form.elements.goal.value.includes("/");
const remember = () => {
  try {
    if (by("remember").checked) {
      localStorage.firstmile = JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, form.elements[name].value])));
    } else delete localStorage.firstmile;
  } catch { /* A browser may forbid it. */ }
};
const recall = () => {
  try {
    const kept = JSON.parse(localStorage.firstmile ?? "null");
    if (!kept) return;
    for (const name of KEPT) if (name in kept) form.elements[name].value = kept[name];
    by("remember").checked = true;
  } catch { /* A browser may forbid it. */ }
};

// --- The report ---

let listeners = [];
const listen = (kind, listener) => {
  addEventListener(kind, listener);
  listeners.push([kind, listener]);
};

const clock = (seconds) => {
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

let judging = 0;
const judge = async () => {
  const turn = ++judging;
  const report = by("report");
  form.elements["goal-course"].disabled = isPace();
  // What cannot be used leaves the report as it is, and is not remembered.
  try {
    await answer({ do: "check", settings: settings() });
  } catch (error) {
    show("settings", true);
    return problem(error.message.replace("hr-max", "the greatest heart rate"));
  }
  remember();
  report.setAttribute("aria-busy", "true");
  try {
    const [page, list] = await Promise.all([
      answer({ do: "report", settings: settings(), format: "html" }),
      answer({ do: "runs", settings: settings() }),
    ]);
    if (turn !== judging) return;
    for (const [kind, listener] of listeners.splice(0)) removeEventListener(kind, listener);
    const main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    report.replaceChildren(...main.childNodes);
    activate(listen);
    linkRules(report);
    linkPlans(report);
    const [runs, counts, warnings] = JSON.parse(list);
    listRuns(runs);
    tellCounts(counts, warnings);
    show("settings", true);
    show("report", true);
    document.body.classList.remove("plan");
    // Where nothing was scored, the reasons are the answer.
    if (!counts.scored) for (const details of report.querySelectorAll("details")) details.open = true;
    if (planned) await makePlan(planned);
    if (!by("problem").textContent.startsWith("Stopped")) problem();
  } catch (error) {
    if (report.hidden) restart(error.message);
    else problem(error.message);
  } finally {
    report.removeAttribute("aria-busy");
  }
};

const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
const tellCounts = (counts, warnings) => {
  const parts = [
    `${plural(counts.scored, "run", "runs")} scored, ${counts.races} of them ${counts.races === 1 ? "a race" : "races"}`,
    counts.refused && `${counts.refused} not scored`,
    counts.duplicates && `${counts.duplicates} recorded twice`,
    counts.unreadable && `${counts.unreadable} unreadable`,
    counts.skipped && `${plural(counts.skipped, "other file", "other files")} skipped`,
  ];
  by("found").textContent = parts.filter(Boolean).join("; ") + ".";
  by("warnings").replaceChildren(...warnings.map((line) => make("li", { textContent: line })));
  show("warnings", warnings.length > 0);
};

// Characters that are not seen, or turn the direction of text, as codes; the report shows them so too.
const visible = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`);
const listRuns = (runs) => {
  const focused = document.activeElement?.dataset?.address;
  const rows = runs.sort((a, b) => (b.date ?? "").localeCompare(a.date ?? "")).map((run) => {
    const choice = make("select", { ariaLabel: `Was ${visible(run.title)} a race?` });
    choice.dataset.address = run.address;
    const guess = run.is_race ? "yes, it seems" : "no, it seems";
    const words = [["", races.has(run.address) ? "as the program thinks" : guess], ["yes", "yes"], ["no", "no"]];
    choice.append(...words.map(([value, textContent]) => make("option", { value, textContent })));
    choice.value = races.has(run.address) ? (races.get(run.address) ? "yes" : "no") : "";
    choice.addEventListener("change", () => {
      if (choice.value) races.set(run.address, choice.value === "yes");
      else races.delete(run.address);
      judge();
    });
    return make("tr", {},
      make("th", { scope: "row", textContent: visible(run.title), title: visible(run.address) }),
      make("td", { textContent: run.date ?? "" }),
      make("td", { textContent: clock(run.finish_s) }),
      make("td", {}, choice));
  });
  document.querySelector("#races tbody").replaceChildren(...rows);
  if (focused !== undefined) [...document.querySelectorAll("#races select")].find((choice) => choice.dataset.address === focused)?.focus();
};

// --- Rules ---

const RULE = /\b[A-Z]+-\d\d\b/g;
const rules = new Set();
// A command for a plan is a button that makes it.
const linkPlans = (root) => {
  for (const code of root.querySelectorAll("code")) {
    const [, course, goal] = /^firstmile plan --course (\S+) --goal (\S+)$/.exec(code.textContent) ?? [];
    if (!course) continue;
    const button = make("button", { type: "button", className: "rule", textContent: `make it, for ${goal}` });
    button.addEventListener("click", () => {
      by("plan").elements.course.value = course;
      by("plan").elements.goal.value = goal;
      makePlan(wish());
      by("planning").scrollIntoView();
    });
    code.replaceWith(button);
  }
};
const linkRules = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("svg, template") && walker.currentNode.data.match(RULE)) found.push(walker.currentNode);
  for (const node of found) {
    const parts = node.data.split(/\b([A-Z]+-\d\d)\b/).map((part) => (rules.has(part) ? ruleButton(part, part) : part));
    node.replaceWith(...parts);
  }
};
// The text of a rule: titles begin a line, tables have columns, and the rest is prose that wraps by itself.
const explained = (text) => {
  const parts = [];
  let last = "";
  for (const line of text.split("\n")) {
    const kind = !line.trim() ? "" : !line.startsWith(" ") ? "h3" : /\S {2,}\S/.test(line) ? "pre" : "p";
    const words = kind === "pre" ? line.slice(2) : line.trim();
    if (kind && kind === last && kind !== "h3") parts.at(-1).textContent += (kind === "pre" ? "\n" : " ") + words;
    else if (kind) parts.push(make(kind, { textContent: words }));
    last = kind;
  }
  return parts;
};
const ruleButton = (id, words) => {
  const button = make("button", { type: "button", className: "rule", textContent: words });
  button.addEventListener("click", async () => {
    document.querySelector("#rule div").replaceChildren(...explained(await answer({ do: "explain", rule: id })));
    by("rule").showModal();
    by("rule").scrollTop = 0;
  });
  return button;
};
document.querySelector("#rule button").addEventListener("click", () => by("rule").close());

// --- The plan ---

const COURSES = [["marathon", "marathon"], ["half", "half marathon"], ["30k", "30 km"], ["10mi", "10 miles"], ["15k", "15 km"], ["10k", "10 km"], ["5k", "5 km"], ["50k", "50 km"], ["50mi", "50 miles"], ["100k", "100 km"]];
for (const select of [form.elements["goal-course"], by("plan").elements.course]) {
  select.append(...COURSES.map(([value, textContent]) => make("option", { value, textContent })));
}
const wish = () => ({ course: by("plan").elements.course.value, goal: by("plan").elements.goal.value });
let planned = null;
const clearPlan = () => {
  planned = null;
  by("band").shadowRoot?.replaceChildren();
  show("plan-tools", false);
  show("plan-problem", false);
};
const makePlan = async (wanted) => {
  try {
    const page = await ask({ request: { do: "plan", settings: settings(), wish: wanted, format: "html" } });
    const plan = new DOMParser().parseFromString(new TextDecoder().decode(page), "text/html");
    const style = plan.querySelector("style");
    style.textContent = style.textContent.replaceAll(":root", ":host");
    const shadow = by("band").shadowRoot ?? by("band").attachShadow({ mode: "open" });
    shadow.replaceChildren(style, plan.querySelector("main"));
    planned = wanted;
    show("plan-problem", false);
    show("plan-tools", true);
    document.body.classList.toggle("plan", by("report").hidden);
  } catch (error) {
    clearPlan();
    by("plan-problem").textContent = error.message.replace("hr-max", "the greatest heart rate");
    show("plan-problem", true);
  }
};
by("plan").addEventListener("submit", (event) => {
  event.preventDefault();
  makePlan(wish());
});
by("print-plan").addEventListener("click", () => {
  document.body.classList.add("plan");
  print();
  document.body.classList.toggle("plan", by("report").hidden);
});

// --- Downloads ---

const download = (bytes, name) => {
  const url = URL.createObjectURL(new Blob([bytes]));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};
for (const button of document.querySelectorAll("[data-format]")) {
  button.addEventListener("click", async () => {
    const { format, table, name } = button.dataset;
    const request = { do: "report", settings: settings(), format, table: table ?? null };
    await ask({ request }).then((bytes) => download(bytes, name), (error) => problem(error.message));
  });
}
for (const button of document.querySelectorAll("[data-plan]")) {
  button.addEventListener("click", async () => {
    const { plan, name } = button.dataset;
    const request = { do: "plan", settings: settings(), wish: planned, format: plan };
    await ask({ request }).then((bytes) => download(bytes, name), (error) => problem(error.message));
  });
}

// --- What the runner does ---

const drop = by("drop");
addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
addEventListener("dragleave", (event) => event.relatedTarget || drop.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (![...event.dataTransfer.items].some((item) => item.kind === "file")) return;
  if (!by("reading").hidden) return problem("One thing after the other: wait until these files are read, or stop.");
  dropped(event.dataTransfer.items).then(readAll, (error) => problem(`The browser did not hand over the files: ${error.message}`));
});
by("pick-files").addEventListener("click", () => by("files").click());
by("pick-folder").addEventListener("click", () => by("folder").click());
by("again").addEventListener("click", () => by("files").click());
for (const id of ["files", "folder"]) by(id).addEventListener("change", () => readAll(chosen(by(id))));
by("anew").addEventListener("click", async () => {
  races.clear();
  form.reset();
  recall();
  clearPlan();
  restart();
  by("pick-files").focus();
  await ask({ request: { do: "open", files: [] } });
});
by("try").addEventListener("click", async () => {
  const bytes = Uint8Array.from(atob(text("demo")), (letter) => letter.charCodeAt(0));
  await readAll([{ path: "demo.zip", file: new File([bytes], "demo.zip", { lastModified: 0 }) }]);
});
let waiting = 0;
form.addEventListener("input", (event) => {
  if (event.target.closest("#races")) return;
  clearTimeout(waiting);
  waiting = setTimeout(judge, 250);
});
form.addEventListener("submit", (event) => event.preventDefault());

recall();
// The page is drawn before the module is unpacked.
requestAnimationFrame(() => setTimeout(async () => {
  const list = (await answer({ do: "explain", rule: null })).split("\n").map((line) => line.match(/^([A-Z]+-\d\d)\s+(.*)$/)).filter(Boolean);
  for (const [, id] of list) rules.add(id);
  performance.mark("module");
  by("rule-list").replaceChildren(...list.map(([, id, title]) => make("li", {}, ruleButton(id, id), ` ${title}`)));
}));
