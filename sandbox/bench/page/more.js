"use strict";
// The devices beside the first four: for each what its card has (build), how it looks (show), and
// what puts it right (well). A card is there when the sandbox has raised the device.

const LICENCE = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9";
const TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";   // of a hand-over: 16 bytes in base32
const GENERATION_NAMES = ["1st", "2nd", "3rd"];
const LAMPS = ["card", "camera", "receipt", "scanner", "fault"];

// An address of this bench as the terminal's settings have it, whatever name the page was opened by.
function here(path, protocol = location.protocol) {
  const address = new URL(path, location.href);
  Object.assign(address, { hostname: "127.0.0.1", protocol });
  return address.href;
}

// --- what cards are made of

function add(parent, tag, text = "", cls = "") {
  const one = made(tag, text, cls);
  parent.append(one);
  return one;
}

function picked(parent, label, words, spoken) {
  const select = add(add(parent, "label", label), "select");
  choose(select, words, spoken);
  return select;
}

function switches(parent, table, name) {
  const row = add(parent, "div", "", "row");
  for (const [label, key, action] of table) {
    button(row, label, () => act(...action(!state[name][key])), key);
  }
  return row;
}

function press(row, shown) {
  for (const one of row.querySelectorAll("[data-state]")) one.setAttribute("aria-pressed", Boolean(shown[one.dataset.state]));
}

function undone(table, shown) {
  return table.filter(([, key]) => shown[key]).map(([, , action]) => action(false));
}

function cableOf(parent, name) {
  const row = add(parent, "div", "", "cable"), plug = add(row, "span", "", "plug");
  plug.setAttribute("aria-hidden", "true");
  button(row, "", () => act(`${name}/${state[name].plugged ? "unplug" : "plug"}`));
  const words = add(row, "small");
  return (plugged, told = "") => {
    plug.classList.toggle("out", !plugged);
    row.querySelector("button").textContent = t(plugged ? "Pull the cable" : "Plug it in");
    words.textContent = told;
  };
}

function strikeRow(parent, name, faults, lasting) {
  const row = add(parent, "div", "", "row");
  const fault = picked(row, "Fault", faults), times = picked(row, "for", lasting.map(([value]) => value), (value) => lasting.find(([one]) => one === value)[1]);
  button(row, "Strike", () => act(`${name}/misbehave`, { fault: fault.value, times: times.value ? Number(times.value) : null }));
  return row;
}

// --- the devices

const SOCIAL_CARD = {
  title: "Social security card",
  build(body, told) {
    this.slot = add(add(body, "div", "", "slot"), "div", "", "in-slot");
    this.slot.setAttribute("aria-live", "polite");
    const row = add(body, "div", "", "row");
    this.who = picked(row, "Whose card", told.holders, (ref) => people.get(ref).name);
    const generation = add(row, "fieldset", "", "segments");
    add(generation, "legend", "Generation");
    GENERATION_NAMES.forEach((name, place) => {
      const label = add(generation, "label"), radio = add(label, "input");
      Object.assign(radio, { type: "radio", name: "generation", value: place + 1, checked: place === 2 });
      add(label, "span", name);
    });
    const chosen = () => ({ person: this.who.value, generation: Number(generation.querySelector(":checked").value) });
    const hands = add(body, "div", "", "row");
    button(hands, "Put it in", () => act("social_card/lay", chosen()));
    this.inserts = [hands.lastChild];
    button(hands, "Pull it out", () => act("social_card/lift"));
    button(hands, "Swap in mid-reading", () => act("social_card/swap", chosen()));
    const others = add(body, "div", "", "row");
    const other = picked(others, "Some other card", told.other_cards);
    button(others, "Put it in", () => act("social_card/lay_other", { kind: other.value }));
    this.inserts.push(others.lastChild);
    button(strikeRow(body, "social_card", told.card_faults, [["1", "one record"], ["", "all records"]]), "Behave", () => act("social_card/behave"));
    this.service = add(add(body, "div", "", "row"), "button");
    this.service.type = "button";
    this.service.addEventListener("click", () => act("social_card/service", { running: !state.social_card.running }));
    this.cable = cableOf(body, "social_card");
  },
  show(now) {
    once(this.slot, now.card, () => [now.card ? this.draw(now.card) : made("p", "The slot is empty.", "empty")]);
    this.service.textContent = t(now.running ? "Stop the card service" : "Start the card service");
    this.service.setAttribute("aria-pressed", !now.running);
    for (const one of this.inserts) one.disabled = !now.running || !now.plugged;
    this.cable(now.plugged, `${now.commands} ${t("commands")}, ${now.forbidden} ${t("forbidden")}`);
    return !now.running || !now.plugged ? "down" : now.fault ? "note" : "well";
  },
  draw(card) {
    const drawn = made("div", "", `chip-card ${card.kind} g${card.generation}`), person = people.get(card.person);
    const words = add(drawn, "div", "", "words");
    if (person) {
      add(words, "small", `${t("Social security card")} · ${t(GENERATION_NAMES[card.generation - 1])} · ${t(card.generation === 3 ? "Contactless" : "Contact")}`);
      add(words, "b", person.name);
      add(words, "span", person.number, "number");
    } else {
      add(words, "b", card.kind);
    }
    add(drawn, "span", "", "chip");
    return drawn;
  },
  well: () => [["social_card/service", { running: true }], ["social_card/plug"], ["social_card/behave"]],
};

