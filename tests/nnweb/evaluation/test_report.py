"""The report: one self-contained page of metrics and images."""

import io
import re
from base64 import b64decode
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from nnweb.data.datasets import Dataset
from nnweb.evaluation.report import png, write_report
from nnweb.layers import Dense
from nnweb.network import InputSpec, Network
from tests.nnweb.evaluation.three_answers import three_answers


@pytest.fixture
def network(rng):
    spec = InputSpec(fit="canvas")
    return Network(
        [Dense(784, 2, rng=rng)], name="<b>", labels=("a", "<i>"), input=spec
    )


@pytest.fixture
def data(bars):
    return Dataset(bars(3).images, np.array([0, 1, 1], np.uint8), ("a", "<i>"), "x & y")


def evaluation(probabilities=((0.9, 0.1), (0.75, 0.25), (0.2, 0.8)), accepted=True):
    return three_answers(probabilities, ("a", "<i>"), accepted)


class Balance(HTMLParser):
    """Knows whether every element that is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open, self.sources = [], []

    def handle_starttag(self, tag, attributes):
        self.sources += [v for k, v in attributes if k in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """<rect/> and the like: nothing stays open."""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report_is_self_contained(network, data):
    it = evaluation()

    page = write_report(network, data, it, fit="canvas", corrupted={"thick": it})

    assert "<th>none</th>" in page and "<th>thick</th>" in page
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert all(source.startswith("data:") for source in parser.sources)
    assert "<script" not in page and "http" not in page


@pytest.fixture
def html(network, data):
    return write_report(network, data, evaluation(), fit="canvas")


def test_the_report_has_the_metrics_of_the_evaluation(network, data, html):
    assert '<p class="big">66.67%</p>' in html
    assert "20.77% to 93.85%" in html
    assert "1 of 3 wrong" in html
    assert "<td>1</td><td>100.00%</td><td>50.00%</td><td>66.67%</td>" in html
    assert "no label at all" not in html and "corruption" not in html
    rejecting = write_report(network, data, evaluation(accepted=False), fit="canvas")
    assert "33.33% of the images are rejected." in rejecting
    assert "sure of 50.00% of those accepted; of these 100.00% are right" in rejecting
    assert "The network is sure" not in html
    assert "<tr><th>90%</th><td>66.67%</td><td>66.67%</td></tr>" in html


def test_only_mistakes_are_coloured_in_the_confusion_matrix(html):
    red = "background: rgb(220 38 38 / 85%)"

    assert '<tr><th>a</th><td style="">1</td><td style=""></td></tr>' in html
    assert f'<td style="{red}">1</td><td style="">1</td></tr></table>' in html


def test_names_are_escaped(html):
    assert "<h1>&lt;b&gt; on x &amp; y</h1>" in html
    assert "<b>" not in html and "<i>" not in html


def test_each_mistake_has_its_image_black_on_white(data, html):
    (encoded,) = re.findall(r'src="data:image/png;base64,([^"]+)"', html)

    picture = np.array(Image.open(io.BytesIO(b64decode(encoded))))

    np.testing.assert_array_equal(picture, 255 - data.images[1])
    assert "&lt;i&gt;, answered a<br>75.0%<br>image 1" in html


def test_each_bin_has_a_bar_of_its_accuracy(network, data):
    it = evaluation(((0.9, 0.1), (0.75, 0.25), (0.25, 0.75)))

    page = write_report(network, data, it, fit="canvas")

    bars = re.findall(
        r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)".*?<title>(.*?)<', page
    )
    # of 320 pixels; the y axis begins 8 pixels down
    assert bars == [
        ("168.0", "160.0", "confidence 73% to 80%: 2 answers, 50.0% right"),
        ("8.0", "320.0", "confidence 87% to 93%: 1 answers, 100.0% right"),
    ]
    assert re.findall(r'y="([\d]+)\.?0?" text-anchor="end">(\d+%)', page) == [
        ("332", "0%"),
        ("252", "25%"),
        ("172", "50%"),
        ("92", "75%"),
        ("12", "100%"),
    ]


def test_a_report_without_mistakes_says_so(network, data):
    right = evaluation(((1, 0), (0, 1), (0, 1)))

    assert "<p>None.</p>" in write_report(network, data, right, fit="canvas")


def test_png_is_read_back_unchanged(rng):
    grey = rng.integers(0, 256, (13, 7)).astype(np.uint8)

    picture = np.array(Image.open(io.BytesIO(png(grey))))

    np.testing.assert_array_equal(picture, grey)
