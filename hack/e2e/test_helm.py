"""helm, with the chart beside this file: it is installed, upgraded, rolled back and uninstalled."""

import json
import os
import pathlib
import subprocess

from base import ClusterCase
from cluster import tool

CHART = str(pathlib.Path(__file__).resolve().parent / "chart")


class Helm(ClusterCase):
    needs = ("helm", "kubectl")

    def helm(self, *arguments, check=True):
        env = {**os.environ, "HOME": str(self.cluster.directory), "KUBECONFIG": str(self.cluster.kubeconfig)}
        done = subprocess.run([tool("helm"), *arguments], text=True, capture_output=True, timeout=60, env=env)
        if check:
            self.assertEqual(done.returncode, 0, f"helm {' '.join(arguments)}\n{done.stdout}{done.stderr}")
            return done.stdout
        return done

    def get(self, kind, name):
        return json.loads(self.kubectl("get", kind, name, "-o", "json", "--ignore-not-found") or "null")

    def color(self):
        return self.get("configmap", "k-settings")["data"]["color"], self.get("gadget", "k")["spec"]["color"]

    def test_a_release_through_its_life(self):
        self.assertIn("k is blue on Kubernetes 1.36.", self.helm("install", "k", CHART, "--wait", "--timeout=30s"))
        self.assertEqual(self.color(), ("blue", "blue"))
        self.assertEqual(self.get("configmap", "k-settings")["data"]["deployments"], "true")
        self.assertEqual(self.get("pod", "k")["status"]["phase"], "Running", "helm waited")
        password = self.get("secret", "k-password")["data"]["password"]
        again = self.helm("install", "k", CHART, check=False)
        self.assertIn("cannot reuse a name that is still in use", again.stderr)

        self.helm("upgrade", "k", CHART, "--set=color=green", "--wait", "--timeout=30s")
        self.assertEqual(self.color(), ("green", "green"))
        self.assertEqual(self.get("secret", "k-password")["data"]["password"], password, "it was looked up")
        self.assertEqual(self.get("configmap", "k-hook-0")["data"]["revision"], "2")

        # the custom resource's schema refuses it; the release goes back by itself
        broken = self.helm("upgrade", "k", CHART, "--set=broken=true", "--rollback-on-failure", "--timeout=30s", check=False)
        self.assertIn('spec.color: Unsupported value: "none"', broken.stderr)
        self.assertEqual(self.color(), ("green", "green"))

        self.helm("rollback", "k", "1", "--wait", "--timeout=30s")
        self.assertEqual(self.color(), ("blue", "blue"))
        self.assertTrue(self.get("configmap", "k-hook-2"), "the hook after a rollback ran")
        history = json.loads(self.helm("history", "k", "-o", "json"))
        self.assertEqual([(entry["revision"], entry["status"]) for entry in history],
                         [(1, "superseded"), (2, "superseded"), (3, "failed"), (4, "superseded"), (5, "deployed")])
        self.assertEqual([release["name"] for release in json.loads(self.helm("list", "-o", "json"))], ["k"])

        self.helm("uninstall", "k", "--wait", "--timeout=30s")
        for kind, name in (("configmap", "k-settings"), ("secret", "k-password"), ("pod", "k"), ("service", "k"), ("gadget", "k")):
            self.assertIsNone(self.get(kind, name), f"{kind} {name} is left")
        self.assertTrue(self.get("configmap", "k-hook-3"), "the hook after the deletion ran")
        self.assertTrue(self.get("crd", "gadgets.kiosk.example.com"), "helm leaves definitions")

        self.assertIn("color: blue", self.helm("install", "dry", CHART, "--dry-run=server"))
        self.assertIsNone(self.get("configmap", "dry-settings"))
