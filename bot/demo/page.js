// The page around the window: the clock, the places, the guide. It keeps nothing of its own;
// every answer of the server carries the whole state.
"use strict";

const at = (id) => document.getElementById(id);
let state = null;
let busy = 0;
let asked = 0;
let waited = 0;
let toastEnds = 0;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// **bold** and `code`, as in the guide's texts.
function rich(text) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).filter(Boolean).map((part) => {
    if (part.startsWith("**")) return make("b", { textContent: part.slice(2, -2) });
    if (part.startsWith("`")) return make("code", { textContent: part.slice(1, -1) });
    return part;
  });
}

function show(instant, timeZone, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(new Date(instant));
}

// What is drawn anew, or switched off while something is asked, loses the keyboard: it is given back.
function held() {
  const one = document.activeElement;
  const kind = ["place", "step", "jump"].find((name) => one?.dataset[name] !== undefined);
  return kind ? `[data-${kind}="${one.dataset[kind]}"]` : one?.id === "again" ? "#again" : "";
}

function giveBack(button) {
  if (button && document.activeElement === document.body) document.querySelector(button)?.focus();
}

const CLOCK = { hour: "2-digit", minute: "2-digit" };
const DAY = { weekday: "short", day: "numeric", month: "long", year: "numeric" };
const MOMENT = { weekday: "short", day: "numeric", month: "short", ...CLOCK };

function person() {
  return state.people.find((one) => one.places.some((place) => place.key === state.current));
}

function drawClock() {
  const { zone, city } = person();
  at("time").textContent = show(state.now, zone, CLOCK);
  at("day").textContent = `${show(state.now, zone, DAY)} · ${city}`;
  at("due").textContent = state.next
    ? `The next message is due ${show(state.next, zone, MOMENT)}.`
    : "No message is planned yet.";
}

function drawPlace(place) {
  const button = make("button", { textContent: place.label, onclick: () => ask(`show/${place.key}`) });
  button.dataset.place = place.key;
  button.setAttribute("aria-current", String(place.key === state.current));
  if (place.unread) {
    button.append(make("span", { className: "unread", textContent: place.unread, title: "unread" }));
  }
  return button;
}

function drawPeople() {
  at("people").replaceChildren(...state.people.map((one) => make(
    "section",
    { className: one === person() ? "person on" : "person" },
    make("b", { textContent: one.name }),
    make("small", { textContent: `${one.city} ${show(state.now, one.zone, { weekday: "short", ...CLOCK })}` }),
    make("div", {}, ...one.places.map(drawPlace)),
  )));
}

function drawSteps() {
  const next = state.steps.findIndex((step) => !step.done);
  at("count").textContent = `${state.steps.filter((step) => step.done).length} of ${state.steps.length}`;
  at("hint").replaceChildren(...(next < 0 ? [] : rich(state.steps[next].text)));
  at("steps").replaceChildren(...state.steps.map((step, number) => {
    const text = make("span", {}, ...rich(step.text));
    const button = make("button", { title: "Go there", onclick: () => go(step) }, text);
    button.dataset.step = number;
    return make("li", { className: step.done ? "done" : number === next ? "next" : "" }, button);
  }));
  if (next < 0) {
    const more = "That was the path. Try `/today`, `/contact ideas`, or **+1 week**.";
    at("steps").append(make("li", { className: "more" }, ...rich(more)));
  }
}

const hash = (address) => address.slice(address.indexOf("#"));

// A new frame each time: what the old one still does cannot hold it up.
function load() {
  at("wait").hidden = false;
  const frame = make("iframe", { id: "window", title: `${person().name}'s screen`, src: state.window });
  at("window").replaceWith(frame);
}

function draw(fresh) {
  if (!fresh.run) return;
  const before = JSON.stringify(state);
  const window_ = state?.window;
  state = fresh;
  const turned = fresh.window !== window_;
  if (turned) load();
  if (JSON.stringify(fresh) === before) return;
  const button = held();
  drawClock();
  drawPeople();
  drawSteps();
  giveBack(button);
  if (turned) document.querySelector(".person.on").scrollIntoView({ block: "nearest", inline: "nearest" });
}

function toast(text) {
  at("toast").textContent = text;
  at("toast").hidden = false;
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => { at("toast").hidden = true; }, 4000);
}

async function ask(path) {
  busy += 1;
  asked += 1;
  const pressed = held();
  document.querySelectorAll("[data-jump], #again").forEach((button) => { button.disabled = true; });
  try {
    const answer = await fetch(`/demo/${path}`, { method: "POST" });
    if (!answer.ok) throw new Error(await answer.text());
    const fresh = await answer.json();
    draw(fresh);
    return fresh;
  } catch {
    toast("That did not work. Please try it once more.");
    return null;
  } finally {
    busy -= 1;
    if (!busy) {
      document.querySelectorAll("[data-jump], #again").forEach((button) => { button.disabled = false; });
      giveBack(pressed);
    }
  }
}

function tell({ arrived }, step) {
  const unread = state.people.flatMap((one) => one.places.filter((place) => place.unread).map(() => one.name));
  const whose = [...new Set(unread)].join(" and ");
  if (arrived) toast(`${arrived === 1 ? "One message" : `${arrived} messages`} came${whose ? `: look at ${whose}` : ""}.`);
  else if (step === "next") toast("No message is planned. Note a talk first.");
  else toast("Nothing was due in that time.");
}

async function jump(step) {
  const fresh = await ask(`jump/${step}`);
  if (fresh) tell(fresh, step);
}

async function go(step) {
  if (step.place !== state.current) await ask(`show/${step.place}`);
  at("window").focus();
}

async function watch() {
  // While something is asked, its own answer brings the state.
  if (!busy && !document.hidden) {
    const before = asked;
    try {
      const fresh = await (await fetch("/demo/state")).json();
      if (asked === before) draw(fresh);
      waited = at("wait").hidden ? 0 : waited + 1;
      if (waited === 15) { // a window that did not open within ten seconds gets another try
        waited = 0;
        load();
      }
    } catch {
      toast("The demo was stopped. Start it again and reload this page.");
    }
  }
  setTimeout(watch, 700);
}

document.querySelectorAll("[data-jump]").forEach((button) => {
  button.onclick = () => jump(button.dataset.jump);
});
at("again").onclick = () => {
  at("wait").hidden = false;
  ask("again").then((fresh) => { if (!fresh) at("wait").hidden = true; });
};
addEventListener("message", (event) => {
  if (event.origin !== location.origin) return;
  if (event.data === `window open ${hash(state.window)}`) at("wait").hidden = true;
  // One that was just turned away from is lost too, and no matter.
  if (event.data === `window lost ${hash(state.window)}`) load();
  if (event.data === "go dm" || event.data === "go club") {
    const key = `${person().key}-${event.data.slice(3)}`;
    if (key !== state.current) ask(`show/${key}`);
  }
});
if (matchMedia("(max-width: 800px)").matches) at("guide").open = false;
watch();
