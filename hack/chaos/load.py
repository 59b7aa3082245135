"""Writers that note what was acknowledged, watchers that note what they see, and the comparison of the two.

Each writer has config maps of its own and counts in them: an update puts the next number and names the revision that it
replaces, so a number that is skipped or comes twice shows. A write whose answer is an error or does not come may have
happened or not: the writer reads what is there and goes on from it.
"""

import threading
import time

from client import Client, Failure

NAMESPACE = "/api/v1/namespaces/default/configmaps"
KEYS = 3
PADDING = "x" * 500


class Writer(threading.Thread):
    """Writes until told to stop."""

    def __init__(self, load, number, port):
        super().__init__(daemon=True)
        self.load, self.number = load, number
        self.client = Client(port, load.ca)
        # name -> [number, revision] as acknowledged, or as found after a doubtful write
        self.known = {}
        self.acknowledged = []
        self.failures = []
        self.slowest = 0

    def run(self):
        try:
            turn = 0
            while not self.load.stopping.is_set():
                name = f"chaos-{self.number}-{turn % KEYS}"
                turn += 1
                begun = time.monotonic()
                try:
                    self.write(name)
                    self.slowest = max(self.slowest, time.monotonic() - begun)
                except Failure as failure:
                    self.failures.append((time.monotonic(), failure.code, failure.text))
                    self.settle(name)
        except AssertionError as wrong:
            self.load.wrong(str(wrong))
        finally:
            self.client.close()

    def write(self, name):
        count, revision = self.known.get(name, [0, None])
        body = {"metadata": {"name": name}, "data": {"n": str(count + 1), "padding": PADDING}}
        if revision is None:
            made = self.client.call("POST", NAMESPACE, body)
        else:
            body["metadata"]["resourceVersion"] = revision
            made = self.client.call("PUT", f"{NAMESPACE}/{name}", body)
        now = made["metadata"]["resourceVersion"]
        assert made["data"]["n"] == str(count + 1), f"{name}: wrote {count + 1}, was answered {made['data']['n']}"
        assert revision is None or int(now) > int(revision), f"{name}: {now} follows {revision}"
        self.known[name] = [count + 1, now]
        self.acknowledged.append((name, count + 1, int(now)))

    def settle(self, name):
        """Finds out what became of a write."""
        while not self.load.stopping.is_set():
            try:
                found = self.client.call("GET", f"{NAMESPACE}/{name}")
            except Failure as failure:
                if failure.code == 404:
                    assert name not in self.known, f"{name} is lost"
                    return
                time.sleep(0.05)
                continue
            self.found(name, found)
            return

    def found(self, name, found):
        count, revision = self.known.get(name, [0, 0])
        there, at = int(found["data"]["n"]), found["metadata"]["resourceVersion"]
        assert there in (count, count + 1), f"{name}: {count} was acknowledged, {there} is there"
        assert there > count or at == revision, f"{name}: {count} was acknowledged at {revision} and is there at {at}"
        self.known[name] = [there, at]


class Watcher(threading.Thread):
    """Sees every change, across the ends of its streams. Where it is told that its revision is too old, it lists again."""

    def __init__(self, load, port, revision):
        super().__init__(daemon=True)
        self.load, self.client = load, Client(port, load.ca)
        self.last = int(revision)
        self.seen = []
        self.counts = {}
        self.streams = self.relists = 0

    def run(self):
        try:
            while not self.load.done.is_set():
                try:
                    for event in self.client.watch(NAMESPACE, self.last, seconds=5):
                        if event["type"] == "ERROR":
                            assert event["object"]["code"] == 410, f"a watch was told {event['object']}"
                            self.list_again()
                            break
                        self.take(event)
                        if self.load.done.is_set():
                            break
                except Failure:
                    pass
                self.streams += 1
                time.sleep(0.02)
        except AssertionError as wrong:
            self.load.wrong(str(wrong))
        finally:
            self.client.close()

    def take(self, event):
        meta = event["object"]["metadata"]
        revision = int(meta["resourceVersion"])
        assert revision > self.last, f"a watch after {self.last} was sent {meta['name']} at {revision}"
        self.last = revision
        if meta["name"].startswith("chaos-"):
            name, count = meta["name"], int(event["object"]["data"]["n"])
            assert count == self.counts.get(name, 0) + 1, f"{name}: {count} was seen after {self.counts.get(name, 0)}"
            self.counts[name] = count
            self.seen.append((name, count, revision))

    def list_again(self):
        self.client.close()
        found = self.client.call("GET", NAMESPACE)
        for item in found["items"]:
            name = item["metadata"]["name"]
            if name.startswith("chaos-"):
                count = int(item["data"]["n"])
                assert count >= self.counts.get(name, 0), f"{name}: {self.counts[name]} was seen, {count} is listed"
                self.counts[name] = count
        self.last = int(found["metadata"]["resourceVersion"])
        self.relists += 1