const CAMERA_OVER_DESK = {
  title: "Document camera",
  build(body, told) {
    const lens = add(body, "div", "", "lens desk");
    this.picture = add(lens, "img");
    this.picture.alt = t("On the desk");
    add(lens, "p", "Unplugged");
    this.films = add(body, "div", "", "row");
    for (const film of told.document_films) button(this.films, film.replaceAll("_", " "), () => act("document_camera/show", { film }), film);
    button(add(body, "div", "", "row"), "Break one picture", () => act("document_camera/half_jpeg"));
    this.cable = cableOf(body, "document_camera");
  },
  show(now) {
    const src = now.plugged ? now.url : "";
    if (this.src !== src) { this.src = src; if (src) this.picture.src = src; else this.picture.removeAttribute("src"); }
    this.picture.parentElement.classList.toggle("dark", !now.plugged);
    for (const film of this.films.children) film.classList.toggle("on", film.dataset.state === now.film);
    press(this.films, { [now.film]: true });
    this.cable(now.plugged);
    return now.plugged ? "well" : "down";
  },
  well: () => [["document_camera/plug"], ["document_camera/show", { film: "desk" }]],
};

const SCANNER_FAULTS = [["Feeder empty", "empty"], ["Paper jam", "jam"], ["Cover open", "cover"], ["Busy", "busy"], ["Broken", "broken"]];
const SCANNER = {
  title: "Document scanner",
  build(body, told) {
    const machine = add(body, "div", "", "feeder");
    this.stack = add(machine, "div", "", "stack");
    add(machine, "div", "", "mouth");
    this.sheets = add(body, "p", "", "told");
    this.picture = picked(add(body, "div", "", "row"), "On every sheet", told.scanner_pictures, t);
    this.picture.addEventListener("change", () => act("scanner/lay", { picture: this.picture.value }));
    this.faults = add(body, "div", "", "row");
    for (const [label, fault] of SCANNER_FAULTS) {
      button(this.faults, label, () => act("scanner/fail", { fault: state.scanner.fault === fault ? "none" : fault }), fault);
    }
    button(this.faults, "Slow", () => act("scanner/slow", { slow: !state.scanner.slow }), "slow");
    this.aside = add(body, "p", "The terminal meets the document camera. To meet this one, start with --devices scanner.", "aside");
    this.cable = cableOf(body, "scanner");
  },
  show(now) {
    once(this.stack, now.sheets, () => Array.from({ length: now.sheets }, () => made("i")));
    this.sheets.textContent = `${now.sheets} ${t("sheets in the feeder")}`;
    if (document.activeElement !== this.picture) this.picture.value = now.picture;
    press(this.faults, { [now.fault]: true, slow: now.slow });
    this.aside.hidden = !state.document_camera;
    this.cable(now.plugged);
    return !now.plugged ? "down" : now.fault !== "none" || now.slow ? "note" : "well";
  },
  well: () => [["scanner/plug"], ["scanner/fail", { fault: "none" }], ["scanner/slow", { slow: false }]],
};

