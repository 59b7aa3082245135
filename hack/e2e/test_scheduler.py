"""The scheduler as a process: its endpoint, its configuration, and several of them at one API server."""

import base64
import collections
import http.server
import json
import pathlib
import signal
import ssl
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from base import ClusterCase
from cluster import Process, free_port, wait_until

# as fast as leader election goes with leases in whole seconds
ELECTION = ("--leader-elect-lease-duration=3s", "--leader-elect-renew-deadline=2s", "--leader-elect-retry-period=500ms")


class Scheduler:
    """A scheduler process with an endpoint on loopback."""

    def __init__(self, cluster, name, *arguments):
        self.cluster, self.port = cluster, free_port()
        kubeconfig = str(cluster.kubeconfig)
        self.process = Process(
            [
                cluster.binary, "kube-scheduler", "--bind-address=127.0.0.1", f"--secure-port={self.port}", "-v=3",
                f"--kubeconfig={kubeconfig}", f"--authentication-kubeconfig={kubeconfig}",
                f"--authorization-kubeconfig={kubeconfig}", *arguments,
            ],
            cluster.directory / f"{name}.log",
        )

    def get(self, path, certificate=True):
        """Status and text of a page."""
        context = ssl._create_unverified_context()
        if certificate:
            context.load_cert_chain(str(self.cluster.directory / "admin.pem"))
        try:
            with urllib.request.urlopen(f"https://127.0.0.1:{self.port}{path}", timeout=10, context=context) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as err:
            return err.code, err.read().decode()
        except OSError as err:
            return 0, str(err)

    def wait_ready(self):
        wait_until(lambda: self.get("/readyz", certificate=False)[0] == 200, "the scheduler to be ready")
        return self

    def metric(self, name):
        """The sum of a family's samples whose line begins so."""
        text = self.get("/metrics")[1]
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


class SchedulerCase(ClusterCase):
    needs = ("kubectl",)
    arguments = ("--components=apiserver,hollow-nodes", "--hollow-nodes=5")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        config = json.loads(cls.cluster.kubectl("config", "view", "--raw", "-o", "json"))
        user = config["users"][0]["user"]
        pem = b"".join(base64.b64decode(user[name]) for name in ("client-certificate-data", "client-key-data"))
        (cls.cluster.directory / "admin.pem").write_bytes(pem)

    def setUp(self):
        self.schedulers = []

    def tearDown(self):
        for scheduler in self.schedulers:
            scheduler.process.child.kill()
            scheduler.process.child.wait()
        self.kubectl("delete", "pods", "--all", "--force", "--grace-period=0")
        self.kubectl("delete", "events", "--all")
        self.kubectl("delete", "lease", "kube-scheduler", "-n", "kube-system", "--ignore-not-found")

    def scheduler(self, name, *arguments):
        scheduler = Scheduler(self.cluster, f"{self.id().rsplit('.', 1)[1]}-{name}", *arguments)
        self.schedulers.append(scheduler)
        return scheduler

    def create_pods(self, prefix, count, **spec):
        pods = [
            {
                "apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"{prefix}-{n}"},
                "spec": {"containers": [{"name": "c", "image": "i", "resources": {"requests": {"cpu": "1m"}}}], **spec},
            }
            for n in range(count)
        ]
        self.kubectl("create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}))

    def pods(self):
        return json.loads(self.kubectl("get", "pods", "-o", "json"))["items"]

    def all_bound(self, count):
        pods = self.pods()
        return len(pods) == count and all(pod["spec"].get("nodeName") for pod in pods)

    def assert_bound_once(self, count, told_at_least=None):
        """Each pod was bound, and was said to be bound, once. What a scheduler was about to say when it was killed is lost."""
        wait_until(lambda: self.all_bound(count), f"{count} pods to be bound", 60)

        def told():
            events = json.loads(self.kubectl("get", "events", "-o", "json"))["items"]
            names = [it["involvedObject"]["name"] for it in events if it["reason"] == "Scheduled"]
            return collections.Counter(names)

        wait_until(lambda: len(told()) >= (told_at_least or count), "events to be there")
        self.assertEqual([name for name, times in told().items() if times > 1], [])

    def holder(self):
        lease = self.kubectl("get", "lease", "kube-scheduler", "-n", "kube-system", "-o", "json", check=False)
        return json.loads(lease.stdout)["spec"].get("holderIdentity", "") if lease.returncode == 0 else ""


class Endpoint(SchedulerCase):
    def test_pages(self):
        scheduler = self.scheduler("only", *ELECTION).wait_ready()
        wait_until(self.holder, "a leader")
        self.create_pods("p", 3)
        self.assert_bound_once(3)
        self.assertEqual(scheduler.get("/healthz", certificate=False), (200, "ok"))
        code, text = scheduler.get("/metrics", certificate=False)
        self.assertEqual(code, 403, text)
        self.assertIn('forbidden: User \\"system:anonymous\\" cannot get path \\"/metrics\\"', text)
        self.assertEqual(scheduler.metric('scheduler_schedule_attempts_total{profile="default-scheduler",result="scheduled"}'), 3)
        self.assertEqual(scheduler.metric('scheduler_cache_size{type="nodes"}'), 5)
        self.assertEqual(scheduler.metric("leader_election_master_status"), 1)
        configuration = json.loads(scheduler.get("/configz")[1])["componentconfig"]
        self.assertEqual(configuration["LeaderElection"]["LeaseDuration"], "3s")
        self.assertIn('pod="p-0",priority="0",resource="cpu",scheduler="default-scheduler",unit="cores"} 0.001', scheduler.get("/metrics/resources")[1])
        explanation = json.loads(scheduler.get("/explain?namespace=default&pod=p-0")[1])
        self.assertEqual(len(explanation["nodes"]), 5)
        self.assertEqual(scheduler.get("/nothing"), (404, "404 page not found\n"))
        self.assertIn("Successfully bound pod to node", scheduler.process.log.read_text())

    def test_tokens_are_reviewed(self):
        scheduler = self.scheduler("only", "--leader-elect=false").wait_ready()
        self.kubectl("create", "serviceaccount", "watcher")
        self.kubectl("create", "clusterrole", "watcher", "--verb=get", "--non-resource-url=/metrics")
        self.kubectl("create", "clusterrolebinding", "watcher", "--clusterrole=watcher", "--serviceaccount=default:watcher")
        token = self.kubectl("create", "token", "watcher").strip()
        for path, bearer, want in (("/metrics", token, 200), ("/configz", token, 403), ("/metrics", "nonsense", 401)):
            request = urllib.request.Request(f"https://127.0.0.1:{scheduler.port}{path}", headers={"Authorization": f"Bearer {bearer}"})
            try:
                code = urllib.request.urlopen(request, timeout=10, context=ssl._create_unverified_context()).status
            except urllib.error.HTTPError as err:
                code = err.code
            self.assertEqual(code, want, (path, want))

    def test_wrong_configurations_are_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "config.yaml")
            path.write_text("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nparallelism: 0\n")
            process = Process([self.cluster.binary, "kube-scheduler", f"--config={path}"], pathlib.Path(directory, "log"))
            self.assertEqual(process.child.wait(30), 1)
            self.assertIn("parallelism: Invalid value: 0: should be an integer value greater than zero", process.tail())


