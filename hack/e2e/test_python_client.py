"""The official Python client."""

import threading
import unittest

from base import ClusterCase
from cluster import wait_until

try:
    import kubernetes
except ImportError:
    kubernetes = None


@unittest.skipUnless(kubernetes, "the Python client could not be fetched (hack/tools)")
class PythonClient(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = kubernetes.config.new_client_from_config(str(cls.cluster.kubeconfig))
        cls.core = kubernetes.client.CoreV1Api(cls.api)
        cls.apps = kubernetes.client.AppsV1Api(cls.api)

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "api"):
            cls.api.close()
        super().tearDownClass()

    def pod(self, name, labels=None):
        container = kubernetes.client.V1Container(name="main", image="registry.example/app:1")
        return kubernetes.client.V1Pod(
            metadata=kubernetes.client.V1ObjectMeta(name=name, labels=labels),
            spec=kubernetes.client.V1PodSpec(containers=[container]),
        )

    def test_a_pod_made_here_becomes_running(self):
        self.core.create_namespaced_pod("default", self.pod("python"))
        wait_until(lambda: self.core.read_namespaced_pod("python", "default").status.phase == "Running", "the pod to run")
        self.core.delete_namespaced_pod("python", "default", grace_period_seconds=0)

    def test_list_and_watch(self):
        revision = self.core.list_namespaced_pod("default", label_selector="set=w").metadata.resource_version
        seen = []

        def watch():
            events = kubernetes.watch.Watch().stream(
                self.core.list_namespaced_pod, "default", label_selector="set=w", resource_version=revision, timeout_seconds=30
            )
            for event in events:
                seen.append((event["type"], event["object"].metadata.name))
                if event["type"] == "DELETED":
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        self.core.create_namespaced_pod("default", self.pod("w1", {"set": "w"}))
        self.core.create_namespaced_pod("default", self.pod("other", {"set": "x"}))
        self.core.patch_namespaced_pod("w1", "default", {"metadata": {"annotations": {"a": "b"}}})
        names = [p.metadata.name for p in self.core.list_namespaced_pod("default", label_selector="set in (w)").items]
        self.assertEqual(names, ["w1"])
        self.core.delete_namespaced_pod("w1", "default", grace_period_seconds=0)
        watcher.join(60)
        self.assertFalse(watcher.is_alive())
        self.assertEqual(seen[0], ("ADDED", "w1"))
        self.assertIn(("MODIFIED", "w1"), seen)
        self.assertEqual(seen[-1], ("DELETED", "w1"))
        self.assertTrue(all(name == "w1" for _, name in seen))

    def test_lists_come_in_chunks(self):
        for index in range(7):
            self.core.create_namespaced_config_map(
                "default", kubernetes.client.V1ConfigMap(metadata=kubernetes.client.V1ObjectMeta(name=f"chunk-{index}", labels={"c": "1"}))
            )
        names, token = [], None
        while True:
            page = self.core.list_namespaced_config_map("default", limit=3, _continue=token)
            names += [item.metadata.name for item in page.items]
            token = page.metadata._continue
            if not token:
                break
        self.assertEqual([n for n in names if n.startswith("chunk-")], [f"chunk-{i}" for i in range(7)])

    def test_errors_are_statuses(self):
        with self.assertRaises(kubernetes.client.exceptions.ApiException) as caught:
            self.core.read_namespaced_pod("missing", "default")
        self.assertEqual(caught.exception.status, 404)
        self.assertIn('"reason":"NotFound"', caught.exception.body.replace(" ", ""))
        stale = self.core.create_namespaced_config_map(
            "default", kubernetes.client.V1ConfigMap(metadata=kubernetes.client.V1ObjectMeta(name="stale"))
        )
        self.core.patch_namespaced_config_map("stale", "default", {"data": {"a": "1"}})
        stale.data = {"a": "2"}
        with self.assertRaises(kubernetes.client.exceptions.ApiException) as caught:
            self.core.replace_namespaced_config_map("stale", "default", stale)
        self.assertEqual(caught.exception.status, 409)
