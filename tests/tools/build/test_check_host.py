"""The check of a deployment names what small wrong servers do wrong."""

import contextlib
from urllib.parse import quote

import pytest

from tests.tools.build.conftest import folders
from tools.build import check_host, site
from tools.build.check_host import check, policy_problems
from tools.build.headers import CSP
from tools.dev.serve import Handler, make_server, serving

BASE = "https://example.org/nnweb/"


@pytest.fixture
def serve(out):
    """Start a server of a small built site, with faults that a test sets."""
    with contextlib.ExitStack() as running:

        def start(
            prefix="/", *, redirects=(), silent=None, everything=False, **headers
        ):
            """``headers`` replace the server's own, by name with _ for -; None: none.

            ``redirects``: from path to path; ``silent``: a path without an answer;
            ``everything``: a page for each address.
            """
            changed = {name.replace("_", "-"): value for name, value in headers.items()}

            class Faulty(Handler):
                def send_header(self, name, value):
                    value = changed.get(name.title(), value)
                    if value is not None:
                        super().send_header(name, value)

                def do_GET(self):  # noqa: N802 (http.server's name)
                    if self.path == silent:
                        self.close_connection = True
                        return None
                    if self.path in dict(redirects):
                        return self._redirect(dict(redirects)[self.path])
                    if everything and not (out / self.path.lstrip("/")).is_file():
                        self.path = prefix
                    return super().do_GET()

            server = make_server(out, prefix=prefix, kind=Faulty)
            return running.enter_context(serving(server)).url

        yield start


def test_nothing_is_wrong_with_the_development_server(serve):
    for address in (serve(), url := serve("/deep/path/"), url[:-1], f"{url}index.html"):
        assert check(address) == []


def test_an_address_may_be_copied_from_the_page(serve):
    url = serve("/gr%C3%B6%C3%9Fe%20x/").replace("%C3%B6%C3%9Fe%20", "öße ")

    for address in (f"{url}#view=learn&label=π", f"{url}?model=größe#d=", url[:-1]):
        assert check(address) == []


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("größe 1.json", "größe 1.json"),  # as nnweb 0.2 did
        ("größe 1.json", quote("größe 1.json")),
        ("a#b%20? (1).json", quote("a#b%20? (1).json")),
    ],
)
def test_names_of_networks_may_have_any_characters(serve, out, name, listed):
    (model,) = out.glob("models-*/a.json")
    model.rename(model.with_name(name))
    script = out / "sw.js"
    text = script.read_text(encoding="utf-8").replace("/a.json", f"/{listed}")
    script.write_text(text, encoding="utf-8")

    assert check(serve()) == []


def test_missing_damaged_and_foreign_files_are_named(serve, out):
    app = folders(out)["app"]
    (out / app / "js" / "main.js").unlink()
    (out / app / "style.css").write_text("body { color: red }")
    (out / "de" / "index.html").unlink()

    problems = check(serve())

    assert problems == [
        f"de/, {app}/js/main.js: status 404, expected 200: copy all of the built "
        "folder.",
        f"{app}/style.css: is not the file of the build: the copy is damaged or of "
        "another build, or the host changes files.",
    ]


def test_a_file_that_gets_no_answer_is_named_among_the_others(serve):
    (problem,) = check(serve(silent="/digit-pad.js"))

    assert problem.startswith("digit-pad.js: no answer: ")


def test_an_address_without_a_built_site_is_refused(serve, out):
    (out / "sw.js").unlink()

    (problem,) = check(url := serve())

    assert problem.startswith(f"{url}sw.js: has no list of files (status 404, type ")


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({"Content_Type": "text/plain"}, "sent as text/plain, expected text/javas"),
        ({"Content_Type": None}, "sent as no type, expected text/html."),
        ({"Content_Type": "text/html"}, "an HTML page is sent in place of the file."),
        ({"Cache_Control": None}, "Cache-Control is missing, expected no-cache, as"),
        (
            {"Cache_Control": "max-age=600"},
            "Cache-Control is max-age=600, expected a y",
        ),
        ({"Cache_Control": "no-cache"}, "Cache-Control is no-cache, expected a year"),
        ({"Cache_Control": "max-age=9999999"}, "is max-age=9999999, expected no-cache"),
        (
            {"Access_Control_Allow_Origin": None},
            "Access-Control-Allow-Origin is missing, exp",
        ),
        ({"Content_Security_Policy": "script-src 'self'"}, "and so Python."),
    ],
)
def test_wrong_headers_are_named(serve, headers, problem):
    assert problem in "\n".join(check(serve(**headers)))


