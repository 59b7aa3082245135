"""What goes wrong, and what must hold all the same. Each scenario returns a line about what it saw."""

import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import time

from churn import Schedulers, World
from client import Client, Failure
from cluster import tool
from load import NAMESPACE, Load
from servers import Etcd, Server


def kill(options):
    """kill -9 under load, again and again: what was acknowledged is there, and watches go on where they were."""
    rounds = 5 if options.short else 50
    server = Server(options.binary).start()
    restarts = []
    try:
        load = Load([server.port], server.ca, writers=8)
        for _ in range(rounds):
            load.wait_for_more(random.randint(20, 100 if options.short else 200), 60, "after a restart")
            server.kill()
            begun = time.monotonic()
            server.start()
            restarts.append(time.monotonic() - begun)
        load.wait_for_more(50, 60, "at the end")
        line = load.finish()
        return f"{rounds} kills; {line}; ready again in {min(restarts):.2f} to {max(restarts):.2f} s"
    finally:
        server.stop()


def write_some(client, prefix, count):
    """Writes config maps; returns their names and revisions."""
    made = {}
    for number in range(count):
        body = {"metadata": {"name": f"{prefix}-{number}"}, "data": {"n": "x" * 2000}}
        made[body["metadata"]["name"]] = client.call("POST", NAMESPACE, body)["metadata"]["resourceVersion"]
    return made


def check_there(client, made):
    found = {it["metadata"]["name"]: it["metadata"]["resourceVersion"] for it in client.call("GET", NAMESPACE)["items"]}
    lost = [name for name, revision in made.items() if found.get(name) != revision]
    assert not lost, f"lost: {lost[:5]}, {len(lost)} in all"


def torn(options):
    """A power cut tears the last write, or damage hits one that others follow: the one heals, the other is refused."""
    server = Server(options.binary).start()
    try:
        client = Client(server.port, server.ca)
        made = write_some(client, "torn", 30)
        client.close()
        server.kill()
        engine = server.data / "store" / "engine"
        journal = max(engine.glob("*.jnl"), key=lambda path: int(path.stem))
        whole = journal.read_bytes()
        end = len(whole.rstrip(b"\0"))
        # a batch of one item, as fjall writes it, in which pages are missing
        item = b"\2\0\0" + struct.pack("<QHII", 1, 9, 9000, 9000) + b"r12345678" + b"y" * 500 + b"\0" * 8500
        batch = b"\1" + struct.pack("<IQ", 1, 1 << 40) + item + b"\3" + struct.pack("<Q", 1) + b"FJL\3"
        for tail in (batch, batch[:100], batch[:3000], b"\1", b"\0" * 100 + b"garbage"):
            journal.write_bytes(whole[:end] + tail + whole[end + len(tail):])
            server.start()
            check_there(Client(server.port, server.ca), made)
            server.kill()
        at = whole.index(b"x" * 1000) + 300
        journal.write_bytes(whole[:at] + b"damage" + whole[at + 6:])
        refused = subprocess.run(server.command(), capture_output=True, text=True, timeout=60)
        said = refused.stdout + refused.stderr
        assert refused.returncode != 0 and "damaged at byte" in said, f"{refused.returncode}: {said}"
        journal.write_bytes(whole)
        server.start()
        check_there(Client(server.port, server.ca), made)
        return f"5 torn tails healed, damage in the middle refused, {len(made)} objects kept"
    finally:
        server.stop()


class SmallDisk:
    """A disk of some megabytes: of its own where this process may mount one, else a limit on files."""

    def __init__(self, binary):
        self.mount = None
        place = pathlib.Path(f"/tmp/kubeforge-chaos-disk-{os.getpid()}")
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(place)]
        if shutil.which("mount") and subprocess.run(mount, capture_output=True).returncode == 0:
            self.mount = place
            self.server = Server(binary, data=place / "server")
        else:
            place.rmdir()
            self.server = Server(binary)

    @property
    def what(self):
        return "a disk of 48 MiB that is full" if self.mount else "a limit on files (no disk could be mounted)"

    def fill(self):
        if not self.mount:
            return self.server.limit_files(4096)
        with open(self.mount / "ballast", "wb", buffering=0) as ballast:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        ballast.write(b"b" * size)
                except OSError:
                    pass

    def free(self):
        if self.mount:
            (self.mount / "ballast").unlink()
        else:
            self.server.limit_files(None)

    def stop(self):
        self.server.stop()
        if self.mount:
            subprocess.run(["umount", str(self.mount)], check=False)
            self.mount.rmdir()


def disk_full(options):
    """A full disk: writes get a Status of 5xx, reads go on, nothing is lost; with room again all goes on."""
    disk = SmallDisk(options.binary)
    try:
        server = disk.server.start()
        client = Client(server.port, server.ca)
        made = write_some(client, "before", 20)
        refused = 0
        for turn in range(2):
            disk.fill()
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and refused < 5 * (turn + 1):
                try:
                    made.update(write_some(client, f"full-{turn}-{time.monotonic_ns()}", 1))
                except Failure as failure:
                    assert 500 <= failure.code < 600, str(failure)
                    refused += 1
                time.sleep(0.05)
            assert refused >= 5, "the disk did not become full"
            check_there(client, made)
            disk.free()
            deadline = time.monotonic() + 20
            while True:
                try:
                    made.update(write_some(client, f"free-{turn}", 20))
                    break
                except Failure as failure:
                    assert failure.code >= 500 and time.monotonic() < deadline, str(failure)
                    time.sleep(0.1)
            check_there(client, made)
        server.kill()
        server.start()
        check_there(Client(server.port, server.ca), made)
        return f"{disk.what}: {refused} writes refused, {len(made)} kept, also over a kill; it serves on with room"
    finally:
        disk.stop()


