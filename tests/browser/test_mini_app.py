"""The contract with mini-apps: Chromium, a page of another origin, `client.js`, and all that can happen on the way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug import Request, Response

from lookup import Settings, create_app
from lookup.api.problems import MEDIA_TYPE
from tests.test_client_module import README_MINI_APP, SOURCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ZALO = "https://h5.zdn.vn"
DROPPED = {"name": "LookupError", "status": 0, "title": "Mất kết nối", "detail": "Không kết nối được. Xin kiểm tra mạng rồi thử lại."}
BUSY = "Hệ thống đang bận. Xin thử lại sau."

Fault = Callable[[Request], Response]


class Road:
    """What lies between a phone and the service: it remembers who passed, and brings the faults it is given, each once."""

    def __init__(self, service: WSGIApplication) -> None:
        self.service = service
        self.clear()

    def clear(self) -> None:
        self.passed: list[str] = []
        self.revalidated: list[str] = []
        self.faults: list[Fault] = []
        self.max_age: int | None = None
        self.open = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if not request.path.startswith("/api/"):
            return self.service(environ, start_response)
        self.passed.append(request.method)
        self.revalidated += request.headers.getlist("If-None-Match")
        response = self.faults.pop(0)(request) if self.faults else Response.from_app(self.service, environ)
        if self.max_age is not None and response.status_code in (200, 304):
            response.headers["Cache-Control"] = f"public, max-age={self.max_age}"
        return response(environ, start_response)


def dropped(request: Request) -> Response:
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()


def answering(status: int, body: str = "<h1>nginx</h1>", content_type: str = "text/html", **headers: str) -> Fault:
    """Readable from anywhere, as the service's own answers are where it is asked from."""
    readable = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(body, status, readable | named, content_type=content_type)


def problem(status: HTTPStatus, detail: str, **headers: str) -> Fault:
    return answering(status, f'{{"title": "T", "status": {status.value}, "detail": "{detail}"}}', MEDIA_TYPE, **headers)