const PAGE_SWITCHES = [
  ["Paper out", "paper_end", (on) => on ? ["page_printer/end_paper"] : ["page_printer/refill"]],
  ["Paper low", "low", (on) => on ? ["page_printer/run_low"] : ["page_printer/refill"]],
  ["Jammed", "jammed", (on) => ["page_printer/jam", { jammed: on }]],
  ["Door open", "door_open", (on) => ["page_printer/door", { opened: on }]],
  ["Toner low", "toner_low", (on) => ["page_printer/toner_low", { low: on }]],
  ["Toner out", "toner_end", (on) => ["page_printer/end_toner", { ended: on }]],
  ["Switched off", "off", (on) => ["page_printer/power", { off: on }]],
];
const QUEUE_SWITCHES = [
  ["CUPS stopped", "stopped", (on) => ["page_printer/scheduler", { running: !on }]],
  ["Queue disabled", "disabled", (on) => ["page_printer/queue", { enabled: !on }]],
];
const PAGE_PRINTER = {
  title: "A4 printer",
  build(body) {
    add(body, "div", "", "mouth").setAttribute("aria-hidden", "true");
    this.sheets = add(body, "div", "", "sheets");
    this.faults = switches(body, PAGE_SWITCHES, "page_printer");
    button(this.faults, "Ends in 2 sheets", () => act("page_printer/end_paper", { after_sheets: 2 }));
    this.queue = add(body, "div", "", "row");
    for (const [label, key, action] of QUEUE_SWITCHES) button(this.queue, label, () => act(...action(!this.said[key])), key);
    this.disable = this.queue.lastChild;
    this.count = add(this.queue, "small");
  },
  show(now) {
    this.said = { stopped: !now.running, disabled: !now.enabled };
    const newest = now.sheets.slice(-24).reverse();
    once(this.sheets, newest, () => newest.length ? newest.map(this.draw) : [made("p", "No sheet yet.", "empty")]);
    press(this.faults, now);
    press(this.queue, this.said);
    this.disable.disabled = !now.running;
    this.count.textContent = `${now.sheets.length} ${t(now.sheets.length === 1 ? "sheet" : "sheets")}`;
    if (!now.running || !now.enabled || now.off || now.paper_end || now.jammed || now.door_open || now.toner_end) return "down";
    return now.low || now.toner_low ? "note" : "well";
  },
  draw(sheet) {
    const link = made("a", "", "sheet"), picture = add(link, "img");
    Object.assign(link, { href: `/sheets/${sheet.number}.pdf`, target: "_blank", rel: "noopener" });
    Object.assign(picture, { src: `/sheets/${sheet.number}.png`, alt: `${t("sheet")} ${sheet.number}` });
    add(link, "small", `${sheet.number} · ${t("page ")}${sheet.page}${sheet.copy > 1 ? ` · ${t("copy")} ${sheet.copy}` : ""}`);
    return link;
  },
  well(now) {
    const queue = { stopped: !now.running, disabled: !now.enabled };
    return [...undone(QUEUE_SWITCHES, queue), ...undone(PAGE_SWITCHES, now)];
  },
};

