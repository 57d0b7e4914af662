// Keeps the shell, the last procedures seen and the last searches on this phone, and answers with them where the network does not.
const VERSION = {{ asset("")|tojson }}, SHELL = "shell " + VERSION, MOST = 20, PATIENCE = 8000;
const FILES = ["page.css", "page.js", "icon.svg"].map((name) => VERSION + name);
const OFFLINE = {{ offline|tojson }};

addEventListener("install", (event) => event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(FILES)).then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(leaveOldShells().then(() => clients.claim())));
addEventListener("message", (event) => event.waitUntil(keepSeen(event.data.keep)));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(answerFile(event.request, url));
  else if (event.request.mode === "navigate") event.respondWith(answerPage(event, findPlace(url)));
  else if (url.pathname === "/ket-qua") event.respondWith(fetch(event.request).catch(() => recallFragment(url)));
});

async function leaveOldShells() {
  for (const name of await caches.keys()) if (name.startsWith("shell ") && name !== SHELL) await caches.delete(name);
}

// Where a page is kept: in which cache, under which address. Ways back and parts asked for do not tell two pages of a procedure apart.
function findPlace(url) {
  if (url.pathname.startsWith("/thu-tuc/")) return ["procedures", url.pathname];
  if (url.pathname !== "/") return null;
  const query = String(new URLSearchParams(url.search));
  return query ? ["searches", "/?" + query] : ["home", "/"];
}

async function answerFile(request, url) {
  const kept = await caches.match(request);
  if (kept) return kept;
  try {
    const response = await fetch(request);
    if (response.ok && url.pathname.startsWith(VERSION)) (await caches.open(SHELL)).put(request, response.clone());
    return response;
  } catch (error) {
    // A page kept from an older release does with the files of this one.
    return (await caches.match(VERSION + url.pathname.split("/").pop())) || Response.error();
  }
}

async function answerPage(event, place) {
  const kept = place && (await recall(place));
  let late;
  try {
    const asked = fetch(event.request);
    const patience = kept ? new Promise((_, refuse) => { late = setTimeout(refuse, PATIENCE); }) : asked;
    const response = await Promise.race([asked, patience]);
    if (kept && response.status >= 500) return kept;
    if (place && response.ok) event.waitUntil(keep(place, response.clone()));
    return response;
  } catch (error) {
    return kept || show(OFFLINE);
  } finally {
    clearTimeout(late);
  }
}

async function keepSeen(address) {
  const place = findPlace(new URL(address));
  const response = place && (await fetch(address).catch(() => null));
  if (response && response.ok) await keep(place, response);
}

// The page seen last stands last; beyond the last twenty the oldest goes. Pages of another version of the catalogue are fetched anew.
async function keep([name, address], response) {
  const version = response.headers.get("Catalogue-Version");
  const cache = await caches.open(name);
  await cache.delete(address);
  await cache.put(address, response);
  const addresses = await cache.keys();
  for (const old of addresses.slice(0, Math.max(0, addresses.length - MOST))) await cache.delete(old);
  if (version) await renew(version);
}

async function renew(version) {
  for (const name of ["procedures", "searches", "home"]) {
    const cache = await caches.open(name);
    for (const address of await cache.keys()) {
      const kept = await cache.match(address);
      if (!kept || kept.headers.get("Catalogue-Version") === version) continue;
      const fresh = await fetch(address.url, { cache: "no-cache" }).catch(() => null);
      if (!fresh || fresh.status >= 500) return; // the network has gone again: another time
      if (fresh.ok) await cache.put(address, fresh);
      else await cache.delete(address);
    }
  }
}

async function recall([name, address]) {
  const cache = await caches.open(name);
  const page = await cache.match(address);
  if (page) return show((await page.text()).replace("<body", () => '<body data-kept="' + (page.headers.get("Date") || "") + '"'));
  const fragment = name === "searches" && (await cache.match("/ket-qua" + address.slice(1)));
  return fragment ? show(compose(await fragment.text()).replace("<body", () => '<body data-kept="' + (fragment.headers.get("Date") || "") + '"')) : null;
}

async function recallFragment(url) {
  const kept = await (await caches.open("searches")).match("/ket-qua?" + new URLSearchParams(url.search));
  return kept || Response.error();
}

function compose(fragment) {
  return OFFLINE.replace(/<!--offline-->[^]*<!--\/offline-->/, () => '<div id="results">' + fragment + "</div>");
}

function show(html) {
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
