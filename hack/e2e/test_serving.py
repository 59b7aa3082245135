"""The shell around the API: logs, profiles, gates, flags, the order of the end."""

import json
import os
import signal
import ssl
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from base import ClusterCase
from cluster import Cluster

TOKEN = "not-for-logs"
SECRET = "bm90LWZvci1sb2dzLWVpdGhlcg=="
AUTOSCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "to-zero"},
    "spec": {
        "minReplicas": 0,
        "maxReplicas": 3,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "metrics": [{"type": "External", "external": {"metric": {"name": "queue"}, "target": {"type": "Value", "value": "3"}}}],
    },
}


def ask(cluster, path, body=None, token=TOKEN):
    """The answer's status and body."""
    context = ssl.create_default_context(cafile=str(cluster.data / "pki" / "ca.crt"))
    request = urllib.request.Request(cluster.url + path, json.dumps(body).encode() if body else None)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30, context=context) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def token_file(directory):
    path = directory / "tokens.csv"
    path.write_text(f'{TOKEN},somebody,1,"system:masters"\n')
    return str(path)


def made(arguments):
    """A cluster with a token file, not started."""
    cluster = Cluster(os.environ["KUBEFORGE_E2E_BINARY"], os.environ["KUBEFORGE_E2E_BACKEND"])
    cluster.arguments = ["--token-auth-file", token_file(cluster.directory), *arguments]
    return cluster


class Serving(ClusterCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = made(["-v=3", "--logging-format=json", "--feature-gates=HPAScaleToZero=true"])
        try:
            cls.cluster.start()
        except BaseException:
            cls.tearDownClass()
            raise

    def test_logs_are_json_and_hold_no_secrets(self):
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hidden"}, "data": {"key": SECRET}}
        self.assertEqual(ask(self.cluster, "/api/v1/namespaces/default/secrets", secret)[0], 201)
        self.assertEqual(ask(self.cluster, "/api/v1/nodes", token="wrong-token")[0], 401)
        text = self.cluster.server.log.read_text()
        for hidden in (TOKEN, SECRET, "wrong-token"):
            self.assertNotIn(hidden, text)
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        posted = [line for line in lines if line.get("URI") == "/api/v1/namespaces/default/secrets"]
        self.assertEqual([(line["msg"], line["verb"], line["resp"], line["v"]) for line in posted], [("HTTP", "POST", 201, 3)])

    def test_gates_shape_what_is_accepted(self):
        path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
        status, body = ask(self.cluster, path, AUTOSCALER)
        self.assertEqual((status, json.loads(body)["spec"]["minReplicas"]), (201, 0))
        metrics = ask(self.cluster, "/metrics")[1].decode()
        self.assertIn('kubernetes_feature_enabled{name="HPAScaleToZero",stage="ALPHA"} 1', metrics)

    def test_profiles_are_served(self):
        status, profile = ask(self.cluster, "/debug/pprof/profile?seconds=1")
        self.assertEqual((status, profile[:2]), (200, b"\x1f\x8b"))


class End(unittest.TestCase):
    def test_it_serves_on_while_it_is_not_ready(self):
        cluster = made(["--shutdown-delay-duration=3s"])
        try:
            cluster.start()
            cluster.server.child.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            while ask(cluster, "/readyz")[0] == 200:
                self.assertLess(time.monotonic() - begun, 2)
            self.assertEqual(ask(cluster, "/livez")[0], 200)
            self.assertEqual(ask(cluster, "/api/v1/namespaces")[0], 200)
            self.assertEqual(cluster.server.child.wait(20), 0)
            self.assertGreater(time.monotonic() - begun, 2.5)
        finally:
            cluster.stop()

    def test_a_second_signal_does_not_wait(self):
        cluster = made(["--shutdown-delay-duration=1h"])
        try:
            cluster.start()
            cluster.server.child.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            while ask(cluster, "/readyz")[0] == 200:
                self.assertLess(time.monotonic() - begun, 2)
            self.assertNotEqual(cluster.server.stop(), 0)
        finally:
            cluster.stop()


class Flags(unittest.TestCase):
    def test_what_cannot_be_is_told_by_name(self):
        for arguments, want in (
            (["--feature-gates=Nonesuch=true"], "unrecognized feature gate: Nonesuch"),
            (["--goaway-chance=1"], "--goaway-chance can not be less than 0 or greater than 0.02"),
            (["--audit-log-path=/tmp/audit"], "--audit-log-path"),
        ):
            command = [os.environ["KUBEFORGE_E2E_BINARY"], "kube-apiserver", "--data-dir=/nonexistent/x", *arguments]
            done = subprocess.run(command, text=True, capture_output=True, timeout=30)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(want, done.stderr)
