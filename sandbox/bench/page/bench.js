"use strict";
// Everything shown comes from GET /api/state; everything done is POST /api/<device>/<action>.

const LOOK_EVERY_MS = 700;
const PORTS = ["ttyUSB0", "ttyUSB1", "ttyUSB2"];
const WEATHER = [
  ["Well", { fault: "none", delay_s: 0, times: null }],
  ["Slow (3 s)", { fault: "none", delay_s: 3, times: null }],
  ["Too slow (30 s)", { fault: "none", delay_s: 30, times: null }],
];
const SWITCHES = [   // label, its state, the action and what goes with it
  ["Paper out", "paper_end", (on) => on ? ["end_paper", {}] : ["refill", {}]],
  ["Near its end", "near_end", (on) => on ? ["near_end", {}] : ["refill", {}]],
  ["Cover open", "cover_open", (on) => ["cover", { opened: on }]],
  ["Cutter jammed", "jammed", (on) => ["jam", { jammed: on }]],
  ["Off line", "off_line", (on) => ["off_line", { off_line: on }]],
  ["Too hot", "hot", (on) => ["heat", { hot: on }]],
];

const $ = (id) => document.getElementById(id);
const people = new Map();
let resident = null;   // whose card lay here last, not a member of staff
let state = null;

function made(tag, text = "", cls = "") {
  const one = document.createElement(tag);
  one.textContent = t(text);
  one.className = cls;
  return one;
}

