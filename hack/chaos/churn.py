"""A small cluster in which nodes and pods come and go, and two schedulers, of which one or the other is killed.

Nothing runs on the nodes: this program takes terminating pods away, as kubelets would, and the pods of nodes that are gone.
Every binding is held against a naive idea of what a node can take, in the order in which the API server tells of it. When
all has come to rest, no pod may be left without a node that one of the nodes could take, were it for making room.
"""

import json
import random
import signal
import subprocess
import threading
import time

from client import TOKEN, Client, Failure

PODS = "/api/v1/namespaces/default/pods"
NODES = "/api/v1/nodes"
ZONES = ("east", "west")
GROUPS = ("blue", "green", "red")
PRIORITIES = {"low": 10, "middle": 100, "high": 1000}
PODS_PER_NODE = 9


class Node:
    """A node as this program makes it: only its taint changes."""

    def __init__(self, number):
        self.name, self.zone, self.cpu = f"node-{number}", ZONES[number % len(ZONES)], random.choice((1000, 2000, 3000))
        self.path = f"{NODES}/{self.name}"
        self.is_there, self.is_tainted = False, False

    def body(self):
        taints = [{"key": "churn", "effect": "NoSchedule"}] if self.is_tainted else []
        room = {"cpu": f"{self.cpu}m", "memory": "8Gi", "pods": str(PODS_PER_NODE)}
        labels = {"kubernetes.io/hostname": self.name, "zone": self.zone}
        return {
            "metadata": {"name": self.name, "labels": labels}, "spec": {"taints": taints},
            "status": {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]},
        }

    def take(self, pods, new):
        """Why a pod can't be here beside others; None where it can."""
        if new.zone not in (None, self.zone):
            return f"it is in zone {self.zone}"
        if sum(pod.cpu for pod in pods) + new.cpu > self.cpu:
            return f"it has {self.cpu}m CPU, {sum(pod.cpu for pod in pods)}m taken"
        if len(pods) >= PODS_PER_NODE:
            return f"it has {len(pods)} pods"
        apart = [pod.name for pod in pods if pod.group == new.group and (pod.is_apart or new.is_apart)]
        return f"{apart} of group {new.group} are there" if apart else None


class Pod:
    """A pod as it was last seen."""

    def __init__(self, body):
        spec = body["spec"]
        self.name, self.group = body["metadata"]["name"], body["metadata"]["labels"]["group"]
        self.cpu = int(spec["containers"][0]["resources"]["requests"]["cpu"].removesuffix("m"))
        self.zone = spec.get("nodeSelector", {}).get("zone")
        self.is_apart = "affinity" in spec
        self.priority = spec["priority"]
        self.node = spec.get("nodeName")
        self.is_ending = "deletionTimestamp" in body["metadata"]

    @staticmethod
    def drawn(number):
        group, name = random.choice(GROUPS), f"pod-{number}"
        # never as much as `1` for `1000m`, so that all is told in thousandths
        requests = {"cpu": f"{random.choice((50, 150, 350, 650, 950))}m"}
        spec = {
            "containers": [{"name": "c", "image": "i", "resources": {"requests": requests}}],
            "priorityClassName": random.choices(list(PRIORITIES), (6, 3, 1))[0],
        }
        if random.random() < 0.2:
            spec["nodeSelector"] = {"zone": random.choice(ZONES)}
        if random.random() < 0.2:
            term = {"labelSelector": {"matchLabels": {"group": group}}, "topologyKey": "kubernetes.io/hostname"}
            spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
        return {"metadata": {"name": name, "labels": {"group": group}}, "spec": spec}


class Watch(threading.Thread):
    """Follows the pods and judges each binding."""

    def __init__(self, world, client, revision):
        super().__init__(daemon=True)
        self.world, self.client, self.revision = world, client, revision

    def run(self):
        try:
            while not self.world.done.is_set():
                try:
                    for event in self.client.watch(PODS, self.revision, seconds=5):
                        assert event["type"] != "ERROR", event["object"]
                        self.revision = event["object"]["metadata"]["resourceVersion"]
                        self.world.see(event["type"], Pod(event["object"]))
                        if self.world.done.is_set():
                            return
                except Failure:
                    time.sleep(0.05)
        except Exception as wrong:
            # whatever it is, nobody judges any more
            self.world.wrongs.append(str(wrong) or repr(wrong))


class Reaper(threading.Thread):
    """Takes away pods that are ending, and those of nodes that are gone, some time after."""

    def __init__(self, world, client):
        super().__init__(daemon=True)
        self.world, self.client = world, client

    def run(self):
        try:
            self.reap()
        except AssertionError as wrong:
            self.world.wrongs.append(str(wrong))

    def reap(self):
        while not self.world.done.wait(0.1):
            gone = {node.name for node in self.world.nodes if not node.is_there}
            for pod in self.world.seen():
                if pod.is_ending and random.random() < 0.3 or pod.node in gone and random.random() < 0.1:
                    self.world.remove(self.client, f"{PODS}/{pod.name}?gracePeriodSeconds=0")