class Load:
    """Writers and watchers over one or more servers."""

    def __init__(self, ports, ca, writers=6, watchers=1, may_list_again=False):
        self.ca, self.ports, self.may_list_again = ca, ports, may_list_again
        self.stopping, self.done = threading.Event(), threading.Event()
        self.wrongs = []
        revision = Client(ports[0], ca).call("GET", NAMESPACE)["metadata"]["resourceVersion"]
        self.watchers = [Watcher(self, port, revision) for port in ports for _ in range(watchers)]
        self.writers = [Writer(self, number, ports[number % len(ports)]) for number in range(writers)]
        for thread in self.watchers + self.writers:
            thread.start()

    def wrong(self, text):
        self.wrongs.append(text)
        self.stopping.set()

    @property
    def acknowledged(self):
        return sum(len(writer.acknowledged) for writer in self.writers)

    def wait_for_more(self, count, seconds, what):
        """Waits until `count` more writes were acknowledged; returns how long that took."""
        target, begun = self.acknowledged + count, time.monotonic()
        while self.acknowledged < target:
            assert not self.wrongs, self.wrongs
            took = time.monotonic() - begun
            assert took < seconds, f"{what}: {target - self.acknowledged} of {count} writes not acknowledged in {seconds} s"
            time.sleep(0.02)
        return time.monotonic() - begun

    def finish(self):
        """Stops the writers, waits for the watchers, and checks all that was seen; returns a line about it."""
        self.stopping.set()
        for writer in self.writers:
            writer.join(60)
            assert not writer.is_alive(), "a writer hangs"
        client = Client(self.ports[0], self.ca)
        stored = client.call("GET", NAMESPACE)
        last = int(stored["metadata"]["resourceVersion"])
        for item in stored["items"]:
            last_of = int(item["metadata"]["resourceVersion"])
            deadline = time.monotonic() + 20
            while any(watcher.last < last_of for watcher in self.watchers) and not self.wrongs:
                assert time.monotonic() < deadline, f"a watcher is at {min(w.last for w in self.watchers)}, not at {last_of}"
                time.sleep(0.02)
        self.done.set()
        client.close()
        for watcher in self.watchers:
            watcher.join(20)
        assert not self.wrongs, self.wrongs
        self.check(stored, last)
        failed = sum(len(writer.failures) for writer in self.writers)
        return f"{self.acknowledged} writes acknowledged, {failed} not, at revision {last}"

    def check(self, stored, last):
        found = {item["metadata"]["name"]: item for item in stored["items"]}
        acknowledged = set()
        for writer in self.writers:
            for name, (count, revision) in writer.known.items():
                assert name in found, f"{name} is lost"
                writer.found(name, found[name])
            acknowledged.update(writer.acknowledged)
        assert len({revision for _, _, revision in acknowledged}) == len(acknowledged), "a revision was given twice"
        for watcher in self.watchers:
            for name, item in found.items():
                if name.startswith("chaos-"):
                    assert watcher.counts.get(name) == int(item["data"]["n"]), f"{name}: a watcher is at {watcher.counts.get(name)}"
            if not self.may_list_again:
                assert not watcher.relists, "a watcher was told that its revision is too old"
                missed = sorted(acknowledged - set(watcher.seen), key=lambda it: it[2])
                assert not missed, f"a watcher missed {missed[:5]}, {len(missed)} in all"
                assert watcher.seen == self.watchers[0].seen, "two watchers saw different things"
