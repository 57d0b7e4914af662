// What the pages can do beyond plain HTML: suggest, search while someone types, keep ticks and searches on the phone, listen, share, work offline.

const byId = (id) => document.getElementById(id);
const make = (tag, members, ...children) => {
  const element = Object.assign(document.createElement(tag), members);
  element.append(...children);
  return element;
};
const kept = {
  read(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(name)) || otherwise;
    } catch (_) {
      return otherwise;
    }
  },
  write(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch (_) {
      // private windows keep nothing
    }
  },
};
const later = (wait, act) => {
  let timer;
  return Object.assign((...given) => {
    clearTimeout(timer);
    timer = setTimeout(act, wait, ...given);
  }, { stop: () => clearTimeout(timer) });
};

const form = byId("search");
const input = byId("q");
const results = byId("results");
const status = byId("status");
const say = (text) => status && (status.textContent = text);

// Recent searches: on this phone only.

const RECENT = 8;
const readRecent = () => kept.read("recent", []);

function remember(text) {
  text = text.trim();
  if (!text) return;
  kept.write("recent", [text, ...readRecent().filter((other) => other.toLowerCase() !== text.toLowerCase())].slice(0, RECENT));
  settle();
}

function forget(text) {
  kept.write("recent", text === undefined ? [] : readRecent().filter((other) => other !== text));
  if ("caches" in window) caches.open("searches").then((cache) => cache.keys().then((keys) => keys.forEach((key) => {
    if (text === undefined || new URL(key.url).searchParams.get("q") === text) cache.delete(key);
  })));
  showRecent();
}

function showRecent() {
  const place = byId("recent");
  if (!place) return;
  const texts = readRecent();
  place.hidden = !texts.length;
  place.replaceChildren(
    make("h2", { textContent: "Bạn đã tìm" }),
    make("ul", {}, ...texts.map((text) => make("li", { className: "chip" },
      make("a", { href: "/?" + new URLSearchParams({ q: text }), textContent: text }),
      forgetButton(text, "✕", "Xóa “" + text + "”")))),
    make("p", { className: "quiet" }, "Chỉ lưu trên máy này. ", forgetButton(undefined, "Xóa hết")),
  );
}

function forgetButton(text, label, name) {
  const button = make("button", { type: "button", textContent: label, onclick: () => {
    forget(text);
    say(text === undefined ? "Đã xóa hết." : "Đã xóa “" + text + "”.");
    (document.querySelector("#recent button") || input).focus();
  } });
  if (name) button.setAttribute("aria-label", name);
  return button;
}

// Results while someone types: one question under way at most, and only the answer to the last one is shown.

const start = results && results.innerHTML;
let underWay = null;
let shown = location.search.slice(1);
let fragment = null;

const readQuery = () => String(new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value)));

async function showResults() {
  const query = readQuery();
  if (query === shown) return;
  if (underWay) underWay.abort();
  if (!query) return clearResults();
  const controller = underWay = new AbortController();
  const timer = setTimeout(() => controller.abort(), 15000);
  results.setAttribute("aria-busy", "true");
  try {
    const response = await fetch("/ket-qua?" + query, { signal: controller.signal });
    const html = await response.text();
    if (controller !== underWay) return;
    if (!response.ok) throw new Error(response.status);
    fragment = { query, html, version: response.headers.get("Catalogue-Version") };
    putResults(query, html);
  } catch (_) {
    if (controller === underWay) await putFailure();
  } finally {
    clearTimeout(timer);
    if (controller === underWay) {
      underWay = null;
      results.removeAttribute("aria-busy");
    }
  }
}

function putResults(query, html) {
  const opened = byId("filters") && byId("filters").open;
  results.innerHTML = html;
  if (opened && byId("filters")) byId("filters").open = true;
  document.querySelector("main").className = "found";
  shown = query;
  history.replaceState(null, "", "/?" + query);
  document.title = input.value + " – " + document.querySelector(".brand b").textContent;
  const total = results.querySelector("[data-total]").dataset.total;
  say(total === "0" ? "Không tìm thấy thủ tục nào." : "Có " + Number(total).toLocaleString("vi") + " thủ tục.");
}

async function putFailure() {
  const text = "Mạng chậm hoặc không có mạng, chưa tìm được. Xin bấm Tìm để thử lại.";
  results.replaceChildren(make("p", { className: "unsure", textContent: text }), make("div", { id: "kept" }));
  shown = null;
  say(text);
  await showKept();
}

function clearResults() {
  underWay = null;
  results.removeAttribute("aria-busy");
  if (!document.querySelector("main.found") || !byId("search").closest(".hero")) return;
  results.innerHTML = start;
  document.querySelector("main").className = "home";
  shown = "";
  history.replaceState(null, "", "/");
  say("");
  showRecent();
}

const showResultsSoon = later(250, showResults);