def leader(options):
    """The leader of a three-member etcd is killed or frozen under load: nothing acknowledged is lost, no restart."""
    etcd = Etcd()
    server = Server(options.binary, etcd.urls)
    healed = []
    try:
        server.start()
        load = Load([server.port], server.ca)
        for turn in range(1 if options.short else 5):
            load.wait_for_more(100, 60, "before a leader is killed")
            gone = etcd.leader()
            gone.kill()
            etcd.leader(other_than=gone)
            healed.append(load.wait_for_more(50, 60, "after a leader was killed"))
            gone.start(etcd.members, "existing")
            load.wait_for_more(100, 60, "after it was started again")
            while not gone.status():
                time.sleep(0.1)
        for turn in range(0 if options.short else 3):
            frozen = etcd.leader()
            frozen.signal(signal.SIGSTOP)
            healed.append(load.wait_for_more(50, 60, "after a leader was frozen"))
            frozen.signal(signal.SIGCONT)
            load.wait_for_more(100, 60, "after it was thawed")
        assert server.child.poll() is None
        return f"{load.finish()}; writes go on within {max(healed):.1f} s"
    finally:
        server.stop()
        etcd.stop()


def network(options):
    """The network between server and etcd breaks, of one member or of all: requests end, and all goes on when it heals."""
    etcd = Etcd()
    server = Server(options.binary, etcd.urls)
    healed = []
    try:
        server.start()
        load = Load([server.port], server.ca)
        load.wait_for_more(50, 60, "before the cut")
        for for_one, for_all in [("freeze", "cut")] if options.short else [("cut", "cut"), ("freeze", "freeze")]:
            one = etcd.members[0].proxy
            getattr(one, for_one)()
            healed.append(load.wait_for_more(100, 60, f"with one member out of reach ({for_one})"))
            one.heal()
            load.wait_for_more(50, 60, "after one member came back")
            for member in etcd.members:
                getattr(member.proxy, for_all)()
            time.sleep(2 if options.short else 12)
            # what is in the cache is served, and says so
            Client(server.port, server.ca).call("GET", f"{NAMESPACE}?resourceVersion=0")
            for member in etcd.members:
                member.proxy.heal()
            healed.append(load.wait_for_more(50, 90, "after all members came back"))
        return f"{load.finish()}; writes go on within {max(healed):.1f} s"
    finally:
        server.stop()
        etcd.stop()


def two(options):
    """Two servers over one etcd: watchers on both see the same changes, each once; one of the two is killed on the way."""
    etcd = Etcd(1)
    servers = [Server(options.binary, etcd.urls) for _ in range(2)]
    try:
        servers[0].start()
        servers[1].data.mkdir()
        shutil.copytree(servers[0].data / "pki", servers[1].data / "pki")
        servers[1].start()
        load = Load([server.port for server in servers], servers[0].ca, writers=8, watchers=2)
        for _ in range(1 if options.short else 5):
            load.wait_for_more(100, 60, "with two servers")
            servers[1].kill()
            load.wait_for_more(50, 60, "with one server")
            servers[1].start()
        load.wait_for_more(100, 60, "with two servers again")
        return f"{load.finish()}; 4 watchers saw the same"
    finally:
        for server in servers:
            server.stop()
        etcd.stop()


def churn(options):
    """Nodes and pods come and go while schedulers are killed: no node is given too much, no pod is forgotten."""
    rounds, seconds = (2, 4) if options.short else (12, 10)
    server = Server(options.binary).start()
    schedulers = world = None
    try:
        world = World(server.port, server.ca, 6 if options.short else 12)
        schedulers = Schedulers(options.binary, server)
        slowest = left = 0
        for turn in range(rounds):
            end = time.monotonic() + seconds
            while time.monotonic() < end and not world.wrongs:
                world.change()
                time.sleep(random.random() * 0.05)
            if turn % 2:
                schedulers.replace()
            world.settle()
            begun = time.monotonic()
            left = world.wait_for_rest(30)
            slowest = max(slowest, time.monotonic() - begun)
        world.end()
        assert not schedulers.panics(), schedulers.panics()
        assert world.bound > rounds, f"only {world.bound} pods were bound"
        return f"{world.made} pods made, {world.bound} bound, {left} fit nowhere at the end; at rest within {slowest:.1f} s; {schedulers.runs} schedulers"
    finally:
        if world:
            world.done.set()
        if schedulers:
            schedulers.stop()
        server.stop()


ALL = {
    "kill": (kill, False),
    "torn": (torn, False),
    "disk-full": (disk_full, False),
    "leader": (leader, True),
    "network": (network, True),
    "two-servers": (two, True),
    "churn": (churn, False),
}


def needs_etcd(name):
    return ALL[name][1] and not tool("etcd")
