"""What several tests share: their marks, no silent skips, a Chromium, a JupyterLab with the project's configuration."""

import os
import shutil

import hypothesis
import pytest
from lab_driver import CHROMIUM_ARGUMENTS, REPOSITORY, find_chromium, serve

MARKS = (
    "kernel: starts a kernel or another process",
    "browser: opens a Chromium",
    "slow: takes long and rarely breaks; `make test` leaves it out",
    "may_skip: needs what CI does not have; elsewhere in CI a skip is a failure",
)

# In CI property tests draw the same examples in each run: a failure is that of the change, never of chance.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


def pytest_configure(config):
    for mark in MARKS:
        config.addinivalue_line("markers", mark)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by them
def pytest_collection_modifyitems(items):
    """A cell of a lesson runs in a kernel, and whoever asks for `lab` or `chromium` need not say what that starts."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.path.suffix == ".ipynb" or "lab" in fixtures:
            item.add_marker("kernel")
        if "chromium" in fixtures:
            item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """In CI a test that is skipped without being marked `may_skip` fails the session: it would hide a mistake."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return  # one of several workers: their reports are the controller's
    reports = reporter.stats.get("skipped", [])
    skipped = [report for report in reports if "may_skip" not in getattr(report, "keywords", ())]  # a module has none
    if os.environ.get("CI") and skipped and session.exitstatus == pytest.ExitCode.OK:
        names = ", ".join(report.nodeid for report in skipped)
        reporter.write_line(f"\nskipped in CI, which counts as a failure: {names}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def no_progress_of_ones_own(tmp_path_factory):
    """Exercises that tests solve are not the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENCOURSE_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.json"))
        yield


@pytest.fixture(scope="session")
def chromium():
    """A browser: the system's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium; install your system's package `chromium`")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the lessons; an extension of the tests' own answers at /nodelay."""
    folder, home = tmp_path_factory.mktemp("lessons"), tmp_path_factory.mktemp("jupyter")
    for notebook in (REPOSITORY / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, folder)
    with serve(folder, home, "--ServerApp.jpserver_extensions=nodelay_probe=True") as running:
        yield running


@pytest.fixture
def page(request, chromium, tmp_path):
    """A page that fails its test on an uncaught error of its scripts, and leaves a screenshot of a failed one."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    failed_before = request.session.testsfailed
    yield page
    if errors or request.session.testsfailed > failed_before:
        page.screenshot(path=tmp_path / "failed.png")
        print(f"screenshot of the failure: {tmp_path / 'failed.png'}")
    context.close()
    assert not errors