const CODE_READER = {
  title: "Code reader",
  build(body) {
    const form = add(body, "form", "", "row"), label = add(form, "label", "", "wide");
    add(label, "span", "What the code says");
    this.text = add(label, "input");
    Object.assign(this.text, { type: "search", maxLength: 600, required: true, autocomplete: "off", spellcheck: false });
    const scan = add(form, "button", "Scan it", "on");
    scan.type = "submit";
    form.addEventListener("submit", (event) => { event.preventDefault(); act("code_reader/scan", { text: this.text.value }); });
    const ready = add(body, "div", "", "row");
    const fill = (text) => { this.text.value = text; return act("code_reader/scan", { text }); };
    button(ready, "Newest receipt", () => fill(this.receipt), "receipt");
    this.newest = ready.lastChild;
    this.newest.removeAttribute("aria-pressed");
    button(ready, "Licence", () => fill(LICENCE));
    button(ready, "From a telephone", () => fill(here(`/h/${TOKEN}`, "https")));
    button(ready, "Something else", () => fill("WIFI:S:石桥镇;T:WPA;P:12345678;;"));
    this.scanning = [scan, ...ready.children];
    this.last = add(body, "output", "", "beam");
    this.cable = cableOf(body, "code_reader");
  },
  show(now) {
    const receipts = state.platform ? state.platform.submissions : [];
    this.receipt = receipts.length ? here(`/status/${receipts.at(-1).number}`) : "";
    for (const one of this.scanning) one.disabled = !now.plugged;
    this.newest.disabled ||= !this.receipt;
    this.newest.title = this.receipt || t("No receipt yet");
    const text = now.last || t("Nothing was scanned yet.");
    if (this.last.textContent !== text) this.last.textContent = text;
    if (this.scans !== undefined && this.scans !== now.scans) {
      this.last.classList.remove("flash");
      requestAnimationFrame(() => this.last.classList.add("flash"));
    }
    this.scans = now.scans;
    this.cable(now.plugged);
    return now.plugged ? "well" : "down";
  },
  well: (now) => now.plugged ? [] : [["code_reader/plug"]],
};

const SPEAKER = {
  title: "Speaker and headset",
  build(body) {
    this.meters = {};
    for (const [sink, name] of [["speaker", "Speaker"], ["headset", "Headset"]]) {
      const part = add(body, "div", "", "sink"), head = add(part, "div", "", "row");
      add(head, "b", name);
      const told = add(head, "small");
      const canvas = add(part, "canvas", "", "meter");
      Object.assign(canvas, { width: 600, height: 80 });
      canvas.setAttribute("role", "img");
      button(head, "Play it here", () => new Audio(`/sounds/${sink}.wav?${Date.now()}`).play());
      this.meters[sink] = { told, canvas, play: head.lastChild };
    }
    const row = add(body, "div", "", "row");
    button(row, "", () => act(`speaker/${state.speaker.headset ? "unplug" : "plug"}_headset`));
    this.headset = row.lastChild;
    button(row, "The sound server hangs", () => act("speaker/freeze", { frozen: !state.speaker.frozen }), "frozen");
    this.row = row;
  },
  show(now) {
    for (const [sink, { told, canvas, play }] of Object.entries(this.meters)) {
      const heard = now.sinks[sink];
      const sound = heard && (heard.sounded_s ? `${heard.sounded_s.toFixed(1)} ${t("s of sound in the last 20 s")}` : t("silence"));
      told.textContent = heard ? `${heard.volume_percent ?? "–"} % · ${sound}` : t("not plugged in");
      play.disabled = !heard || !heard.sounded_s;
      canvas.setAttribute("aria-label", told.textContent);
      drawMeter(canvas, heard ? heard.levels : []);
    }
    this.headset.textContent = t(now.headset ? "Pull the headset out" : "Plug the headset in");
    this.headset.disabled = now.frozen;
    press(this.row, now);
    return now.frozen ? "down" : "well";
  },
  well: (now) => now.frozen ? [["speaker/freeze", { frozen: false }]] : [],
};

function drawMeter(canvas, levels) {
  const pen = canvas.getContext("2d"), { width, height } = canvas, step = width / 60;
  pen.clearRect(0, 0, width, height);
  for (let place = 0; place < 60; place += 1) {
    // As the ear has it: 60 dB from bottom to top.
    const level = levels[place] ? Math.max(0, 1 + Math.log10(levels[place]) / 3) : 0;
    const tall = Math.max(3, level * height);
    pen.fillStyle = level > 0.95 ? "#e0604f" : level ? "#57c785" : "#4a525b";
    pen.beginPath();
    pen.roundRect(place * step + 2, (height - tall) / 2, step - 4, tall, 3);
    pen.fill();
  }
}

