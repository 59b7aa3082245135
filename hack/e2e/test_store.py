"""`kubeforge store` on the data of a control plane that was stopped, and planes that leave no data."""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

from base import ClusterCase
from cluster import tool

BINARY = os.environ.get("KUBEFORGE_E2E_BINARY", "")
# starts a plane, prints its line, and is killed before it can stop the plane
PARENT = """
import os, subprocess, sys
plane = subprocess.Popen([sys.argv[1], "up", "--ephemeral", "--print-kubeconfig"], stdout=subprocess.PIPE)
sys.stdout.write(f"{plane.pid} {plane.stdout.readline().decode()}")
sys.stdout.flush()
os.kill(os.getpid(), 9)
"""


class Store(ClusterCase):
    needs = ("kubectl",)

    @classmethod
    def setUpClass(cls):
        if os.environ["KUBEFORGE_E2E_BACKEND"] != "embedded":
            raise unittest.SkipTest("etcd has tools of its own")
        super().setUpClass()

    def store(self, *arguments, check=True):
        done = subprocess.run([BINARY, "store", *map(str, arguments)], capture_output=True, text=True, timeout=60)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_a_snapshot_becomes_the_same_cluster_elsewhere(self):
        self.kubectl("create", "configmap", "kept", "--from-literal=a=b")
        refused = self.store("verify", "--data-dir", self.cluster.data, check=False)
        self.assertIn("in use by another process", refused.stderr)
        uid = json.loads(self.kubectl("get", "configmap", "kept", "-o", "json"))["metadata"]["uid"]
        self.cluster.server.stop()
        data, copy = pathlib.Path(self.cluster.data), pathlib.Path(f"{self.cluster.data}-copy")
        backup = data / "backup"
        self.assertIn("sound", self.store("verify", "--data-dir", data).stdout)
        self.store("snapshot", "--data-dir", data, backup)
        self.store("restore", "--data-dir", copy, backup)
        self.store("defrag", "--data-dir", copy)
        dumped = self.store("dump", "--data-dir", copy, "--prefix", "/registry/configmaps/default/kept", "--values").stdout
        self.assertEqual(json.loads(dumped)["value"]["metadata"]["uid"], uid)
        self.assertNotEqual(self.store("restore", "--data-dir", copy, backup, check=False).returncode, 0)
        self.cluster.start()
        self.assertIn("kept", self.kubectl("get", "configmaps"))


class Ephemeral(unittest.TestCase):
    @unittest.skipUnless(tool("kubectl"), "kubectl could not be fetched (hack/tools)")
    def test_it_serves_and_ends_with_its_parent(self):
        started = subprocess.run(
            [sys.executable, "-c", PARENT, BINARY], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60
        )
        pid, kubeconfig = started.stdout.split(" ", 1)
        self.assertIn("current-context", json.loads(kubeconfig))
        deadline = time.monotonic() + 20
        while pathlib.Path(f"/proc/{pid}").exists():
            self.assertLess(time.monotonic(), deadline, "it still runs")
            time.sleep(0.1)