@pytest.fixture(scope="module")
def neighbour(serve: Callable[[Flask], str]) -> str:
    """Another origin of this machine: an empty page, and nothing else."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>mini-app</title>", endpoint="page")
    return serve(app)


@pytest.fixture(scope="module")
def served(sample_index: Path, neighbour: str, serve: Callable[[Flask], str]) -> tuple[str, Road]:
    app = create_app(Settings(index_dir=sample_index, allowed_origins=(neighbour,)))
    road = Road(app.wsgi_app)
    app.wsgi_app = road  # type: ignore[method-assign]
    return serve(app), road


@pytest.fixture
def service(served: tuple[str, Road]) -> str:
    return served[0]


@pytest.fixture
def road(served: tuple[str, Road]) -> Iterator[Road]:
    road = served[1]
    road.clear()
    yield road
    road.open.set()  # whoever still waits may go


class MiniApp:
    """A page that has imported `client.js`."""

    def __init__(self, page: Page, origin: str, service: str) -> None:
        self.page = page
        page.goto(origin)
        self.start(service)

    def start(self, service: str, **settings: Any) -> None:
        """Import the module from the service and make a client."""
        self.page.evaluate(
            "async ([module, settings]) => { window.lookup = (await import(module)).createClient(settings); }",
            [f"{service}/static/client.js", {"base": service, "backoff": 10, **settings}],
        )

    def call(self, operation: str, *arguments: Any) -> Any:
        """The body of an answer, or what was thrown."""
        return self.page.evaluate(
            """async ([operation, args]) => {
                try { return await window.lookup[operation](...args); }
                catch (error) { return { ...error, name: error.name, message: error.message, isError: error instanceof Error }; }
            }""",
            [operation, arguments],
        )


@pytest.fixture
def mini_app(page: Page, neighbour: str, service: str) -> MiniApp:
    return MiniApp(page, neighbour, service)


@pytest.fixture
def in_zalo(page: Page, service: str) -> MiniApp:
    """The very origin of mini-apps: its page comes from the test, its calls go to the service."""
    page.context.grant_permissions(["local-network-access"])  # the service of the test stands on this machine, which Chromium guards
    page.route(f"{ZALO}/**", lambda route: route.fulfill(body="<!doctype html><title>mini-app</title>", content_type="text/html"))
    return MiniApp(page, ZALO, service)


def test_a_mini_app_in_zalo_searches_suggests_and_opens_a_procedure(in_zalo: MiniApp) -> None:
    found = in_zalo.call("search", {"q": "dang ky khai sinh", "level": ["Cấp xã"], "per_page": 5})
    assert (found["query"], found["per_page"], found["results"][0]["code"]) == ("dang ky khai sinh", 5, "1.001193")
    assert in_zalo.call("suggest", "dang ky kh", {"limit": 2})["suggestions"][0]["code"] == "1.001193"
    assert "Giấy chứng sinh" in str(in_zalo.call("procedure", "1.001193")["documents"])


def test_a_mini_app_in_zalo_may_send_authorization_and_headers_of_its_own(in_zalo: MiniApp, service: str) -> None:
    ask = "url => fetch(url, { headers: { Authorization: 'Bearer x', 'X-Zalo-Anything': '1' } }).then(answer => [answer.status, answer.headers.get('ETag')])"
    status, etag = in_zalo.page.evaluate(ask, f"{service}/api/v1/search?q=khai")
    assert status == 200 and etag
    assert in_zalo.page.evaluate(ask, f"{service}/api/v1/nothing")[0] == 404


def test_an_origin_that_is_not_named_can_read_nothing(page: Page, service: str, road: Road) -> None:
    page.route("https://example.com/**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.context.grant_permissions(["local-network-access"])
    page.goto("https://example.com/")
    assert page.evaluate("url => fetch(url).then(() => 'read', error => error.name)", f"{service}/api/v1/search?q=khai") == "TypeError"
    assert road.passed == ["GET"]


@pytest.mark.parametrize(
    ("operation", "argument", "expected"),
    [
        ("procedure", "9.999999", {"status": 404, "title": "Không tìm thấy", "fields": {}}),
        ("procedure", "../search?q=%2e", {"status": 404, "title": "Không tìm thấy", "fields": {}}),
        (
            "search",
            {"q": "khai", "page": 0, "per_page": 99},
            {"status": 422, "title": "Tham số chưa đúng", "fields": {"page": "Phải từ 1 đến 1000.", "per_page": "Phải từ 1 đến 50."}},
        ),
        ("suggest", None, {"status": 422, "title": "Tham số chưa đúng"}),
    ],
)
def test_a_refusal_comes_as_a_sentence_and_is_not_asked_again(mini_app: MiniApp, road: Road, operation: str, argument: Any, expected: dict[str, Any]) -> None:
    error = mini_app.call(operation, argument)
    assert error["isError"] and error["name"] == "LookupError"
    assert {name: error[name] for name in expected} == expected
    assert error["detail"] == error["message"] and any(ord(char) > 127 for char in error["detail"])
    assert road.passed == ["GET"]


@pytest.mark.parametrize(
    "fault",
    [
        dropped,
        answering(502),
        answering(503, Retry_After="0"),
        problem(HTTPStatus.SERVICE_UNAVAILABLE, "Đang bận."),
        answering(504),
        problem(HTTPStatus.TOO_MANY_REQUESTS, "Xin chậm lại.", Retry_After="1"),
    ],
    ids=["dropped", "502", "503 at once", "503", "504", "429 within a second"],
)
def test_what_passes_is_asked_a_second_time(mini_app: MiniApp, road: Road, fault: Fault) -> None:
    road.faults = [fault]
    assert mini_app.call("search", {"q": "khai sinh"})["total"] > 0
    assert road.passed == ["GET", "GET"]


@pytest.mark.parametrize(
    ("fault", "expected", "times"),
    [
        (dropped, DROPPED, 2),
        (answering(502), {"status": 502, "title": "Hệ thống đang bận", "detail": BUSY}, 2),
        (problem(HTTPStatus.SERVICE_UNAVAILABLE, "Chưa có danh mục.", Retry_After="30"), {"status": 503, "detail": "Chưa có danh mục.", "retryAfter": 30}, 1),
        (problem(HTTPStatus.TOO_MANY_REQUESTS, "Xin chậm lại.", Retry_After="60"), {"status": 429, "detail": "Xin chậm lại.", "retryAfter": 60}, 1),
        (answering(429), {"status": 429, "detail": BUSY}, 2),
        (answering(400, '{"detail": "Sai.", "errors": {"q": "x"}}', "application/json"), {"status": 400, "detail": "Sai."}, 1),
        (answering(500), {"status": 500, "detail": BUSY}, 1),
        (answering(200, "<h1>Wi-Fi miễn phí</h1>"), {"status": 200, "detail": "Câu trả lời không đúng. Xin kiểm tra mạng rồi thử lại."}, 1),
    ],
    ids=["dropped", "502", "503 for long", "429 for long", "429 of a gateway", "a problem of another make", "500", "the page of a café's network"],
)
def test_what_stays_wrong_is_told_and_then_left(mini_app: MiniApp, road: Road, fault: Fault, expected: dict[str, Any], times: int) -> None:
    road.faults = [fault, fault, fault]
    error = mini_app.call("search", {"q": "khai sinh"})
    assert {name: error[name] for name in expected} == expected
    assert len(road.passed) == times


def test_the_limit_of_the_service_is_told_in_words_though_preflights_go_before(
    page: Page, sample_index: Path, neighbour: str, serve: Callable[[Flask], str]
) -> None:
    service = serve(create_app(Settings(index_dir=sample_index, allowed_origins=(neighbour,), rate_limit="2/day")))
    mini_app = MiniApp(page, neighbour, service)
    ask = "url => fetch(url, { headers: { Authorization: 'Bearer x' } }).then(answer => answer.status)"
    assert page.evaluate(ask, f"{service}/api/v1/search?q=khai") == 200
    assert mini_app.call("search", {"q": "khai sinh"})["total"] > 0
    error = mini_app.call("search", {"q": "kết hôn"})
    assert (error["name"], error["status"]) == ("LookupError", 429) and error["retryAfter"] > 0
    assert error["detail"] == "Mạng bạn đang dùng vừa gửi quá nhiều yêu cầu. Xin đợi một lát rồi thử lại."
    assert page.evaluate(ask, f"{service}/api/v1/search?q=cuoi") == 429


def test_a_service_without_a_catalogue_says_so(page: Page, tmp_path: Path, neighbour: str, serve: Callable[[Flask], str]) -> None:
    service = serve(create_app(Settings(index_dir=tmp_path, allowed_origins=(neighbour,))))
    error = MiniApp(page, neighbour, service).call("procedure", "1.001193")
    assert (error["name"], error["status"], error["title"], error["retryAfter"]) == ("LookupError", 503, "Chưa phục vụ được", 30)


def test_who_waited_long_enough_is_told_so_and_decides(mini_app: MiniApp, service: str, road: Road) -> None:
    road.faults = [lambda _: Response(str(road.open.wait(20)))]
    mini_app.start(service, timeout=200)
    error = mini_app.call("procedure", "1.001193")
    assert (error["status"], error["title"], error["detail"]) == (0, "Chờ quá lâu", "Mạng đang chậm, chưa có câu trả lời. Xin thử lại.")
    assert road.passed == ["GET"]


ABORT = """async (when) => {
    const asking = new AbortController();
    if (when === null) asking.abort(); else setTimeout(() => asking.abort(), when);
    try { await lookup.search({ q: "khai sinh" }, { signal: asking.signal }); return "answered"; } catch (error) { return error.name; }
}"""


@pytest.mark.parametrize(
    ("when", "faults", "times"),
    [
        (None, [], 0),
        (200, ["slow"], 1),
        (300, ["503 in two seconds"], 1),
    ],
    ids=["before it is sent", "while it is on its way", "while the second try waits"],
)
def test_a_cancelled_call_ends_at_once_and_is_not_asked_again(mini_app: MiniApp, road: Road, when: int | None, faults: list[str], times: int) -> None:
    known: dict[str, Fault] = {"slow": lambda _: Response(str(road.open.wait(20))), "503 in two seconds": answering(503, Retry_After="2")}
    road.faults = [known[fault] for fault in faults]
    assert mini_app.page.evaluate(ABORT, when) == "AbortError"
    mini_app.page.wait_for_timeout(100)
    assert len(road.passed) == times


def test_a_cancelled_call_leaves_the_next_one_alone(mini_app: MiniApp, road: Road) -> None:
    assert mini_app.page.evaluate(ABORT, None) == "AbortError"
    assert mini_app.call("search", {"q": "khai sinh"})["total"] > 0
    assert road.passed == ["GET"]


def test_a_fresh_answer_is_not_asked_for_again_and_cannot_be_spoilt(mini_app: MiniApp, road: Road) -> None:
    names = mini_app.page.evaluate("""async () => {
        const first = await lookup.search({ q: "khai sinh" });
        const name = first.results[0].name;
        first.results.length = 0;
        return [name, (await lookup.search({ q: "khai sinh" })).results[0].name];
    }""")
    assert names[0] == names[1]
    assert road.passed == ["GET"]


def test_an_older_answer_is_confirmed_without_a_preflight(mini_app: MiniApp, road: Road) -> None:
    road.max_age = 0
    first, second = (mini_app.call("search", {"q": "khai sinh"}) for _ in range(2))
    assert first == second
    assert road.passed == ["GET", "GET"] and len(road.revalidated) == 1  # sent by the browser's own cache


def test_on_its_own_origin_the_client_confirms_what_it_kept(page: Page, service: str, road: Road) -> None:
    road.max_age = 0
    page.route(f"{service}/blank", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    own = MiniApp(page, f"{service}/blank", service)
    first, second = (own.call("procedure", "1.001193") for _ in range(2))
    assert first == second and first["code"] == "1.001193"
    assert road.passed == ["GET", "GET"] and len(road.revalidated) == 1


def test_memory_is_bounded(mini_app: MiniApp, service: str, road: Road) -> None:
    mini_app.page.route("**/nothing", lambda route: route.abort())  # routing turns the browser's own cache off
    mini_app.start(service, kept=2)
    for q in ("a", "b", "c", "c", "b"):
        mini_app.call("suggest", q)
    assert len(road.passed) == 3
    mini_app.call("suggest", "a")
    assert len(road.passed) == 4


def test_the_mini_app_of_the_readme_runs(page: Page, service: str) -> None:
    """Served as it stands, with zmp-sdk replaced by what remembers what was shared."""
    files = {
        "/": "<!doctype html><meta charset=utf-8><input id=q><p id=status></p><ul id=list></ul><button id=share>Chia sẻ</button>"
        '<script type=importmap>{"imports": {"zmp-sdk/apis": "/sdk.js"}}</script><script type=module src="/app.js"></script>',
        "/sdk.js": "export const getRouteParams = () => Object.fromEntries(new URLSearchParams(location.search));"
        "export const openShareSheet = (shared) => { window.shared = shared; };",
        "/app.js": README_MINI_APP.replace("https://tra-cuu.example.vn", service),
        "/client.js": SOURCE,
    }
    page.route(
        f"{ZALO}/**",
        lambda route: route.fulfill(
            body=files[(path := route.request.url.removeprefix(ZALO).partition("?")[0])],
            content_type="text/javascript; charset=utf-8" if path.endswith(".js") else "text/html",
        ),
    )
    page.context.grant_permissions(["local-network-access"])
    page.goto(f"{ZALO}/?code=1.001193")
    page.get_by_text("Giấy chứng sinh").first.wait_for()
    assert "khai sinh" in page.inner_text("#status")
    page.click("#share")
    assert page.evaluate("shared") == {"type": "link", "data": {"link": "https://zalo.me/s/1234567890123456789/?code=1.001193", "chatOnly": False}}
    page.fill("#q", "ket hon")
    page.get_by_text("thủ tục", exact=False).first.wait_for()
    page.locator("#list li", has_text="kết hôn").first.click()
    page.locator("#status", has_text="kết hôn").wait_for()
    page.fill("#q", "a" * 201)
    page.locator("#status", has_text="Dài nhất 200 ký tự.").wait_for()