// A search that was meant, not only typed past: the service counts it, and the results on show can be read without a network.
function settle() {
  if (!fragment || fragment.query !== shown || fragment.settled) return;
  fragment.settled = true;
  const { query, html, version } = fragment;
  fetch("/ket-qua?" + query + "&chot=1", { keepalive: true }).catch(() => {});
  if (!("caches" in window)) return;
  const headers = { "Content-Type": "text/html; charset=utf-8", Date: new Date().toUTCString(), "Catalogue-Version": version || "" };
  caches.open("searches").then((cache) => cache.put("/ket-qua?" + query, new Response(html, { headers })));
}

// Suggestions: the ARIA combobox pattern, a list with manual selection.

let client = null;
let asking = null;
let active = -1;
let list = null;

const loadClient = () => client || (client = import(document.body.dataset.client).then((module) => module.createClient({ timeout: 8000 })));
const options = () => [...list.children];

function becomeCombobox() {
  list = make("ul", { id: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Gợi ý");
  form.querySelector(".box").append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "suggestions"], ["aria-expanded", "false"]])
    input.setAttribute(name, value);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => event.target.closest("li") && choose(event.target.closest("li").textContent));
  input.addEventListener("focus", loadClient, { once: true });
  input.addEventListener("blur", closeList);
  input.addEventListener("keydown", onKey);
}

const suggestSoon = later(150, async () => {
  const text = input.value;
  if (asking) asking.abort();
  if (!text.trim()) return closeList();
  const controller = asking = new AbortController();
  try {
    const lookup = await loadClient();
    const { suggestions } = await lookup.suggest(text, { limit: 6, signal: controller.signal });
    if (controller === asking && document.activeElement === input) openList(suggestions.filter((one) => one.text !== text));
  } catch (_) {
    closeList(); // results still come; suggestions are a comfort
  }
});

function openList(suggestions) {
  if (suggestions.length && options().map((option) => option.textContent).join() === suggestions.map((one) => one.text).join()) return; // a choice stays
  list.replaceChildren(...suggestions.map((one, place) => {
    const option = make("li", { id: "suggestion-" + place }, make("span", { textContent: one.text }));
    option.setAttribute("role", "option");
    return option;
  }));
  list.hidden = !suggestions.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  activate(-1);
}

function closeList() {
  if (asking) asking.abort();
  asking = null;
  suggestSoon.stop();
  openList([]);
}

function activate(place) {
  active = place;
  options().forEach((option, other) => option.setAttribute("aria-selected", String(other === place)));
  if (place < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", "suggestion-" + place);
  options()[place].scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  if (list.hidden || event.isComposing) return;
  const count = options().length;
  if (event.key === "ArrowDown") activate(active + 1 < count ? active + 1 : -1);
  else if (event.key === "ArrowUp") activate(active < 0 ? count - 1 : active - 1);
  else if (event.key === "Enter" && active >= 0) choose(options()[active].textContent);
  else if (event.key === "Escape") closeList();
  else return;
  event.preventDefault();
}

function choose(text) {
  input.value = text;
  submit();
}

async function submit() {
  closeList();
  showResultsSoon.stop();
  if (!results) {
    remember(input.value);
    return form.submit();
  }
  input.blur();
  await showResults();
  remember(input.value);
}

if (form) {
  becomeCombobox();
  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    suggestSoon();
    if (results) showResultsSoon();
  });
  input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  listen();
}
if (results) results.addEventListener("click", (event) => event.target.closest(".results a") && remember(input.value));
showRecent();

// Speech, where the browser has it.

function listen() {
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  const button = byId("speak");
  if (!Recognition) return;
  button.hidden = false;
  let hearing = null;
  button.onclick = () => {
    if (hearing) return hearing.stop();
    hearing = Object.assign(new Recognition(), { lang: "vi-VN", interimResults: true });
    let heard = false;
    hearing.onresult = ({ results: spoken }) => {
      const last = spoken[spoken.length - 1];
      input.value = [...spoken].map((one) => one[0].transcript).join(" ").replace(/[.?!]+$/, "");
      heard = last.isFinal;
    };
    hearing.onerror = ({ error }) => tell(error === "not-allowed" ? "Trình duyệt chưa cho dùng micrô. Xin gõ chữ." : "Chưa nghe rõ. Xin nói lại hoặc gõ chữ.");
    hearing.onend = () => {
      hearing = null;
      button.setAttribute("aria-pressed", "false");
      if (heard) {
        tell("");
        submit();
      }
    };
    button.setAttribute("aria-pressed", "true");
    tell("Đang nghe, xin nói điều bạn cần…");
    hearing.start();
  };
  const tell = (text) => {
    say(text);
    byId("hint").textContent = text || "Gõ có dấu hay không dấu đều được.";
  };
}