def test_problems_of_many_files_are_one_line(serve):
    (problem,) = check(serve(Access_Control_Allow_Origin="https://example.org"))

    assert problem.startswith("about.html, ")
    assert " more: Access-Control-Allow-Origin is https://example.org, exp" in problem


def test_a_host_that_does_not_compress_is_named(serve, monkeypatch):
    monkeypatch.setattr(check_host, "_WORTH_COMPRESSING", 10)

    (problem,) = check(serve())

    assert "is not compressed for a browser that accepts gzip." in problem


def test_a_page_for_every_address_is_named(serve):
    problems = check(serve(everything=True))

    assert "A file that does not exist is answered with status 200" in problems[0]


def test_wrong_and_missing_redirects_are_named(serve):
    problems = check(serve(redirects={"/de/": "/", "/digit-pad.js": "/login"}))

    assert "de/: redirected to /, expected the file itself." in problems
    assert "digit-pad.js: redirected to /login, expected the file itself." in problems

    problems = check(url := serve(redirects={"/de": "/"}))
    assert problems == [f"{url}de: must be redirected to {url}de/."]


def test_a_redirect_of_the_page_is_followed(serve):
    assert check(serve(redirects={"/old": "/"}) + "old") == []


def test_a_folder_without_its_slash_must_be_redirected(serve):
    url = serve("/nnweb/", redirects=[("/nnweb", "/nnweb/index.html")])
    assert check(url[:-1]) == []

    (problem, *_) = check(f"{serve(everything=True)}nnweb")
    assert "in place of a redirect to " in problem


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        (CSP, None),
        (CSP.replace(" blob:;", ";"), "no blob: in img-src, which blocks pictures."),
        (CSP.replace("worker-src 'self' blob:", "worker-src 'self'"), None),
        (
            CSP.replace("worker-src 'self'", "worker-src"),
            "the worker that runs Python.",
        ),
        (CSP.replace("'wasm-unsafe-eval'", "'unsafe-eval'"), None),
        (CSP.replace("'wasm-unsafe-eval'", ""), "which blocks WebAssembly, and so Py"),
        (CSP.replace("connect-src 'self'", "connect-src https:"), None),
        (CSP.replace("connect-src 'self'", "connect-src http:"), "blocks downloads of"),
        ("default-src 'self'", "no 'wasm-unsafe-eval' in script-src"),
        ("frame-ancestors 'none'", None),
        (
            f"{CSP}, default-src 'none'",
            "no 'self' in script-src, which blocks scripts.",
        ),
        (f"{CSP}; sandbox allow-scripts", "has sandbox, which stops the page."),
        (f"{CSP}; require-trusted-types-for 'script'", "has require-trusted-types-for"),
    ],
)
def test_a_policy_that_blocks_the_page_is_named(policy, problem):
    found = " ".join(policy_problems(policy, CSP, BASE))

    assert problem in found if problem else found == ""


def test_a_policy_must_allow_what_is_inside_the_page_but_not_for_its_worker():
    page = CSP.replace("style-src 'self'", "style-src 'self' 'sha256-abc='")
    inline = page.replace("'sha256-abc='", "'unsafe-inline'")

    (problem,) = policy_problems(CSP, page, BASE)

    assert problem.endswith(
        "'sha256-abc=' in style-src, which blocks the page's style."
    )
    assert [*policy_problems(CSP, page, BASE, is_page=False)] == []
    assert [*policy_problems(inline, page, BASE)] == []
    only = "script-src 'self' 'wasm-unsafe-eval'; default-src 'none'"
    (problem,) = policy_problems(only, page, BASE, is_page=False)
    assert "'self' in connect-src" in problem


def test_the_command_prints_the_problems_and_its_exit_code_says_if_there_are_any(
    serve, capsys
):
    assert site.main(["--check", url := serve()]) == 0
    assert capsys.readouterr().out == f"{url}: nothing is wrong\n"
    assert site.main(["--check", serve(Cache_Control=None)]) == 1
    assert "Cache-Control is missing" in capsys.readouterr().out


def test_the_command_says_if_nothing_answers_or_the_address_is_none(capsys):
    with serving(make_server(".")) as server:
        url = server.url

    for address in (url, "http://[::1/", "http://a..b/", "http://127.0.0.1:x/"):
        assert site.main(["--check", address]) == 1
        assert capsys.readouterr().out.startswith(f"{address}: cannot be reached: ")
    with pytest.raises(SystemExit, match="2"):
        site.main(["--check", "dist"])
    assert "got 'dist', expected https:// or http://" in capsys.readouterr().err