class World:
    """The cluster: what this program made, and what it sees."""

    def __init__(self, port, ca, size):
        self.client, self.pods, self.lock = Client(port, ca), {}, threading.Lock()
        self.nodes = [Node(number) for number in range(size)]
        self.by_name = {node.name: node for node in self.nodes}
        self.made = self.bound = 0
        self.wrongs, self.done = [], threading.Event()
        for name, value in PRIORITIES.items():
            self.client.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", {"metadata": {"name": name}, "value": value})
        self.client.call("POST", "/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "default"}})
        for node in self.nodes:
            self.bring(node)
        revision = self.client.call("GET", PODS)["metadata"]["resourceVersion"]
        self.threads = [Watch(self, Client(port, ca), revision), Reaper(self, Client(port, ca))]
        for thread in self.threads:
            thread.start()

    def bring(self, node):
        self.client.call("POST", NODES, node.body())
        node.is_there = True
        # admission taints new nodes, which a controller that is not here takes off when they are ready
        self.taint(node, False)

    @staticmethod
    def remove(client, path):
        try:
            client.call("DELETE", path)
        except Failure as failure:
            assert failure.code in (404, 409), str(failure)

    def seen(self):
        with self.lock:
            return list(self.pods.values())

    def on(self, node, other_than):
        return [pod for pod in self.pods.values() if pod.node == node.name and pod.name != other_than.name]

    def see(self, kind, pod):
        """Something became of a pod."""
        with self.lock:
            before = self.pods.get(pod.name)
            if kind == "DELETED":
                self.pods.pop(pod.name, None)
                return
            self.pods[pod.name] = pod
            if before and before.node:
                assert pod.node == before.node, f"{pod.name} was on {before.node} and is on {pod.node}"
            elif pod.node:
                self.bound += 1
                node = self.by_name[pod.node]
                why = node.take(self.on(node, pod), pod)
                assert why is None, f"{pod.name} ({pod.cpu}m) was bound to {node.name}, but {why}"

    def change(self):
        """One thing happens."""
        pods, node = self.seen(), random.choice(self.nodes)
        what = random.random()
        if what < 0.5 and len(pods) < 8 * len(self.nodes):
            for _ in range(random.randint(1, 6)):
                self.made += 1
                self.client.call("POST", PODS, Pod.drawn(self.made))
        elif what < 0.9 and pods:
            for pod in random.sample(pods, min(len(pods), 3)):
                self.remove(self.client, f"{PODS}/{pod.name}" + random.choice(("", "?gracePeriodSeconds=0")))
        elif what < 0.95:
            if node.is_there:
                self.remove(self.client, node.path)
                node.is_there = False
            else:
                self.bring(node)
        elif node.is_there:
            self.taint(node, not node.is_tainted)

    def taint(self, node, is_tainted):
        node.is_tainted = is_tainted
        stored = self.client.call("GET", node.path)
        stored["spec"] = node.body()["spec"]
        self.client.call("PUT", node.path, stored)

    def settle(self):
        """Every node is there and takes pods again."""
        for node in self.nodes:
            if not node.is_there:
                self.bring(node)
            elif node.is_tainted:
                self.taint(node, False)

    def unplaced(self):
        """What is left to be done: a pod without a node that could have one, or one on its way out."""
        with self.lock:
            for pod in self.pods.values():
                if pod.is_ending:
                    return f"{pod.name} is ending"
                for node in self.nodes if not pod.node else ():
                    others = [other for other in self.on(node, pod) if other.priority >= pod.priority]
                    if node.take(others, pod) is None:
                        return f"{pod.name} ({pod.cpu}m, priority {pod.priority}) has no node, and {node.name} could take it"
        return None

    def behind(self):
        """What the watch has not told of yet."""
        there = {it["metadata"]["name"] for it in self.client.call("GET", PODS)["items"]}
        missing = there ^ {pod.name for pod in self.seen()}
        return f"the watch has not told of {sorted(missing)[:3]}" if missing else None

    def wait_for_rest(self, seconds):
        """Waits until nothing is left to be done; returns how many pods have no node and can't have one."""
        deadline = time.monotonic() + seconds
        while left := self.unplaced() or self.behind():
            assert not self.wrongs, self.wrongs
            assert time.monotonic() < deadline, f"{seconds} s after the last change {left}"
            time.sleep(0.1)
        return sum(1 for pod in self.seen() if not pod.node)

    def end(self):
        self.done.set()
        for thread in self.threads:
            thread.join(20)
        self.client.close()
        assert not self.wrongs, self.wrongs


class Schedulers:
    """Two schedulers that share a lease. One of them is always there."""

    def __init__(self, binary, server):
        self.binary, self.directory, self.children, self.runs = str(binary), server.directory, [None, None], 0
        kubeconfig = self.directory / "scheduler.kubeconfig"
        cluster = {"server": f"https://127.0.0.1:{server.port}", "certificate-authority": server.ca}
        kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": cluster}], "users": [{"name": "c", "user": {"token": TOKEN}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
        }))
        self.config = self.directory / "scheduler.yaml"
        self.config.write_text(json.dumps({
            "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
            "clientConnection": {"kubeconfig": str(kubeconfig), "qps": -1},
            "leaderElection": {"leaseDuration": "3s", "renewDeadline": "2s", "retryPeriod": "500ms"},
            "podInitialBackoffSeconds": 1, "podMaxBackoffSeconds": 2,
        }))
        self.start(0)
        self.start(1)

    def start(self, which):
        self.runs += 1
        with open(self.directory / f"scheduler-{self.runs}.log", "wb") as log:
            command = [self.binary, "kube-scheduler", f"--config={self.config}", "--secure-port=0"]
            self.children[which] = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def replace(self):
        """One is killed, or told to go, and another begins."""
        which = random.randrange(2)
        assert self.children[which].poll() is None, f"a scheduler ended with {self.children[which].returncode}"
        self.children[which].send_signal(random.choice((signal.SIGKILL, signal.SIGTERM)))
        self.children[which].wait(30)
        self.start(which)

    def panics(self):
        logs = [path.read_text(errors="replace") for path in self.directory.glob("scheduler-*.log")]
        return [line for log in logs for line in log.splitlines() if "panic" in line]

    def stop(self):
        for child in self.children:
            child.kill()
            child.wait()