// The checklist: ticks stay on this phone, by code and wording of the paper.

const TICKED = 40; // procedures
const checklist = byId("checklist");

function keepTicks() {
  const code = document.querySelector("article").dataset.code;
  const boxes = [...checklist.querySelectorAll("input")];
  const ticks = byId("ticks");
  const write = () => {
    const all = kept.read("ticks", {});
    delete all[code];
    const keys = boxes.filter((box) => box.checked).map((box) => box.value);
    const entries = Object.entries(all).concat(keys.length ? [[code, keys]] : []);
    kept.write("ticks", Object.fromEntries(entries.slice(-TICKED)));
    tell();
  };
  const tell = () => {
    const done = boxes.filter((box) => box.checked).length;
    ticks.firstChild.textContent = done ? "Đã có " + done + "/" + boxes.length + " giấy tờ. Dấu tích chỉ lưu trên máy này. " : "Đánh dấu giấy tờ bạn đã có. Dấu tích chỉ lưu trên máy này.";
    ticks.lastChild.hidden = !done;
  };
  const clear = make("button", { type: "button", className: "plain", textContent: "Bỏ hết dấu", onclick: () => {
    boxes.forEach((box) => (box.checked = false));
    write();
    boxes[0].focus();
  } });
  const ticked = new Set(kept.read("ticks", {})[code] || []);
  boxes.forEach((box) => (box.checked = ticked.has(box.value)));
  ticks.replaceChildren(make("span", {}), clear);
  ticks.firstChild.setAttribute("role", "status");
  ticks.hidden = !boxes.length;
  tell();
  checklist.addEventListener("change", write);
}
if (checklist) keepTicks();

// Sharing: the phone's own sheet where there is one, a copied link, Zalo.

function offerSharing(place) {
  const url = byId("share-link").href;
  const title = place.dataset.title;
  const told = make("span", { className: "quiet" });
  told.setAttribute("role", "status");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      told.textContent = "Đã chép đường dẫn.";
    } catch (_) {
      getSelection().selectAllChildren(byId("share-link"));
      told.textContent = "Xin giữ tay lên đường dẫn đã chọn rồi bấm Sao chép.";
    }
  };
  if (navigator.share) place.append(make("button", { type: "button", textContent: "Chia sẻ", onclick: () => navigator.share({ title, url }).catch(() => {}) }));
  place.append(
    make("button", { type: "button", textContent: "Chép đường dẫn", onclick: copy }),
    make("a", { className: "button", textContent: "Gửi qua Zalo", target: "_blank", rel: "noopener",
      href: "https://button-share.zalo.me/share_external?layout=1&d=" + encodeURIComponent(btoa(JSON.stringify({ url }))) }),
    told,
  );
  place.hidden = false;
}
if (byId("share")) offerSharing(byId("share"));

// Offline: say so, and show what is kept.

const banner = byId("offline");
const keptAt = document.body.dataset.kept;

function tellNetwork() {
  const isKept = keptAt !== undefined;
  banner.hidden = navigator.onLine && !isKept;
  const day = isKept && keptAt ? " lúc " + new Date(keptAt).toLocaleString("vi", { dateStyle: "short", timeStyle: "short" }) : "";
  banner.textContent = isKept ? "Không có mạng hoặc mạng quá chậm. Đây là bản đã lưu trên máy" + day + "." : banner.hidden ? "" : "Không có mạng. Bạn vẫn đọc được những gì đã lưu trên máy.";
}

async function showKept() {
  const place = byId("kept");
  if (!place || !("caches" in window)) return;
  const items = { procedures: [], searches: [] };
  for (const name of Object.keys(items)) {
    const cache = await caches.open(name);
    for (const { url } of (await cache.keys()).reverse()) {
      const { pathname, search, searchParams } = new URL(url);
      const title = name === "searches" ? searchParams.get("q") : await readTitle(await cache.match(url));
      const link = make("a", { href: name === "searches" ? "/" + search : pathname, textContent: title });
      if (title && !items[name].some((other) => other.href === link.href)) items[name].push(link);
    }
  }
  const section = (title, links) => links.length ? [make("h2", { textContent: title }), make("ul", { className: "links" }, ...links.map((link) => make("li", {}, link)))] : [];
  place.replaceChildren(...section("Thủ tục đã xem, đọc được ngay", items.procedures), ...section("Lần tìm đã lưu", items.searches));
}

async function readTitle(page) {
  const heading = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("h1");
  return heading ? heading.textContent : "";
}

addEventListener("online", tellNetwork);
addEventListener("offline", tellNetwork);
tellNetwork();
showKept();

if ("serviceWorker" in navigator) addEventListener("load", async () => {
  const isNew = !navigator.serviceWorker.controller;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    if (isNew) active.postMessage({ keep: location.href });
  } catch (_) {
    // without it the page works, only not offline
  }
});
