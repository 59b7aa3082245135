"""What a person does with kubectl in an afternoon: verbs one after the other, on objects that depend on one another."""

import base64
import json
import shutil
import stat
import subprocess

from base import ClusterCase
from cluster import wait_until

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: %s, labels: {set: session}}
data: {value: "%s"}
"""
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: session}
rules: [{apiGroups: [""], resources: [pods], verbs: [%s]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: session}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: session}
subjects: [{kind: User, name: carol, apiGroup: rbac.authorization.k8s.io}]
"""


class KubectlSession(ClusterCase):
    needs = ("kubectl",)

    def get(self, *what):
        return json.loads(self.kubectl("get", *what, "-o", "json"))

    def refused(self, *arguments, **options):
        done = self.kubectl(*arguments, check=False, **options)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stderr

    def test_workloads(self):
        self.kubectl("create", "deployment", "web", "--image=nginx:1", "--replicas=2", "--port=80")
        self.kubectl("expose", "deployment", "web", "--port=80", "--target-port=8080", "--type=NodePort")
        self.assertIn("already allocated", self.refused(
            "create", "service", "nodeport", "other", "--tcp=1:1", f"--node-port={self.get('svc', 'web')['spec']['ports'][0]['nodePort']}"))
        self.kubectl("set", "image", "deployment/web", "nginx=nginx:2")
        self.kubectl("set", "env", "deployment/web", "A=B")
        self.kubectl("set", "resources", "deployment/web", "--limits=cpu=200m,memory=64Mi")
        container = self.get("deployment", "web")["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual((container["image"], container["env"], container["resources"]),
                         ("nginx:2", [{"name": "A", "value": "B"}], {"limits": {"cpu": "200m", "memory": "64Mi"}}))
        self.assertIn("Expected replicas to be 7, was 2", self.refused("scale", "deployment/web", "--current-replicas=7", "--replicas=1"))
        self.kubectl("patch", "deployment", "web", "--subresource=scale", "--type=merge", "-p", '{"spec":{"replicas":4}}')
        heading, row = self.kubectl("get", "deployment", "web", "--subresource=scale").splitlines()
        self.assertEqual((heading.split(), row.split()[:3]), (["NAME", "DESIRED", "AVAILABLE", "AGE"], ["web", "4", "0"]))
        self.kubectl("rollout", "restart", "deployment/web")
        self.kubectl("rollout", "pause", "deployment/web")
        self.kubectl("rollout", "resume", "deployment/web")
        self.kubectl("autoscale", "deployment", "web", "--min=1", "--max=5", "--cpu=50%")
        self.assertIn("cpu: <unknown>/50%", self.kubectl("get", "hpa"))
        self.kubectl("create", "cronjob", "tick", "--image=busybox", "--schedule=*/5 * * * *", "--", "date")
        self.kubectl("create", "job", "--from=cronjob/tick", "now")
        self.assertEqual(self.get("job", "now")["metadata"]["ownerReferences"][0]["kind"], "CronJob")
        self.kubectl("delete", "deployment,hpa,cronjob,job,svc", "web", "tick", "now", "--ignore-not-found")

    def test_nodes_and_pods(self):
        self.kubectl("run", "one", "--image=nginx", "--labels=app=one", "--port=80")
        self.kubectl("wait", "--for=condition=Ready", "pod/one", "--timeout=20s")
        self.kubectl("debug", "one", "--image=busybox", "--target=one")
        self.assertEqual(len(self.get("pod", "one")["spec"]["ephemeralContainers"]), 1)
        self.kubectl("debug", "one", "--copy-to=two", "--image=busybox")
        for arguments in (("logs", "one"), ("exec", "one", "--", "ls"), ("port-forward", "one", "18080:80")):
            self.assertIn("no such host", self.refused(*arguments))
        node = self.get("pod", "one")["spec"]["nodeName"]
        self.kubectl("taint", "nodes", node, "key=value:NoSchedule")
        self.assertIn("already has", self.refused("taint", "nodes", node, "key=value:NoSchedule"))
        self.kubectl("taint", "nodes", node, "key-")
        self.kubectl("drain", node, "--force", "--timeout=20s")
        self.kubectl("uncordon", node)
        wait_until(lambda: self.kubectl("get", "pod", "one", "--ignore-not-found") == "", "the eviction")
        self.assertIn("Scheduled", self.kubectl("events", "--for=pod/one"))
        self.kubectl("delete", "pods", "--all", "--grace-period=1")

    def test_files(self):
        self.kubectl("apply", "-f", "-", stdin=CONFIG % ("a", "1") + "---" + CONFIG % ("b", "1"))
        changed = CONFIG % ("a", "2")
        diff = self.kubectl("diff", "-f", "-", stdin=changed, check=False)
        self.assertEqual((diff.returncode, '+  value: "2"' in diff.stdout), (1, True))
        server_side = self.kubectl("diff", "--server-side", "-f", "-", stdin=changed, check=False)
        self.assertEqual(server_side.returncode, 1, server_side.stderr)
        self.kubectl("apply", "-f", "-", "--prune", "-l", "set=session", stdin=changed)
        self.assertEqual(self.kubectl("get", "cm", "-l", "set=session", "-o", "name"), "configmap/a\n")
        conflict = self.refused("apply", "--server-side", "--field-manager=other", "-f", "-", stdin=CONFIG % ("a", "3"))
        self.assertIn('conflict with "kubectl-client-side-apply" using v1: .data.value', conflict)
        # what nobody changed since client-side apply is kubectl's own
        self.kubectl("apply", "--server-side", "-f", "-", stdin=CONFIG % ("a", "4"))
        self.kubectl("replace", "--force", "-f", "-", stdin=CONFIG % ("a", "5"))
        editor = self.cluster.directory / "editor"
        editor.write_text("#!/bin/sh\nsed -i 's/value: \"5\"/value: edited/' $1\n")
        editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
        self.kubectl("edit", "cm", "a", env={"EDITOR": str(editor)})
        self.assertEqual(self.get("cm", "a")["data"], {"value": "edited"})
        directory = self.cluster.directory / "kustomize"
        directory.mkdir()
        (directory / "config.yaml").write_text(CONFIG % ("k", "1"))
        (directory / "kustomization.yaml").write_text("namePrefix: kz-\nresources: [config.yaml]\n")
        self.kubectl("apply", "-k", str(directory))
        self.assertEqual(self.get("cm", "kz-k")["data"], {"value": "1"})
        self.kubectl("delete", "-k", str(directory))

    def test_users(self):
        self.kubectl("auth", "reconcile", "-f", "-", stdin=ROLE % "get")
        self.assertIn('User "carol" cannot list resource "pods"', self.refused("get", "pods", "--as=carol"))
        self.kubectl("auth", "reconcile", "-f", "-", stdin=ROLE % "get, list")
        self.kubectl("get", "pods", "--as=carol")
        whoami = self.kubectl("auth", "whoami")
        self.assertIn("kubernetes-admin", whoami)
        self.assertIn("[X509SHA256=", whoami)

    def test_certificates(self):
        if not shutil.which("openssl"):
            self.skipTest("there is no openssl")
        key = self.cluster.directory / "carol.key"
        made = subprocess.run(["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-subj", "/CN=carol"],
                              capture_output=True, check=True)
        request = json.dumps({
            "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "carol"},
            "spec": {"request": base64.b64encode(made.stdout).decode(), "signerName": "kubernetes.io/kube-apiserver-client",
                     "usages": ["client auth"]},
        })
        self.kubectl("create", "-f", "-", stdin=request)
        self.kubectl("certificate", "approve", "carol")
        self.assertEqual(self.kubectl("get", "csr", "carol", "--no-headers").split()[-1], "Approved")

    def test_tables_of_what_is_not_stored(self):
        rows = [line.split() for line in self.kubectl("get", "componentstatuses").splitlines()]
        self.assertEqual(rows[0], ["NAME", "STATUS", "MESSAGE", "ERROR"])
        self.assertIn(["etcd-0", "Healthy", "ok"], rows)