class Election(SchedulerCase):
    def test_another_takes_over_when_the_leader_is_killed(self):
        first = self.scheduler("first", *ELECTION)
        leader = wait_until(self.holder, "a leader")
        second = self.scheduler("second", *ELECTION).wait_ready()
        self.create_pods("before", 20)
        wait_until(lambda: self.all_bound(20), "pods to be bound")
        self.create_pods("during", 40)
        first.process.child.kill()
        self.create_pods("after", 20)
        # those before and after
        self.assert_bound_once(80, told_at_least=40)
        self.assertNotEqual(self.holder(), leader)
        self.assertEqual(second.metric("leader_election_master_status"), 1)

    def test_a_leader_that_is_told_to_stop_gives_the_lease_up(self):
        first = self.scheduler("first", "--leader-elect-lease-duration=60s")
        wait_until(self.holder, "a leader")
        second = self.scheduler("second", "--leader-elect-lease-duration=60s").wait_ready()
        self.assertEqual(first.process.stop(signal.SIGTERM), 0)
        self.create_pods("after", 5)
        self.assert_bound_once(5)
        self.assertEqual(second.metric("leader_election_master_status"), 1)


class Faults(SchedulerCase):
    def test_an_api_server_that_is_killed_is_met_again(self):
        scheduler = self.scheduler("only").wait_ready()
        wait_until(self.holder, "a leader")
        self.create_pods("before", 30)
        self.cluster.kill()
        time.sleep(1)
        self.cluster.start()
        self.create_pods("after", 30)
        # nobody knows of a binding whose answer was lost with the server that it is the scheduler's
        self.assert_bound_once(60, told_at_least=30)
        self.assertIsNone(scheduler.process.child.poll())


class Extender(http.server.BaseHTTPRequestHandler):
    """Lets through the node whose name ends in the pod's number, and scores nothing."""

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = question["Pod"]["metadata"]["name"].rsplit("-", 1)[1]
        names = [name for name in question["NodeNames"] if name.endswith(number)]
        others = {name: "not the pod's number" for name in question["NodeNames"] if name not in names}
        body = json.dumps({"NodeNames": names, "FailedNodes": others}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Extenders(SchedulerCase):
    def test_an_extender_decides(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Extender)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        path = self.cluster.directory / "extender.yaml"
        path.write_text(json.dumps({
            "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
            "clientConnection": {"kubeconfig": str(self.cluster.kubeconfig)}, "leaderElection": {"leaderElect": False},
            "extenders": [{
                "urlPrefix": f"http://127.0.0.1:{server.server_port}", "filterVerb": "filter", "nodeCacheCapable": True,
            }],
        }))
        self.scheduler("only", f"--config={path}").wait_ready()
        nodes = [node["metadata"]["name"] for node in json.loads(self.kubectl("get", "nodes", "-o", "json"))["items"]]
        numbers = sorted(int(name.rsplit("-", 1)[1]) for name in nodes)
        self.create_pods("p", 10)
        wanted = [n for n in range(10) if any(str(number).endswith(str(n)) for number in numbers)]

        def bound():
            return {pod["metadata"]["name"]: pod["spec"]["nodeName"] for pod in self.pods() if pod["spec"].get("nodeName")}

        wait_until(lambda: len(bound()) == len(wanted), "the extender's pods to be bound")
        for pod, node in bound().items():
            self.assertTrue(node.endswith(pod.rsplit("-", 1)[1]), (pod, node))
        reason = "0/5 nodes are available: 5 not the pod's number."
        wait_until(lambda: reason in json.dumps(self.pods()), "the extender's reason")


if __name__ == "__main__":
    unittest.main()