const UPS = {
  title: "Uninterruptible power",
  build(body) {
    const figure = add(body, "div", "", "power");
    this.flow = add(figure, "span", "", "mains");
    this.battery = add(figure, "div", "", "battery");
    this.fill = add(this.battery, "i");
    this.percent = add(this.battery, "b");
    this.left = add(figure, "small");
    const row = add(body, "div", "", "row");
    button(row, "", () => act("ups/mains", { on: !state.ups.mains }));
    this.mains = row.lastChild;
    button(row, "Its server hangs", () => act("ups/freeze", { frozen: !state.ups.frozen }), "frozen");
    this.row = row;
    this.charge = add(add(add(body, "div", "", "row"), "label", "Battery", "wide"), "input");
    Object.assign(this.charge, { type: "range", min: 0, max: 100, step: 5 });
    this.charge.addEventListener("change", () => act("ups/charge", { percent: Number(this.charge.value) }));
    this.cable = cableOf(body, "ups");
  },
  show(now) {
    this.flow.textContent = t(now.mains ? "On mains" : "On battery");
    this.flow.classList.toggle("cut", !now.mains);
    this.battery.classList.toggle("low", now.status.includes("LB"));
    this.fill.style.width = `${now.percent}%`;
    this.percent.textContent = `${now.percent} %`;
    this.left.textContent = `${Math.round(now.left_s / 60)} ${t("min left")} · ${now.status}`;
    this.mains.textContent = t(now.mains ? "Cut the mains" : "Restore the mains");
    if (document.activeElement !== this.charge) this.charge.value = now.percent;
    press(this.row, now);
    this.cable(now.plugged);
    return !now.plugged || now.frozen ? "down" : now.mains && !now.status.includes("LB") ? "well" : "note";
  },
  well: () => [["ups/plug"], ["ups/freeze", { frozen: false }], ["ups/charge", { percent: 100 }], ["ups/mains", { on: true }]],
};

const LIGHTS = {
  title: "Lights",
  build(body, told) {
    const board = add(body, "ul", "", "lamps");
    this.lamps = LAMPS.map((name) => {
      const lamp = add(board, "li");
      add(lamp, "span", "", name === "fault" ? "bulb alarm" : "bulb");
      add(lamp, "b", name);
      return [name, lamp, add(lamp, "small")];
    });
    const row = strikeRow(body, "lights", told.light_faults, [["1", "one command"], ["5", "five commands"]]);
    button(row, "Lose power for a moment", () => act("lights/lose_power"));
    this.cable = cableOf(body, "lights");
  },
  show(now) {
    for (const [name, lamp, words] of this.lamps) {
      const mode = now.lights[name];
      if (lamp.dataset.mode !== mode) { lamp.dataset.mode = mode; words.textContent = t(mode); }
    }
    this.cable(now.plugged);
    return now.plugged ? "well" : "down";
  },
  well: (now) => now.plugged ? [] : [["lights/plug"]],
};

const MORE = {
  social_card: SOCIAL_CARD, document_camera: CAMERA_OVER_DESK, code_reader: CODE_READER, page_printer: PAGE_PRINTER,
  speaker: SPEAKER, scanner: SCANNER, lights: LIGHTS, ups: UPS,
};

// --- all of them

function buildMore(told, raised) {
  const names = Object.keys(MORE).filter((name) => raised[name]);
  $("more").hidden = !names.length;
  for (const name of names) {
    const card = add($("more"), "section", "", `device ${name}`), head = add(card, "h2", MORE[name].title);
    head.id = `${name}-title`;
    card.setAttribute("aria-labelledby", head.id);
    add(head, "span", "", "lamp").id = `${name}-lamp`;
    if (raised[name].absent) {
      card.classList.add("absent");
      add(card, "p", "Not here");
      add(card, "code", raised[name].absent);
    } else {
      MORE[name].build(card, told);
    }
  }
}

function showMore(now) {
  for (const [name, device] of Object.entries(MORE)) {
    if (now[name] && !now[name].absent) lamp(name, device.show(now[name]));
  }
}

async function allWellMore() {
  for (const [name, device] of Object.entries(MORE)) {
    if (!state[name] || state[name].absent) continue;
    for (const [action, args] of device.well(state[name])) await act(action, args);
  }
}
