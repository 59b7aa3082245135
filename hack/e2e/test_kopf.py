"""kopf runs an operator: handlers, a finalizer, patches of the status, a timer, events."""

import json
import pathlib

from base import ClusterCase
from cluster import Process, tool, wait_until

OPERATOR = pathlib.Path(__file__).resolve().parent / "kopf/operator.py"
DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: parrots.kopf.example.com}
spec:
  group: kopf.example.com
  scope: Namespaced
  names: {plural: parrots, singular: parrot, kind: Parrot}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {text: {type: string}}}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
PARROT = """
apiVersion: kopf.example.com/v1
kind: Parrot
metadata: {name: polly}
spec: {text: %s}
"""


class Kopf(ClusterCase):
    needs = ("kopf", "kubectl")

    def get(self, kind, name):
        return json.loads(self.kubectl("get", kind, name, "-o", "json", "--ignore-not-found") or "null")

    def status(self):
        return self.get("parrot", "polly").get("status", {})

    def test_an_operator_follows_its_objects(self):
        self.kubectl("apply", "-f", "-", stdin=DEFINITION)
        self.kubectl("wait", "--for=condition=Established", "crd/parrots.kopf.example.com", "--timeout=10s")
        # kopf reads the kubeconfig from the environment, as do its handlers
        command = ["env", f"KUBECONFIG={self.cluster.kubeconfig}", tool("kopf"), "run", "--standalone", "--namespace=default", str(OPERATOR)]
        operator = Process(command, self.cluster.directory / "kopf.log")
        self.addCleanup(operator.stop)
        try:
            self.kubectl("apply", "-f", "-", stdin=PARROT % "hello")
            wait_until(lambda: self.status().get("phase") == "Talking", "the creation to be handled", 20)
            self.assertEqual(self.status()["created"], {"says": "polly-says"})
            polly = self.get("parrot", "polly")
            self.assertEqual(polly["metadata"]["finalizers"], ["kopf.zalando.org/KopfFinalizerMarker"])
            says = self.get("configmap", "polly-says")
            self.assertEqual((says["data"], says["metadata"]["ownerReferences"][0]["uid"]), ({"text": "hello"}, polly["metadata"]["uid"]))
            wait_until(lambda: self.status().get("ticks", 0) >= 3, "the timer to tick")

            self.kubectl("apply", "-f", "-", stdin=PARROT % "goodbye")
            wait_until(lambda: self.get("configmap", "polly-says")["data"] == {"text": "goodbye"}, "the change to be handled", 20)
            events = json.loads(self.kubectl("get", "events", "-o", "json", "--field-selector=involvedObject.name=polly"))["items"]
            self.assertIn("Hatched", [event["reason"] for event in events])

            # the finalizer holds it until the handler has run
            self.kubectl("delete", "parrot", "polly", "--timeout=20s")
            self.assertIsNone(self.get("configmap", "polly-says"))
        except BaseException:
            print(operator.tail())
            raise
