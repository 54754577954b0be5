"""The npm package: what is in it, its types for strict TypeScript, its command."""

import json
import subprocess

import pytest

from tools.build.publish import Stamp
from tools.release import npm_package
from tools.release.npm_package import FOLDER, build_npm, fill
from tools.runtime import npm
from tools.runtime.node import node

PAD = {"digit-pad.js", "app-0123456789ab/js/a.js", "models-0123456789ab/cnn.json"}
OTHERS = {
    *("index.html", "de/index.html", "examples/form.html", "sw.js", "mnist-0/t.bin.gz"),
    "_headers",
    *("app-0123456789ab/js/a.js.map", "app-0123456789ab/css/a.css"),
    "app-0123456789ab/manifest.webmanifest",
}
CONSUMER = """
import { defineDigitPad, type Reading } from "nnweb-digit-pad";

const pad = document.querySelector("digit-pad")!;
pad.addEventListener("change", (event) => {
  const { digit, probabilities } = (event as CustomEvent<Reading>).detail;
  console.log(digit.padStart(2), Math.max(...probabilities), pad.validity.badInput);
});
pad.strokes = [[[1, 2], [3, 4]]];
const blob: Promise<Blob> = pad.toBlob("image/png");
const Pad = await defineDigitPad(new URL("/nnweb/", location.href));
const made = new Pad();
made.digits = "4";
console.log(blob, made);
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A built site of PAD and OTHERS."""
    dist = tmp_path_factory.mktemp("dist")
    for name in PAD | OTHERS:
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(name)
    stamp = Stamp("sources", False, dict.fromkeys(sorted(PAD | OTHERS), ""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(npm_package, "read_stamp", lambda site: stamp)
        yield dist


@pytest.fixture(scope="module")
def package(site, tmp_path_factory):
    """The package as npm would install it in a project."""
    project = tmp_path_factory.mktemp("project")
    fill(project / "node_modules" / "nnweb-digit-pad", site, "7.0.0")
    return project / "node_modules" / "nnweb-digit-pad"


def run(*command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_package_has_what_a_pad_needs_and_is_the_same_every_time(site, tmp_path):
    packed = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        packed.append(build_npm(site, tmp_path / name, "7.0.0"))
    first, second = packed
    listed = run("tar", "tzf", str(first), folder=tmp_path).stdout.split()

    names = {name.removeprefix("package/") for name in listed}
    assert first.name == "nnweb-digit-pad-7.0.0.tgz"
    assert {name for name in names if "dist/" in name} == {f"dist/{n}" for n in PAD}
    assert {"package.json", "index.js", "index.d.ts", "types.d.ts", "copy.js"} <= names
    assert {"README.md", "LICENSE", "CREDITS.md", "examples/react.jsx"} <= names
    assert first.read_bytes() == second.read_bytes()


def test_a_consumer_in_strict_typescript_compiles_and_a_wrong_one_does_not(package):
    project = package.parents[1]
    compiler = npm.FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
    options = "--strict --noEmit --target es2024 --module esnext"
    command = [node(), str(compiler), "--ignoreConfig", *options.split()]
    command += ["--moduleResolution", "bundler", "main.ts"]

    (project / "main.ts").write_text(CONSUMER)
    right = run(*command, folder=project)
    (project / "main.ts").write_text(CONSUMER + "made.value = 4;\nmade.digit;\n")
    wrong = run(*command, folder=project)

    assert right.returncode == 0, right.stdout
    assert "'number' is not assignable to type 'string'" in wrong.stdout
    assert "Property 'digit' does not exist" in wrong.stdout


def test_esbuild_bundles_the_loader_and_leaves_the_pad_to_the_page(package):
    project = package.parents[1]
    (project / "main.js").write_text(
        'import { defineDigitPad } from "nnweb-digit-pad"; defineDigitPad("/nnweb");'
    )
    esbuild = npm.FOLDER / "node_modules" / "esbuild" / "bin" / "esbuild"
    options = ["main.js", "--bundle", "--format=esm", "--outfile=out.js"]

    done = run(node(), str(esbuild), *options, folder=project)

    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower()
    bundle = (project / "out.js").read_text()
    assert '"digit-pad.js"' in bundle and len(bundle) < 2000


def test_copy_replaces_the_files_of_an_earlier_release(package, tmp_path):
    public = tmp_path / "public" / "nnweb"
    (public / "app-aaaaaaaaaaaa").mkdir(parents=True)
    (public / "own.txt").write_text("mine")

    done = run(node(), str(package / "copy.js"), "copy", str(public), folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{len(PAD)} files, 0.0 MB, are in ")
    files = {str(p.relative_to(public)) for p in public.rglob("*") if p.is_file()}
    assert files == PAD | {"own.txt"}
    assert not (public / "app-aaaaaaaaaaaa").exists()


@pytest.mark.parametrize(
    "arguments", [(), ("copy",), ("move", "x"), ("copy", "x", "y")]
)
def test_a_wrong_call_says_how_to_call_it(arguments, tmp_path):
    done = run(node(), str(FOLDER / "copy.js"), *arguments, folder=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("usage: npx nnweb-digit-pad copy FOLDER")


def test_a_folder_that_cannot_be_written_ends_in_one_line(package, tmp_path):
    (tmp_path / "file").write_text("")

    done = run(node(), str(package / "copy.js"), "copy", "file", folder=tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith("nnweb-digit-pad: error: ")
    assert len(done.stderr.splitlines()) == 1


def test_package_json_has_the_address_of_the_project_if_there_is_one(
    site, package, tmp_path
):
    fill(tmp_path / "package", site, "7.0.0", "https://e.org/nnweb")

    fields = json.loads((tmp_path / "package" / "package.json").read_text())
    assert fields["homepage"] == "https://e.org/nnweb"
    assert "homepage" not in json.loads((package / "package.json").read_text())


def test_package_json_names_files_that_are_in_the_package(package):
    fields = json.loads((package / "package.json").read_text())

    assert fields["version"] == "7.0.0"
    entry = fields["exports"]["."]
    named = [*entry.values(), fields["customElements"], *fields["bin"].values()]
    assert all((package / name).is_file() for name in named)
