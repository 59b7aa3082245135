"""The processes under test: API servers, and an etcd of three members."""

import json
import os
import pathlib
import resource
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.request

from client import TOKEN
from cluster import free_port, tool
from proxy import Proxy

START_SECONDS = 60


class Server:
    """One API server with its data directory."""

    def __init__(self, binary, etcd=(), arguments=(), data=None):
        self.binary, self.etcd, self.arguments = str(binary), list(etcd), list(arguments)
        self.directory = pathlib.Path(data or tempfile.mkdtemp(prefix="kubeforge-chaos-"))
        self.data, self.log = self.directory / "data", self.directory / "server.log"
        self.port = free_port()
        self.child = None
        self.directory.mkdir(exist_ok=True)
        (self.directory / "tokens.csv").write_text(f'{TOKEN},chaos,1,"system:masters"\n')

    @property
    def ca(self):
        return str(self.data / "pki" / "ca.crt")

    def command(self):
        command = [self.binary, "kube-apiserver", "--data-dir", str(self.data), "--secure-port", str(self.port)]
        command += ["--token-auth-file", str(self.directory / "tokens.csv")]
        if self.etcd:
            command += ["--storage-backend=etcd3", "--etcd-servers", ",".join(self.etcd)]
        return command + self.arguments

    def spawn(self):
        with open(self.log, "ab") as out:
            # a write beyond a limit of file sizes is to fail, not to kill
            self.child = subprocess.Popen(
                self.command(), stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                restore_signals=False, preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
            )

    def start(self):
        self.spawn()
        deadline, last = time.monotonic() + START_SECONDS, None
        while time.monotonic() < deadline:
            assert self.child.poll() is None, f"the server ended with {self.child.returncode}:\n{self.tail()}"
            try:
                context = ssl.create_default_context(cafile=self.ca)
                with urllib.request.urlopen(f"https://127.0.0.1:{self.port}/readyz", timeout=2, context=context):
                    return self
            except OSError as error:
                last = error
            time.sleep(0.02)
        raise AssertionError(f"the server is not ready after {START_SECONDS} s ({last}):\n{self.tail()}")

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def kill(self):
        self.child.kill()
        self.child.wait()

    def limit_files(self, size):
        """No file may grow beyond so many bytes; None lifts the limit."""
        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self.child.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def stop(self):
        if self.child and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


class Member:
    """One member of an etcd."""

    def __init__(self, name, directory):
        self.name, self.directory = name, directory
        self.client, self.peer = free_port(), free_port()
        self.proxy = Proxy(self.client)
        self.child = None

    @property
    def peer_url(self):
        return f"http://127.0.0.1:{self.peer}"

    @property
    def url(self):
        """Where servers reach it: through the proxy."""
        return f"http://127.0.0.1:{self.proxy.port}"

    def start(self, members, state="new"):
        client = f"http://127.0.0.1:{self.client}"
        with open(self.directory / f"{self.name}.log", "ab") as out:
            self.child = subprocess.Popen(
                [
                    tool("etcd"), "--name", self.name, "--data-dir", str(self.directory / self.name),
                    "--listen-client-urls", client, "--advertise-client-urls", client,
                    "--listen-peer-urls", self.peer_url, "--initial-advertise-peer-urls", self.peer_url,
                    "--initial-cluster", ",".join(f"{it.name}={it.peer_url}" for it in members),
                    "--initial-cluster-state", state, "--log-level", "error",
                ],
                stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )

    def status(self):
        """What it says of itself; None where it says nothing."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.client}/v3/maintenance/status", b"{}")
        try:
            with urllib.request.urlopen(request, timeout=1) as answer:
                return json.loads(answer.read())
        except OSError:
            return None

    def leads(self):
        status = self.status()
        return bool(status) and status.get("leader") == status["header"]["member_id"]

    def signal(self, number):
        os.kill(self.child.pid, number)

    def kill(self):
        self.child.kill()
        self.child.wait()


class Etcd:
    """An etcd of some members."""

    def __init__(self, size=3):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="kubeforge-chaos-etcd-"))
        self.members = [Member(f"m{number}", self.directory) for number in range(size)]
        for member in self.members:
            member.start(self.members)
        self.leader()

    @property
    def urls(self):
        return [member.url for member in self.members]

    def leader(self, seconds=30, other_than=None):
        """The member that leads, once there is one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for member in self.members:
                if member is not other_than and member.leads():
                    return member
            time.sleep(0.05)
        raise AssertionError("etcd has no leader")

    def stop(self):
        for member in self.members:
            member.proxy.close()
            if member.child.poll() is None:
                member.kill()
        shutil.rmtree(self.directory, ignore_errors=True)
