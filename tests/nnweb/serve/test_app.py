"""The server answers as the package does, or with one clear error."""

import asyncio
import dataclasses
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

import nnweb
from nnweb.errors import WeightsError
from nnweb.images.files import read_picture
from nnweb.numbers.separators import SIGNS
from nnweb.serve import app as module
from nnweb.serve.app import make_app
from nnweb.serve.networks import load_all
from tests.nnweb.numbers.written import FOUR, SEVEN, ZERO, at, painted

DRAWN = json.loads((Path(__file__).parents[2] / "data" / "strokes.json").read_text())
RAW = {"Content-Type": "application/octet-stream"}
KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
NUMBER = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]


@pytest.fixture(scope="module")
def networks():
    return load_all([Path("cnn-small"), Path("plain")])


@pytest.fixture(scope="module")
def client(networks):
    return TestClient(make_app(networks))


@pytest.fixture
def ask(client):
    """Send a request; return its answer, checked against the OpenAPI document."""
    document = client.get("/openapi.json").json()

    def ask(path, content=None, code=200, headers=None, **json):
        if content is None and not json:
            method, reply = "get", client.get(path)
        elif json:
            method, reply = "post", client.post(path, json=json)
        else:
            method, reply = "post", client.post(path, content=content, headers=headers)
        assert reply.status_code == code, reply.text
        assert "access-control-allow-origin" not in reply.headers
        if code == 200:
            operation = document["paths"][path.partition("?")[0]][method]
            content = operation["responses"]["200"]["content"]
            check(reply.json(), content["application/json"]["schema"], document)
        else:
            assert list(reply.json()) == ["error"]
        return reply.json()

    return ask