async function act(action, args = {}) {
  const answer = await fetch(`/api/${action}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(args),
  });
  $("said").textContent = answer.ok ? "" : (await answer.json()).error;
  await look();
}

async function look() {
  try {
    const answer = await fetch("/api/state");
    if (!answer.ok) throw new Error((await answer.json()).error);
    state = await answer.json();
    show();
  } catch (fault) {
    $("said").textContent = `${t("The sandbox does not answer:")} ${fault.message}`;
  }
}

function drawCard(person, large) {
  const card = made(large ? "div" : "button", "", `card ${person.kind}`);
  if (!large) card.type = "button";
  card.append(made("b", person.name), made("span", "", "face"));
  if (large) {
    card.append(made("span", `${person.sex}　${person.birth}`), made("span", person.address, "remark"));
    card.append(made("span", person.number, "number"), made("span", `${t("to")} ${person.valid_to}`, "remark"));
  } else {
    card.append(made("span", person.remark || person.number, "remark"));
    card.append(made("span", person.staff ? "staff" : person.outcome || "not served", `tag ${person.staff ? "staff" : person.outcome}`));
    card.dataset.ref = person.ref;
    card.dataset.words = Object.values(person).join(" ").toLowerCase();
    card.addEventListener("click", () => act("reader/lay", { person: person.ref }));
  }
  return card;
}

function lamp(name, how) { $(`${name}-lamp`).className = `lamp ${how}`; }

function cable(name, plugged) {
  const button = $(`${name}-cable`);
  button.textContent = t(plugged ? "Pull the cable" : "Plug it in");
  button.parentElement.querySelector(".plug").classList.toggle("out", !plugged);
}

// Builds anew only what has changed, so that nothing loses the focus.
function once(element, key, build) {
  const now = JSON.stringify(key);
  if (element.dataset.shown !== now) { element.dataset.shown = now; element.replaceChildren(...build()); }
}

function showReader(reader) {
  const person = people.get(reader.card);
  if (person && !person.staff) resident = person;
  once($("laid"), reader.card, () => [person ? drawCard(person, true) : made("p", "Nothing lies here. Pick a card on the left.")]);
  for (const card of $("cards").children) card.classList.toggle("lying", card.dataset.ref === reader.card);
  $("lift").disabled = !person;
  const other = another(person);
  $("another").textContent = `${t("Lay another card")}: ${other.name}${other.staff ? ` ${t("(staff)")}` : ""}`;
  $("wire").textContent = `${reader.sent_bytes.toLocaleString("en")} ${t("bytes sent")}, ${reader.wire_s.toFixed(1)} ${t("s on the wire")}`;
  $("reader-port").hidden = Boolean(reader.plugged);
  cable("reader", reader.plugged);
  $("reader-cable").textContent = reader.plugged ? `${t("Pull it out of")} ${reader.plugged}` : t("Plug it in");
  lamp("reader", !reader.plugged ? "down" : reader.fault ? "note" : "well");
}

// The attendant's after the resident's, and the other way round.
function another(lying) {
  const staff = [...people.values()].find((one) => one.staff);
  return lying && !lying.staff ? staff : resident || people.values().next().value;
}

function showCamera(camera) {
  if (document.activeElement !== $("film")) $("film").value = camera.film;
  $("picture").parentElement.classList.toggle("dark", !camera.plugged);
  if (camera.plugged && $("picture").dataset.from !== "here") $("picture").src = camera.url;
  $("picture").dataset.from = camera.plugged ? "here" : "";
  for (const button of $("acts").children) button.disabled = camera.film !== "one_person";
  cable("camera", camera.plugged);
  lamp("camera", camera.plugged ? "well" : "down");
}

function showPrinter(printer) {
  once($("slips"), printer.slips, () => printer.slips.length ? printer.slips.map(drawSlip).reverse() : [made("p", "No slip yet.")]);
  for (const button of $("printer-switches").querySelectorAll("[data-state]")) button.setAttribute("aria-pressed", printer[button.dataset.state]);
  $("findings").textContent = printer.findings.join(" · ") || `${printer.lines} ${t("lines printed")}`;
  cable("printer", printer.plugged);
  lamp("printer", !printer.plugged || printer.stopped ? "down" : printer.near_end ? "note" : "well");
}

function drawSlip(slip) {
  const button = made("button", "", slip.complete ? "" : "torn");
  const picture = made("img");
  button.type = "button";
  picture.src = `/slips/${slip.number}.png`;
  picture.alt = `${t("Slip")} ${slip.number}${slip.complete ? "" : t(", torn")}`;
  button.append(picture);
  button.addEventListener("click", () => { $("slip-picture").src = picture.src; $("slip").showModal(); });
  return button;
}

function showPlatform(platform) {
  const now = platform.switches;
  for (const [place, [, set]] of WEATHER.entries()) $("weather").children[place].classList.toggle("on", now.fault === "none" && now.delay_s === set.delay_s);
  if (document.activeElement !== $("platform-fault")) $("platform-fault").value = now.fault;
  $("later").checked = now.decide_later;
  if (document.activeElement !== $("telephone")) $("telephone").value = platform.telephone;
  const last = platform.orders.at(-1);
  $("orders").textContent = last ? `${last.number} · ${last.fen / 100} ${t("yuan")} · ${last.state}${last.counted ? t(", handed in with it") : ""}` : t("No order yet.");
  for (const name of ["pay", "expire"]) $(name).disabled = last?.state !== "WAITING";
  const rows = [...platform.submissions].reverse();
  once($("submissions"), rows, () => rows.length ? rows.map(drawSubmission) : [emptyRow()]);
  const lines = [...platform.exchanges].reverse();
  once($("exchanges"), lines, () => lines.length ? lines.map(drawExchange) : [made("li", "Nothing yet.", "empty")]);
  $("ratings").textContent = platform.ratings.length ? `${t("· ratings:")} ${platform.ratings.map((stars) => "★".repeat(stars)).join(" ")}` : "";
  cable("platform", now.listening);
  lamp("platform", !now.listening ? "down" : now.fault !== "none" || now.delay_s ? "note" : "well");
}

function emptyRow() {
  const row = made("tr"), cell = made("td", "Nothing yet. What was handed in stays sealed.", "empty");
  cell.colSpan = 5;
  row.append(cell);
  return row;
}

function drawSubmission(one) {
  const row = made("tr");
  const fine = one.certifications === (one.state === "decided" && one.code === "PASS" ? 1 : 0);
  row.append(made("td", one.number.replace(/(.{4})/g, "$1 ")), made("td", one.state, one.state === "accepted" ? "wait" : ""));
  row.append(made("td", one.code || "", one.code === "PASS" ? "good" : ""), made("td", one.valid_to || ""));
  row.append(made("td", String(one.certifications), fine ? "" : "bad"));
  return row;
}

function drawExchange(one) {
  const line = made("li", "", one.fault === "none" ? "" : "broken");
  line.append(made("span", one.asked), made("span", `${one.sent_bytes} B`), made("span", `${one.fault === "none" ? "" : `${one.fault} `}${one.status ?? t("no answer")}`, "status"));
  return line;
}

function show() {
  showReader(state.reader);
  showCamera(state.camera);
  showPrinter(state.printer);
  showPlatform(state.platform);
  showMore(state);
}

function choose(select, words, spoken = (word) => word.replaceAll("_", " ")) {
  for (const word of words) { const one = made("option", spoken(word)); one.value = word; select.append(one); }
}

function button(parent, label, does, key = null) {
  const one = made("button", label);
  one.type = "button";
  if (key) { one.dataset.state = key; one.setAttribute("aria-pressed", "false"); }
  one.addEventListener("click", does);
  parent.append(one);
}

async function begin() {
  translate();
  const told = await (await fetch("/api/choices")).json();
  for (const person of told.people) { people.set(person.ref, person); $("cards").append(drawCard(person, false)); }
  choose($("reader-fault"), told.reader_faults);
  choose($("film"), told.films);
  choose($("platform-fault"), told.platform_faults, (word) => word === "none" ? "well" : word.replaceAll("_", " "));
  choose($("telephone"), told.telephones);
  choose($("reader-port"), PORTS);
  for (const what of told.acts) button($("acts"), what.replaceAll("_", " "), () => act("camera/act", { what }));
  for (const [label, set] of WEATHER) button($("weather"), label, () => act("platform/set", set));
  for (const [label, key, action] of SWITCHES) {
    button($("printer-switches"), label, () => { const [name, args] = action(!state.printer[key]); act(`printer/${name}`, args); }, key);
  }
  button($("printer-switches"), "Power off and on", () => act("printer/power_cycle"));
  button($("printer-switches"), "Tear off", () => act("printer/tear_off"));
  $("find").addEventListener("input", () => {
    for (const card of $("cards").children) card.hidden = !card.dataset.words.includes($("find").value.toLowerCase());
  });
  $("lift").addEventListener("click", () => act("reader/lift"));
  $("another").addEventListener("click", () => act("reader/lay", { person: another(people.get(state.reader.card)).ref }));
  $("reader-strike").addEventListener("click", () => act("reader/misbehave", { fault: $("reader-fault").value, times: Number($("reader-times").value) || null }));
  $("reader-behave").addEventListener("click", () => act("reader/behave"));
  $("reader-cable").addEventListener("click", () => state.reader.plugged ? act("reader/unplug") : act("reader/plug", { name: $("reader-port").value }));
  $("film").addEventListener("change", () => act("camera/show", { film: $("film").value }));
  $("half").addEventListener("click", () => act("camera/half_jpeg"));
  for (const name of ["camera", "printer"]) $(`${name}-cable`).addEventListener("click", () => act(`${name}/${state[name].plugged ? "unplug" : "plug"}`));
  $("platform-cable").addEventListener("click", () => act("platform/set", { listening: !state.platform.switches.listening }));
  $("platform-fault").addEventListener("change", () => act("platform/set", { fault: $("platform-fault").value, times: null }));
  $("later").addEventListener("change", () => act("platform/set", { decide_later: $("later").checked }));
  $("decide").addEventListener("click", () => act("platform/decide"));
  $("telephone").addEventListener("change", () => act("platform/telephone", { does: $("telephone").value }));
  $("pay").addEventListener("click", () => act("platform/pay"));
  $("expire").addEventListener("click", () => act("platform/expire"));
  $("all-well").addEventListener("click", allWell);
  $("slip").addEventListener("click", () => $("slip").close());
  $("language").addEventListener("click", changeLanguage);
  buildMore(told, await (await fetch("/api/state")).json());
  await watch();
}

// One look after the other, however long a device takes.
async function watch() {
  await look();
  setTimeout(watch, LOOK_EVERY_MS);
}

async function allWell() {
  if (!state.reader.plugged) await act("reader/plug", { name: PORTS[0] });
  await act("reader/behave");
  await act("camera/plug");
  await act("camera/show", { film: "one_person" });
  await act("printer/plug");
  for (const [, key, action] of SWITCHES) {
    if (state.printer[key]) { const [name, args] = action(false); await act(`printer/${name}`, args); }
  }
  if (state.printer.stopped) await act("printer/power_cycle");
  await act("platform/clear");
  await allWellMore();
}

begin();
