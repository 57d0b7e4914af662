/**
 * The procedure lookup for a page or a mini-app; ES2019, for old Android WebViews.
 *
 *     const lookup = createClient({ base: "https://tra-cuu.example.vn" });
 *     const { results } = await lookup.search({ q: "dang ky khai sinh" });
 *
 * A call rejects with a LookupError, whose `detail` is Vietnamese to show, or with an AbortError once its signal is aborted.
 *
 * @typedef {{version: string, published_at: string}} Catalogue
 * @typedef {{value: string, count: number}[]} Counts
 * @typedef {{code: string, name: string, highlight: string, field: ?string, level: string[], agency: string[],
 *   time_limit: ?string, fee: ?string, variants: {code: string, level: string[], agency: string[]}[],
 *   score: number, pinned: boolean, url: string}} Result `highlight` is safe HTML; null is unknown
 * @typedef {{query: string, total: number, page: number, per_page: number, results: Result[],
 *   facets: {field: Counts, level: Counts, agency: Counts, applicant: Counts, channel: Counts},
 *   correction: ?{text: string, applied: boolean}, interpretations: {kind: string, from: string, to: string}[],
 *   signposts: {text: string, responsible: string, phone: ?string, url: ?string}[], unsure: boolean,
 *   catalogue: Catalogue}} SearchAnswer
 * @typedef {{suggestions: {text: string, code: string}[]}} SuggestAnswer
 * @typedef {{code: string, name: string, field?: string, levels?: string[], agencies?: string[], applicants?: string[],
 *   promulgating_agency?: string, decision_number?: string, kind?: string, competent_agency?: string,
 *   coordinating_agency?: string, authorised_agency?: string, receiving_address?: string, description?: string,
 *   steps?: string, methods?: {channel: ?string, time_limit: ?string, fee: ?string, description: ?string}[],
 *   documents?: {name: string, case: ?string, form_file: ?string, originals: number, copies: number}[],
 *   result?: string[], legal_basis?: {title: ?string, number: ?string}[], legal_basis_text?: string,
 *   conditions?: string, keywords?: string, source_url?: string, online_level?: string, url: string,
 *   related: {code: string, name: string, event: ?string}[], catalogue: Catalogue}} Procedure
 * @typedef {string|string[]} Choice
 * @typedef {{q?: string, page?: number, per_page?: number, field?: Choice, level?: Choice, agency?: Choice,
 *   applicant?: Choice, channel?: Choice, as_typed?: boolean}} Query
 * @typedef {{signal?: AbortSignal}} Options
 */

const PASSING = [0, 429, 502, 503, 504]; // statuses that a second try may mend; 0: no answer
const PATIENCE = 3000; // ms: no one waits longer for it
const DROPPED = ["Mất kết nối", "Không kết nối được. Xin kiểm tra mạng rồi thử lại."];
const LATE = ["Chờ quá lâu", "Mạng đang chậm, chưa có câu trả lời. Xin thử lại."];
const BUSY = ["Hệ thống đang bận", "Hệ thống đang bận. Xin thử lại sau."];
const ODD = ["Câu trả lời không đúng", "Câu trả lời không đúng. Xin kiểm tra mạng rồi thử lại."];

/** What went wrong, for people; `fields`: parameter to fault; `retryAfter`: seconds, or NaN. */
export class LookupError extends Error {
  constructor(status, [title, detail], errors = [], retryAfter = NaN) {
    super(detail);
    Object.assign(this, { name: "LookupError", status, title, detail, retryAfter });
    this.fields = Object.fromEntries(errors.map(({ parameter, detail }) => [parameter, detail]));
  }
}

/**
 * @param {{base?: string, timeout?: number, backoff?: number, kept?: number}} [settings] address of the service (the page's own),
 *   ms for an answer, ms before a second try, answers kept
 */
export function createClient({ base = "", timeout = 10000, backoff = 400, kept = 50 } = {}) {
  const answers = new Map();
  const root = base.replace(/\/+$/, "") + "/api/v1/";
  // Elsewhere If-None-Match costs a preflight; the browser's cache sends it without.
  const isOwn = typeof location === "object" && new URL(root, location.href).origin === location.origin;

  async function ask(path, parameters, { signal } = {}) {
    const url = root + path + write(parameters);
    const known = answers.get(url);
    for (let retried = false; ; retried = true) {
      refuseAborted(signal);
      if (known && Date.now() < known.until) return JSON.parse(known.text);
      try {
        return await load(url, known, signal);
      } catch (error) {
        const wait = error.retryAfter >= 0 ? error.retryAfter * 1000 : backoff * (1 + Math.random());
        if (retried || !PASSING.includes(error.status) || error.title === LATE[0] || wait > PATIENCE) throw error;
        await pause(wait, signal);
      }
    }
  }

  async function load(url, known, signal) {
    const controller = new AbortController();
    const stop = () => controller.abort();
    const timer = setTimeout(stop, timeout);
    if (signal) signal.addEventListener("abort", stop);
    let response, text;
    try {
      response = await fetch(url, { signal: controller.signal, headers: isOwn && known && known.etag ? { "If-None-Match": known.etag } : {} });
      text = response.status === 304 ? known.text : await response.text();
    } catch (_) {
      refuseAborted(signal);
      throw new LookupError(0, controller.signal.aborted ? LATE : DROPPED);
    } finally {
      clearTimeout(timer);
      if (signal) signal.removeEventListener("abort", stop);
    }
    const { status, headers } = response;
    const body = parse(text);
    if (status >= 400 || !body) {
      const told = body && body.detail ? [body.title, body.detail] : status >= 429 ? BUSY : ODD;
      throw new LookupError(status, told, [].concat((body && body.errors) || []), parseFloat(headers.get("Retry-After")));
    }
    const age = /max-age=(\d+)/.exec(headers.get("Cache-Control"));
    answers.delete(url);
    answers.set(url, { text, etag: headers.get("ETag"), until: age ? Date.now() + age[1] * 1000 : 0 });
    if (answers.size > kept) answers.delete(answers.keys().next().value);
    return body;
  }

  return {
    /** @type {(query: Query, options?: Options) => Promise<SearchAnswer>} */
    search: (query, options) => ask("search", query, options),
    /** @type {(q: string, options?: Options & {limit?: number}) => Promise<SuggestAnswer>} */
    suggest: (q, { limit, signal } = {}) => ask("suggest", { q, limit }, { signal }),
    /** @type {(code: string, options?: Options) => Promise<Procedure>} */
    procedure: (code, options) => ask("procedures/" + encodeURIComponent(code), {}, options),
  };
}

function write(parameters) {
  const pairs = new URLSearchParams();
  for (const [name, values] of Object.entries(parameters)) for (const value of [].concat(values)) if (value != null) pairs.append(name, value);
  const query = String(pairs);
  return query && "?" + query;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (_) {
    return null;
  }
}

function refuseAborted(signal) {
  if (signal && signal.aborted) throw new DOMException("", "AbortError");
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    if (signal) signal.addEventListener("abort", resolve);
  });
}