def check(value, schema, document):
    """Assert that a value fits a schema of the document; a subset of JSON Schema."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/")[-1]]
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(isinstance(value, KINDS[name]) for name in names), (value, schema)
    assert value in schema.get("enum", [value])
    if "properties" in schema:
        assert list(value) == schema["required"] == list(schema["properties"])
        for name, part in schema["properties"].items():
            check(value[name], part, document)
    for part in value if "items" in schema else []:
        check(part, schema["items"], document)


def picture(grey, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(grey).save(file, kind)
    return file.getvalue()


def one():
    paper = np.full((336, 336), 255, np.uint8)
    paper[60:280, 160:180] = 0
    return paper


# --- what it answers ------------------------------------------------------------------


def test_a_picture_is_answered_as_recognize_does(ask, networks, tmp_path):
    (tmp_path / "one.png").write_bytes(content := picture(one()))

    answer = ask("/predict", content)

    network = networks["cnn-small"].network
    expected = nnweb.recognize(read_picture(tmp_path / "one.png")[None], network)[0]
    assert (answer["status"], answer["answer"]) == ("accepted", "1")
    assert answer["other"] is None
    assert list(answer["probabilities"].values()) == expected.tolist()
    assert list(answer["probabilities"]) == list(network.labels)


@pytest.mark.parametrize("fit", ["digit", "canvas"])
@pytest.mark.parametrize("digit", DRAWN)
def test_strokes_are_answered_as_on_the_page(ask, digit, fit):
    network = "cnn-small" if fit == "digit" else "plain"

    answer = ask(f"/predict?network={network}&fit={fit}", strokes=DRAWN[digit])

    assert answer["answer"] == digit


def test_strokes_are_scaled_and_centred_unless_they_are_to_stay(ask):
    small = [[[x / 8, y / 8] for x, y in stroke] for stroke in DRAWN["3"]]

    assert ask("/predict", strokes=small)["answer"] == "3"
    assert ask("/predict", strokes=small) == ask("/predict", strokes=DRAWN["3"])
    assert ask("/predict?fit=canvas", strokes=small) != ask("/predict", strokes=small)


def test_points_outside_the_paper_are_at_its_edge(ask):
    inside, outside = ([[[20, 30], [x, 160]]] for x in (346, 1e6))

    assert ask("/predict?fit=canvas", strokes=outside) == ask(
        "/predict?fit=canvas", strokes=inside
    )


@pytest.mark.parametrize("inverted", [False, True])
def test_raw_pixels_may_be_dark_on_light_or_light_on_dark(ask, networks, inverted):
    grey = np.full((28, 28), 250, np.uint8)
    grey[5:23, 13:15] = 10
    sent = 255 - grey if inverted else grey

    answer = ask("/predict", sent.tobytes(), headers=RAW)

    expected = nnweb.recognize(grey[None], networks["cnn-small"].network)[0]
    assert list(answer["probabilities"].values()) == expected.tolist()
    assert answer["answer"] == "1"


def test_a_blank_picture_and_a_scribble_have_no_answer(ask):
    tangle = [[[i * 37 % 301, i * 53 % 299] for i in range(40)]]

    blank = ask("/predict", picture(np.full((50, 50), 255, np.uint8)))
    scribble = ask("/predict", strokes=tangle)

    assert (blank["status"], blank["answer"]) == ("blank", None)
    assert (scribble["status"], scribble["answer"]) == ("rejected", None)


def test_an_unsure_network_names_its_second_label(networks):
    unsure = load_all([Path("cnn-small")])
    unsure["cnn-small"].network.unsure_below = 1.1  # of whatever it is sure

    reply = TestClient(make_app(unsure)).post("/predict", json={"strokes": DRAWN["4"]})

    shares = reply.json()["probabilities"]
    second = sorted(shares, key=shares.get)[-2]
    assert (reply.json()["answer"], reply.json()["other"]) == ("4", second)


def test_numbers_are_read_from_pictures_and_from_strokes(ask, networks):
    strokes = [stroke.tolist() for stroke in NUMBER]
    alphabet = "0123456789" + SIGNS
    network = networks["cnn-small"].network
    expected = nnweb.read_number(NUMBER, network, alphabet=alphabet)

    reading = ask("/read", strokes=strokes)

    assert reading == json.loads(json.dumps(dataclasses.asdict(expected)))
    assert reading["text"] == "470" and reading["valid"]
    assert ask("/read", picture(painted(NUMBER, 6)))["text"] == "470"


def test_empty_strokes_count_in_the_indices_of_a_number_and_have_no_ink(ask):
    strokes = [[], *(stroke.tolist() for stroke in NUMBER)]

    reading = ask("/read", strokes=strokes)

    assert [c["strokes"] for c in reading["characters"]] == [[1, 2], [3], [4]]
    assert ask("/predict", strokes=[[]])["status"] == "blank"
    assert ask("/predict", strokes=[[], *DRAWN["3"]])["answer"] == "3"


def test_a_number_that_breaks_its_conditions_is_not_valid(ask):
    strokes = [stroke.tolist() for stroke in NUMBER]

    assert ask("/read?pattern=\\d{3}&max=470", strokes=strokes)["valid"]
    assert not ask("/read?pattern=\\d{2}", strokes=strokes)["valid"]
    reading = ask("/read?max=400", strokes=strokes)
    assert not reading["valid"] and "more than 400" in reading["reason"]


def test_networks_are_listed_and_their_files_can_be_loaded(ask, networks):
    listed = ask("/networks")["networks"]

    assert [network["name"] for network in listed] == ["cnn-small", "plain"]
    assert [network["fit"] for network in listed] == ["digit", "canvas"]
    file = nnweb.load(ask("/weights?network=plain"))
    assert file.architecture == networks["plain"].network.architecture
    assert nnweb.load(ask("/weights")).architecture == listed[0]["architecture"]


def test_two_networks_of_one_name_are_refused(tmp_path, networks):
    (tmp_path / "plain.json").write_bytes(networks["plain"].file)

    with pytest.raises(WeightsError, match="a second network named plain"):
        load_all([Path("plain"), tmp_path / "plain.json"])


def test_the_document_has_every_path_and_resolves_its_references(client):
    document = client.get("/openapi.json").json()

    asked = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert asked == set(module._ASKS)
    for name in json.dumps(document).split("#/components/schemas/")[1:]:
        assert name.split('"')[0] in document["components"]["schemas"]


# --- what it refuses ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content", "code", "error"),
    [
        ("/predict", b"", 400, "got nothing, expected a picture file"),
        ("/predict", b"hello", 400, "got no picture, expected PNG, JPEG"),
        ("/predict", b"\x89PNG\r\n\x1a\n" + bytes(9), 400, "picture: "),
        (
            "/predict",
            bytes(8 * 2**20 + 1),
            413,
            "got 8,388,609 bytes, expected at most 8,388,608",
        ),
        ("/predict?fit=x", b"?", 400, "fit: got 'x', expected digit or canvas"),
        ("/predict?fits=x", b"?", 400, "got 'fits', expected network, fit"),
        ("/predict?fit=x&fit=x", b"?", 400, "fit: got it twice"),
        ("/predict?network=x", b"?", 400, "got 'x', expected one of cnn-small, plain"),
        ("/read?pattern=" + 201 * "(", b"?", 400, "got 201 characters, expected at"),
        ("/read?min=nan", b"?", 400, "min: got 'nan', expected a number"),
        ("/read?pattern=(", b"?", 400, "got no picture"),
        ("/predicts", b"?", 404, "got POST '/predicts', expected one of POST /pred"),
        ("/networks", b"?", 405, "got POST '/networks', expected one of POST /pred"),
    ],
)
def test_what_cannot_be_answered_is_refused(ask, path, content, code, error):
    assert error in ask(path, content, code)["error"]


@pytest.mark.parametrize(
    ("drawing", "error"),
    [
        ("{", "body: not JSON"),
        ("[1]", 'got [1], expected {"strokes": [[[x, y], ...], ...]}'),
        ('{"strokes": 5}', "got {'strokes': 5}, expected"),
        ('{"strokes": [[[1]]]}', "strokes[0]: got shape (1, 1), expected points"),
        (f'{{"strokes": [[[1, {10**400}]]]}}', "strokes[0]: got shape"),
        ('{"strokes": [[[1, NaN]]]}', "NaN, expected finite numbers"),
        ('{"strokes": [[[1, 1e9]]]}', "expected x and y from -1,000,000 to"),
        ('{"strokes": [], "picture": ""}', "expected strokes alone"),
        (json.dumps({"strokes": 101 * [[[1, 1]]]}), "got 101, expected at most 100"),
        (json.dumps({"strokes": [10001 * [[1, 1]]]}), "got 10,001 points, expected"),
    ],
)
@pytest.mark.parametrize("path", ["/predict", "/read"])
def test_drawings_that_cannot_be_read_are_refused(ask, path, drawing, error):
    headers = {"Content-Type": "application/json; charset=utf-8"}

    assert error in ask(path, drawing.encode(), 400, headers)["error"]


def test_a_form_is_refused_with_the_command_that_works(client):
    reply = client.post("/predict", files={"file": b"?"})

    assert reply.status_code == 415
    assert "curl --data-binary @FILE" in reply.json()["error"]


def test_a_bad_pattern_is_refused(ask):
    strokes = [stroke.tolist() for stroke in NUMBER]

    assert "pattern" in ask("/read?pattern=(", code=400, strokes=strokes)["error"]


def test_any_step_above_0_is_answered_and_others_are_refused(ask):
    strokes = [stroke.tolist() for stroke in NUMBER]

    assert ask("/read?step=1e-320", strokes=strokes)["valid"]
    assert "step" in ask("/read?step=0", code=400, strokes=strokes)["error"]


def test_the_allowed_method_is_named(client):
    assert client.get("/predict").headers["Allow"] == "POST"


def test_a_bug_is_an_error_too(networks, monkeypatch):
    def fail(*args):
        raise RuntimeError("a secret")

    monkeypatch.setattr(module, "predict", fail)
    client = TestClient(make_app(networks), raise_server_exceptions=False)

    reply = client.post("/predict", content=b"?")

    assert reply.status_code == 500
    assert "which is a bug" in reply.json()["error"] and "secret" not in reply.text


# --- limits of time and number --------------------------------------------------------


def test_an_answer_that_takes_too_long_is_given_up(networks, monkeypatch):
    go_on = threading.Event()

    def wait(*args):
        go_on.wait()
        return {}

    monkeypatch.setattr(module, "predict", wait)
    client = TestClient(make_app(networks, seconds=0.01))

    reply = client.post("/predict", content=b"?")
    go_on.set()

    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "1")
    assert "got no answer within 0.01 s" in reply.json()["error"]


def send(app, *messages):
    """Ask for a prediction with a body in parts; return the status and the error."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/predict",
        "headers": [],
        "query_string": b"",
    }
    left, sent = list(messages), []

    async def receive():
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    async def send(message):
        sent.append(message)

    # in another thread, because other tests may have left a loop running in this one
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()
    return sent[0]["status"], json.loads(sent[1]["body"])["error"]


def test_a_body_that_does_not_arrive_is_not_waited_for(networks):
    part = {"type": "http.request", "body": b"??", "more_body": True}

    status, error = send(make_app(networks, seconds=0.01), part)

    assert status == 408
    assert "got 2 bytes in 0.01 s, expected all of it" in error


def test_a_body_that_is_cut_off_is_refused(networks):
    part = {"type": "http.request", "body": b"??", "more_body": True}

    assert send(make_app(networks), part, {"type": "http.disconnect"})[0] == 400


def test_too_many_requests_at_a_time_are_refused(networks, monkeypatch):
    monkeypatch.setattr(module, "MOST_REQUESTS", 0)

    reply = TestClient(make_app(networks)).post("/predict", content=b"?")

    assert reply.status_code == 503
    assert "ask again later" in reply.json()["error"]
