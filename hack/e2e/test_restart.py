"""Nothing acknowledged is lost when the server dies."""

import concurrent.futures
import json
import os
import signal
import stat
import threading
import unittest

from base import ClusterCase
from cluster import Cluster, tool

CONFIG_MAP = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"n":"%s"}}'


class Restart(ClusterCase):
    needs = ("kubectl",)

    def test_kill_and_restart_lose_nothing(self):
        acknowledged, stop = [], threading.Event()

        def write(worker):
            count = 0
            while not stop.is_set():
                name = f"kept-{worker}-{count}"
                done = self.kubectl("create", "-f", "-", stdin=CONFIG_MAP % (name, count), check=False)
                if done.returncode != 0:
                    return
                acknowledged.append(name)
                count += 1

        for _ in range(2):
            stop.clear()
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                writers = [pool.submit(write, f"{len(acknowledged)}-{n}") for n in range(4)]
                target = len(acknowledged) + 12
                while len(acknowledged) < target and not all(w.done() for w in writers):
                    stop.wait(0.05)
                self.cluster.kill()
                stop.set()
                for writer in writers:
                    writer.result()
            self.assertGreaterEqual(len(acknowledged), target - 4)
            self.cluster.start()
            kept = {item["metadata"]["name"] for item in json.loads(self.kubectl("get", "configmaps", "-o", "json"))["items"]}
            self.assertEqual([name for name in acknowledged if name not in kept], [])

    def test_keys_are_private(self):
        for path in (self.cluster.kubeconfig, self.cluster.data / "pki" / "ca.key"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)


class Shutdown(unittest.TestCase):
    def test_signals_end_it_cleanly(self):
        for with_signal in (signal.SIGINT, signal.SIGTERM):
            cluster = Cluster(os.environ["KUBEFORGE_E2E_BINARY"], os.environ["KUBEFORGE_E2E_BACKEND"])
            if cluster.backend == "etcd3" and not tool("etcd"):
                self.skipTest("etcd could not be fetched (hack/tools)")
            try:
                cluster.start()
                self.assertEqual(cluster.server.stop(with_signal), 0)
            finally:
                cluster.stop()
