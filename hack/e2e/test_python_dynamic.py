"""The official Python client's other doors: dynamic client, all kinds of patches, resumed watches, informer, leader election."""

import json
import logging
import pathlib
import sys
import unittest

from base import ClusterCase
from cluster import Process, wait_until

try:
    import kubernetes
    from kubernetes.dynamic import DynamicClient
    from kubernetes.dynamic.exceptions import ConflictError, NotFoundError, ResourceNotFoundError
    from kubernetes.informer import SharedInformer
except ImportError:
    kubernetes = None

CANDIDATE = pathlib.Path(__file__).resolve().parent / "python/candidate.py"


@unittest.skipUnless(kubernetes, "the Python client could not be fetched (hack/tools)")
class PythonDynamicClient(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = kubernetes.config.new_client_from_config(str(cls.cluster.kubeconfig))
        cls.core = kubernetes.client.CoreV1Api(cls.api)
        # discovery is cached in a file; one in the cluster's own directory goes with it
        cls.client = DynamicClient(cls.api, cache_file=str(cls.cluster.directory / "discovery.json"))
        cls.config_maps = cls.client.resources.get(api_version="v1", kind="ConfigMap")

    @classmethod
    def tearDownClass(cls):
        if hasattr(cls, "api"):
            cls.api.close()
        super().tearDownClass()

    def make(self, name, data=None, **labels):
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels}, "data": data or {}}
        return self.config_maps.create(body=body, namespace="default")

    def test_discovery_knows_kinds_by_all_their_names(self):
        self.assertEqual(self.client.version["kubernetes"]["minor"], "36")
        resources = self.client.resources
        self.assertEqual(resources.get(api_version="apps/v1", kind="Deployment").name, "deployments")
        self.assertEqual(resources.get(short_names=["sts"]).kind, "StatefulSet")
        self.assertIn("scale", resources.get(api_version="apps/v1", kind="ReplicaSet").subresources)
        with self.assertRaises(ResourceNotFoundError):
            resources.get(api_version="v1", kind="Nothing")

    def test_the_four_kinds_of_patches(self):
        made = self.make("patched", {"a": "1"})
        patch = {"name": "patched", "namespace": "default"}
        self.config_maps.patch(body={"data": {"a": None, "b": "2"}}, content_type="application/merge-patch+json", **patch)
        self.config_maps.patch(body=[{"op": "add", "path": "/data/c", "value": "3"}], content_type="application/json-patch+json", **patch)
        self.config_maps.patch(body={"data": {"d": "4"}}, content_type="application/strategic-merge-patch+json", **patch)
        wanted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "patched"}, "data": {"e": "5"}}
        applied = self.config_maps.server_side_apply(body=wanted, field_manager="one", **patch)
        self.assertEqual(applied.data.to_dict(), {"b": "2", "c": "3", "d": "4", "e": "5"})
        wanted["data"]["e"] = "6"
        with self.assertRaises(ConflictError) as caught:
            self.config_maps.server_side_apply(body=wanted, field_manager="two", **patch)
        self.assertIn('conflict with "one": .data.e', json.loads(caught.exception.body)["message"])
        forced = self.config_maps.server_side_apply(body=wanted, field_manager="two", force_conflicts=True, **patch)
        self.assertEqual(forced.data.e, "6")
        stale = made.to_dict()
        with self.assertRaises(ConflictError):
            self.config_maps.replace(body=stale, **patch)
        self.config_maps.delete(**patch)
        with self.assertRaises(NotFoundError):
            self.config_maps.get(**patch)

    def test_typed_patches(self):
        deployments = kubernetes.client.AppsV1Api(self.api)
        labels = {"app": "typed"}
        container = {"name": "main", "image": "registry.example/app:1"}
        body = {"metadata": {"name": "typed"}, "spec": {"selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [container]}}}}
        deployments.create_namespaced_deployment("default", body)
        # a mapping is a strategic patch: the list is merged by name
        added = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "registry.example/side:1"}]}}}}
        patched = deployments.patch_namespaced_deployment("typed", "default", added)
        self.assertEqual({c.name for c in patched.spec.template.spec.containers}, {"main", "side"})
        # a list is a JSON patch
        patched = deployments.patch_namespaced_deployment("typed", "default", [{"op": "replace", "path": "/spec/replicas", "value": 4}])
        self.assertEqual(patched.spec.replicas, 4)
        scale = deployments.read_namespaced_deployment_scale("typed", "default")
        self.assertEqual(scale.spec.replicas, 4)
        deployments.delete_namespaced_deployment("typed", "default", propagation_policy="Background")

    def test_a_watch_goes_on_where_it_ended(self):
        self.make("resume-0", set="resume")
        watcher, seen = kubernetes.watch.Watch(), []
        start = self.core.list_namespaced_config_map("default").metadata.resource_version
        self.make("resume-1", set="resume")
        options = {"namespace": "default", "label_selector": "set=resume", "timeout_seconds": 1}
        for event in watcher.stream(self.core.list_namespaced_config_map, resource_version=start, **options):
            seen.append(event["object"].metadata.name)
        self.make("resume-2", set="resume")
        for event in watcher.stream(self.core.list_namespaced_config_map, resource_version=watcher.resource_version, **options):
            seen.append(event["object"].metadata.name)
        self.assertEqual(seen, ["resume-1", "resume-2"])
        names = [event["raw_object"]["metadata"]["name"] for event in self.config_maps.watch(
            namespace="default", label_selector="set=resume", timeout=1)]
        self.assertEqual(names, ["resume-0", "resume-1", "resume-2"])

    def test_pages_of_the_dynamic_client(self):
        for index in range(5):
            self.make(f"page-{index}", set="page")
        sizes, token = [], None
        while True:
            page = self.config_maps.get(namespace="default", label_selector="set=page", limit=2, _continue=token)
            sizes.append(len(page.items))
            token = page.metadata.get("continue")
            if not token:
                break
        self.assertEqual(sizes, [2, 2, 1])

    def test_an_informer_keeps_what_there_is(self):
        self.make("informed-0", set="informed")
        informer = SharedInformer(list_func=self.core.list_namespaced_config_map, namespace="default", label_selector="set=informed")
        # it stops by cutting its connection, and tells of that as of a fault
        logging.getLogger(SharedInformer.__module__).setLevel(logging.CRITICAL)
        informer.start()
        self.addCleanup(informer.stop)
        wait_until(lambda: informer.cache.list_keys() == ["default/informed-0"], "the first object")
        self.make("informed-1", set="informed")
        wait_until(lambda: len(informer.cache.list()) == 2, "the second object")
        self.config_maps.delete(name="informed-0", namespace="default")
        wait_until(lambda: informer.cache.list_keys() == ["default/informed-1"], "the deletion")

    def test_one_of_two_leads_and_the_other_takes_over(self):
        def candidate(name):
            log = self.cluster.directory / f"{name}.log"
            process = Process([sys.executable, str(CANDIDATE), str(self.cluster.kubeconfig), name], log)
            self.addCleanup(process.stop)
            return process, lambda: f"{name} leads" in process.tail()

        one, one_leads = candidate("one")
        wait_until(one_leads, "the first to lead")
        two, two_leads = candidate("two")
        lock = self.config_maps.get(name="leader", namespace="default")
        self.assertIn('"holderIdentity": "one"', lock.metadata.annotations["control-plane.alpha.kubernetes.io/leader"])
        wait_until(lambda: self.config_maps.get(name="leader", namespace="default").metadata.resourceVersion != lock.metadata.resourceVersion, "a renewal")
        self.assertFalse(two_leads())
        one.stop()
        wait_until(two_leads, "the second to take over")
