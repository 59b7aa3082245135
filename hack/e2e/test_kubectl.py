"""kubectl 1.36.4, unmodified."""

import json
import pathlib
import subprocess
import unittest

from base import ClusterCase
from cluster import SHARED, tool, wait_until

POD = """
apiVersion: v1
kind: Pod
metadata: {name: %(name)s, labels: {app: %(name)s}}
spec:
  containers:
  - {name: main, image: registry.example/app:1, resources: {requests: {cpu: 100m, memory: 64Mi}}}
"""

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %(name)s}
spec:
  replicas: 2
  selector: {matchLabels: {app: %(name)s}}
  template:
    metadata: {labels: {app: %(name)s}}
    spec:
      containers: [{name: main, image: "registry.example/app:1"}]
"""

# Kinds that this control plane serves; manifests with others are not for it yet.
SERVED = {
    "Binding", "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume",
    "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicationController", "ResourceQuota", "Secret", "Service",
    "ServiceAccount", "ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "CronJob", "Job",
    "HorizontalPodAutoscaler", "Lease", "EndpointSlice", "PodDisruptionBudget", "ClusterRole", "ClusterRoleBinding",
    "Role", "RoleBinding", "PriorityClass", "CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass",
    "VolumeAttachment", "VolumeAttributesClass", "Ingress", "IngressClass", "NetworkPolicy", "RuntimeClass", "FlowSchema",
    "PriorityLevelConfiguration", "DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration",
    "CustomResourceDefinition", "CertificateSigningRequest",
}
SERVED_VERSIONS = {
    "v1", "apps/v1", "autoscaling/v1", "autoscaling/v2", "batch/v1", "coordination.k8s.io/v1", "discovery.k8s.io/v1",
    "events.k8s.io/v1", "policy/v1", "rbac.authorization.k8s.io/v1", "scheduling.k8s.io/v1", "storage.k8s.io/v1",
    "networking.k8s.io/v1", "node.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1", "resource.k8s.io/v1",
    "admissionregistration.k8s.io/v1", "apiextensions.k8s.io/v1", "certificates.k8s.io/v1",
}


class Kubectl(ClusterCase):
    needs = ("kubectl",)

    def run_pod(self, name):
        self.kubectl("apply", "-f", "-", stdin=POD % {"name": name})
        self.kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=30s")

    def test_api_resources_and_cluster_info(self):
        names = self.kubectl("api-resources", "-o", "name").split()
        for name in ("pods", "nodes", "deployments.apps", "leases.coordination.k8s.io"):
            self.assertIn(name, names)
        wide = self.kubectl("api-resources", "-o", "wide")
        self.assertRegex(wide, r"pods\s+po\s+v1\s+true\s+Pod\s+create,delete,deletecollection,get,list,patch,update,watch\s+all")
        self.assertIn("is running at", self.kubectl("cluster-info"))
        self.assertIn("v1", self.kubectl("api-versions").split())
        self.assertIn("v1.36", self.kubectl("version"))

    def test_a_bare_pod_becomes_ready_on_a_hollow_node(self):
        self.run_pod("bare")
        pod = json.loads(self.kubectl("get", "pod", "bare", "-o", "json"))
        self.assertEqual(pod["status"]["phase"], "Running")
        self.assertTrue(pod["status"]["podIP"])
        self.assertTrue(pod["spec"]["nodeName"])
        self.assertIn("Successfully assigned default/bare", self.kubectl("get", "events"))

    def test_every_output_format(self):
        self.run_pod("formats")
        get = ("get", "pod", "formats")
        self.assertRegex(self.kubectl(*get), r"NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\nformats\s+1/1\s+Running\s+0\s+\d+s")
        self.assertRegex(self.kubectl(*get, "-o", "wide"), r"NOMINATED NODE\s+READINESS GATES")
        self.assertEqual(json.loads(self.kubectl(*get, "-o", "json"))["metadata"]["name"], "formats")
        self.assertIn("name: formats\n", self.kubectl(*get, "-o", "yaml"))
        self.assertEqual(self.kubectl(*get, "-o", "name"), "pod/formats\n")
        self.assertEqual(self.kubectl(*get, "-o", "jsonpath={.spec.containers[0].image}"), "registry.example/app:1")
        self.assertEqual(self.kubectl(*get, "-o", "go-template={{.metadata.name}}"), "formats")
        self.assertRegex(self.kubectl(*get, "-o", "custom-columns=N:.metadata.name"), r"N\s*\nformats")
        self.assertRegex(self.kubectl("get", "pods", "-A", "--show-labels"), r"default\s+formats .*app=formats")
        self.assertIn("formats", self.kubectl("get", "pods", "-l", "app=formats", "--sort-by=.metadata.name"))
        self.assertIn("formats", self.kubectl("get", "pods", "--field-selector=status.phase=Running"))

    def test_watching(self):
        self.run_pod("watched")
        watch = subprocess.Popen(
            [tool("kubectl"), "--kubeconfig", str(self.cluster.kubeconfig), "get", "pod", "watched", "-w"],
            stdout=subprocess.PIPE, text=True,
        )
        try:
            self.assertIn("NAME", watch.stdout.readline())
            self.assertIn("Running", watch.stdout.readline())
            self.kubectl("delete", "pod", "watched", "--wait=false")
            self.assertIn("Terminating", watch.stdout.readline())
        finally:
            watch.kill()
            watch.communicate()

    def test_describe_and_explain(self):
        self.run_pod("described")
        text = self.kubectl("describe", "pod", "described")
        for part in ("Name:             described", "Status:           Running", "Scheduled", "registry.example/app:1"):
            self.assertIn(part, text)
        node = json.loads(self.kubectl("get", "nodes", "-o", "json"))["items"][0]["metadata"]["name"]
        text = self.kubectl("describe", "node", node)
        for part in ("Capacity:", "Allocatable:", "Lease:", "Non-terminated Pods:"):
            self.assertIn(part, text)
        text = self.kubectl("explain", "pod.spec.containers")
        self.assertIn("FIELD: containers <[]Container>", text)
        self.assertRegex(text, r"image\s+<string>")
        self.assertIn("KIND:       Deployment", self.kubectl("explain", "deployments", "--recursive"))

    def test_label_annotate_patch_and_edit(self):
        self.run_pod("edited")
        self.kubectl("label", "pod", "edited", "tier=front")
        self.kubectl("annotate", "pod", "edited", "note=seen")
        self.kubectl("patch", "pod", "edited", "--type=merge", "-p", '{"metadata":{"labels":{"merge":"yes"}}}')
        self.kubectl("patch", "pod", "edited", "--type=json", "-p", '[{"op":"add","path":"/metadata/labels/json","value":"yes"}]')
        self.kubectl("patch", "pod", "edited", "--type=strategic", "-p", '{"spec":{"containers":[{"name":"main","image":"registry.example/app:2"}]}}')
        editor = self.cluster.directory / "editor.sh"
        editor.write_text('#!/bin/sh\nsed -i "s/tier: front/tier: back/" "$1"\n')
        editor.chmod(0o755)
        self.kubectl("edit", "pod", "edited", env={"KUBE_EDITOR": str(editor)})
        pod = json.loads(self.kubectl("get", "pod", "edited", "-o", "json"))
        self.assertEqual(pod["metadata"]["labels"], {"app": "edited", "tier": "back", "merge": "yes", "json": "yes"})
        self.assertEqual(pod["metadata"]["annotations"]["note"], "seen")
        self.assertEqual([c["image"] for c in pod["spec"]["containers"]], ["registry.example/app:2"])

    def test_scale(self):
        self.kubectl("apply", "-f", "-", stdin=DEPLOYMENT % {"name": "scaled"})
        self.kubectl("scale", "deployment", "scaled", "--replicas=5")
        self.assertEqual(self.kubectl("get", "deployment", "scaled", "-o", "jsonpath={.spec.replicas}"), "5")
        self.kubectl("delete", "deployment", "scaled")

    def test_cordon(self):
        node = json.loads(self.kubectl("get", "nodes", "-o", "json"))["items"][-1]["metadata"]["name"]
        self.kubectl("cordon", node)
        self.assertRegex(self.kubectl("get", "node", node), r"Ready,SchedulingDisabled")
        self.kubectl("uncordon", node)

    def test_delete_waits_for_the_end(self):
        self.run_pod("deleted")
        self.kubectl("delete", "pod", "deleted", "--timeout=60s", seconds=90)
        self.assertNotEqual(self.kubectl("get", "pod", "deleted", check=False).returncode, 0)

    def test_apply_twice_and_diff(self):
        self.kubectl("apply", "-f", "-", stdin=DEPLOYMENT % {"name": "applied"})
        self.assertIn("unchanged", self.kubectl("apply", "-f", "-", stdin=DEPLOYMENT % {"name": "applied"}))
        changed = (DEPLOYMENT % {"name": "applied"}).replace("replicas: 2", "replicas: 3")
        self.assertEqual(self.kubectl("diff", "-f", "-", stdin=changed, check=False).returncode, 1)
        self.assertIn("configured", self.kubectl("apply", "-f", "-", stdin=changed))
        self.kubectl("delete", "deployment", "applied")

    def test_unknown_fields_are_refused(self):
        done = self.kubectl("create", "-f", "-", stdin=(POD % {"name": "odd"}).replace("containers:", "oddity: 1\n  containers:"), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('unknown field "spec.oddity"', done.stderr)

    def test_an_impossible_pod_says_why(self):
        self.kubectl("apply", "-f", "-", stdin=(POD % {"name": "huge"}).replace("100m", "100000"))
        def reason():
            pod = json.loads(self.kubectl("get", "pod", "huge", "-o", "json"))
            return next((c["message"] for c in pod["status"].get("conditions", []) if c["type"] == "PodScheduled"), None)
        self.assertIn("Insufficient cpu", wait_until(reason, "a PodScheduled condition"))
        self.kubectl("delete", "pod", "huge")


class Manifests(ClusterCase):
    """`kubectl apply` of upstream's own test manifests, where the data pack is at hand."""

    needs = ("kubectl",)
    # the manifests name privileged pods, and addresses of this range
    arguments = ("--allow-privileged=true", "--service-cluster-ip-range=10.0.0.0/24")

    def test_apply_each_served_manifest(self):
        folder = SHARED / "kubernetes-1.36" / "manifests"
        if not folder.is_dir():
            self.skipTest("the data pack (../shared) is absent")
        applied, failed = 0, []
        for path in sorted(folder.rglob("*")):
            if path.suffix not in (".yaml", ".yml", ".json") or not self.is_served(path):
                continue
            if self.kubectl("create", "--dry-run=client", "--validate=false", "-f", str(path), check=False).returncode != 0:
                continue  # invalid on purpose, for kubectl itself
            namespace = f"m{applied}"
            self.kubectl("create", "namespace", namespace)
            done = self.kubectl("apply", "-n", namespace, "-f", str(path), check=False)
            applied += 1
            if done.returncode != 0 and not self.refused_on_purpose(path, done.stderr):
                failed.append(f"{path.relative_to(folder)}: {done.stderr.strip()[:500]}")
        print(f"\napplied {applied} manifests, {len(failed)} failed")
        self.assertGreater(applied, 50)
        self.assertEqual(failed, [])

    @staticmethod
    def refused_on_purpose(path, error):
        """Manifests that kube-apiserver refuses as well."""
        return (
            "the namespace from the provided object" in error  # they name a namespace of their own
            or 'namespaces "' in error and "not found" in error
            or "cannot use generate name with apply" in error  # kubectl itself refuses
            or path.name == "backup-client-rbac.yaml"  # upstream's test puts the namespace of the account in
            or path.name in ("appsv1deployment-no-selectors.yaml", "deployment-label-change3.yaml")  # to be refused
            or "provided IP is already allocated" in error  # two manifests name the same one
            or 'unknown field "spec.Type"' in error  # names are case-sensitive
            or "invalid" in path.name
            or 'unknown field "' in error and "unknown" in path.name
        )

    @staticmethod
    def is_served(path: pathlib.Path):
        import yaml

        try:
            documents = [d for d in yaml.safe_load_all(path.read_text()) if d]
        except yaml.YAMLError:
            return False
        lists = [d["items"] if isinstance(d, dict) and d.get("kind") == "List" and d.get("items") else [d] for d in documents]
        objects = [item for items in lists for item in items]
        return bool(objects) and all(
            isinstance(o, dict) and o.get("kind") in SERVED and o.get("apiVersion") in SERVED_VERSIONS for o in objects
        )


if __name__ == "__main__":
    unittest.main()
