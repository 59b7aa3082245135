"""Custom resources, as kubectl's users make and use them."""

import json
import time

from base import ClusterCase

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.e2e.example.com}
spec:
  group: e2e.example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              replicas: {type: integer, default: 2}
            x-kubernetes-validations:
            - {rule: "self.replicas <= self.size", message: more replicas than size}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
WIDGET = """
apiVersion: e2e.example.com/v1
kind: Widget
metadata: {name: %s}
spec: {size: %d}
"""


class CustomResources(ClusterCase):
    needs = ("kubectl",)

    def test_define_use_and_remove(self):
        self.kubectl("apply", "-f", "-", stdin=DEFINITION)
        self.kubectl("wait", "--for=condition=Established", "crd/widgets.e2e.example.com", "--timeout=10s")
        self.kubectl("apply", "-f", "-", stdin=WIDGET % ("one", 3))
        self.kubectl("wait", "--for=condition=Available", "apiservice/v1.e2e.example.com", "--timeout=10s")
        one = json.loads(self.kubectl("get", "wd", "one", "-o", "json"))
        self.assertEqual(one["spec"], {"size": 3, "replicas": 2})
        table = self.kubectl("get", "widgets").splitlines()
        self.assertEqual(table[0].split(), ["NAME", "SIZE"])
        self.assertEqual(table[1].split()[:2], ["one", "3"])
        for size, why in ((0, "should be greater than or equal to 1"), (1, "more replicas than size")):
            refused = self.kubectl("apply", "-f", "-", stdin=WIDGET % ("two", size), check=False)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn(why, refused.stderr)
        self.kubectl("scale", "widget/one", "--replicas=3")
        path = "/apis/e2e.example.com/v1/namespaces/default/widgets/one"
        for below, why in (("/nothing", '"one" not found'), ("/status", None)):
            asked = self.kubectl("get", "--raw", path + below, check=False)
            self.assertEqual(asked.returncode == 0, why is None, below)
            self.assertIn(why or "", asked.stderr)
        refused = self.kubectl("delete", "--raw", path + "/status", check=False)
        self.assertIn('delete is not supported on resources of kind "widgets.e2e.example.com"', refused.stderr)
        self.assertIn("size", self.kubectl("explain", "widget.spec"))
        self.kubectl("delete", "crd", "widgets.e2e.example.com", "--timeout=20s")
        deadline = time.monotonic() + 10
        while self.kubectl("get", "widgets", check=False).returncode == 0:
            self.assertLess(time.monotonic(), deadline, "it is still served")
            time.sleep(0.1)
        self.kubectl("wait", "--for=delete", "apiservice/v1.e2e.example.com", "--timeout=10s")
