"""What is in etcd, and where: keys, encodings, overrides. And that metrics and health checks tell of the stores."""

import base64
import json
import os
import unittest
import urllib.request

from base import ClusterCase
from cluster import Cluster, wait_until

EVENT = """{"apiVersion":"v1","kind":"Event","metadata":{"name":"told","namespace":"default"},
"involvedObject":{"kind":"ConfigMap","name":"kept","namespace":"default"},"reason":"Test","type":"Normal"}"""
DEFINITION = """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.example.com"},
"spec":{"group":"example.com","scope":"Namespaced","names":{"kind":"Gadget","plural":"gadgets"},
"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
"additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}],
"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}"""


def read(url, prefix):
    """All keys of an etcd that begin so, with their values."""
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    body = {name: base64.b64encode(text.encode()).decode() for name, text in (("key", prefix), ("range_end", end))}
    request = urllib.request.Request(f"{url}/v3/kv/range", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        found = json.load(answer).get("kvs", [])
    return {base64.b64decode(kv["key"]).decode(): base64.b64decode(kv["value"]) for kv in found}


def write(url, key, value):
    """Puts a value into an etcd."""
    body = {name: base64.b64encode(text.encode()).decode() for name, text in (("key", key), ("value", value))}
    urllib.request.urlopen(urllib.request.Request(f"{url}/v3/kv/put", json.dumps(body).encode()), timeout=10).close()


class OnlyEtcd(ClusterCase):
    needs = ("kubectl",)

    @classmethod
    def setUpClass(cls):
        if os.environ["KUBEFORGE_E2E_BACKEND"] != "etcd3":
            raise unittest.SkipTest("there is no etcd to look into")
        super().setUpClass()


class Keys(OnlyEtcd):
    def test_keys_and_values_are_upstreams(self):
        self.kubectl("create", "configmap", "kept", "--from-literal=a=b")
        self.kubectl("create", "-f", "-", stdin=DEFINITION)
        keys = read(self.cluster.etcd_url, "/registry/")
        self.assertTrue(keys["/registry/configmaps/default/kept"].startswith(b"k8s\0\n\x0f\n\x02v1\x12\tConfigMap"))
        stored = json.loads(keys["/registry/apiextensions.k8s.io/customresourcedefinitions/gadgets.example.com"])
        self.assertEqual(stored["apiVersion"], "apiextensions.k8s.io/v1beta1")
        self.assertEqual(stored["spec"]["version"], "v1")
        self.assertEqual(stored["spec"]["additionalPrinterColumns"][0]["JSONPath"], ".spec.size")
        served = json.loads(self.kubectl("get", "crd", "gadgets.example.com", "-o", "json"))
        self.assertEqual(served["spec"]["versions"][0]["additionalPrinterColumns"][0]["jsonPath"], ".spec.size")
        self.kubectl("wait", "--for=condition=Established", "crd/gadgets.example.com")
        metrics = wait_until(
            lambda: next((line for line in self.kubectl("get", "--raw", "/metrics").splitlines()
                          if line.startswith('apiserver_storage_size_bytes{storage_cluster_id="etcd-0"}')), None),
            "the size of the store",
        )
        self.assertGreater(float(metrics.split()[-1]), 0)


RECORD = "/registry/ranges/servicenodeports"
SERVICE = """{"apiVersion":"v1","kind":"Service","metadata":{"name":"%s"},
"spec":{"type":"NodePort","selector":{"a":"b"},"ports":[{"port":80,"nodePort":%d}]}}"""


class NodePorts(OnlyEtcd):
    """Which node ports are given out stands where other API servers of the same etcd see it."""

    def recorded(self):
        value = read(self.cluster.etcd_url, RECORD).get(RECORD)
        if value is None:
            return None
        if value.startswith(b"{"):
            data = base64.b64decode(json.loads(value)["data"])
        else:
            self.assertIn(b"\n\x02v1\x12\x0fRangeAllocation", value)
            # field 3 of the message: the bitmap, after field 2, the range
            rest = value.split(b"30000-32767", 1)[1]
            self.assertEqual(rest[0], 0x1A)
            length, start = rest[1] & 0x7F, 2
            if rest[1] & 0x80:
                length, start = length | rest[2] << 7, 3
            data = rest[start:start + length]
        bits = int.from_bytes(data, "big")
        return {30000 + at for at in range(bits.bit_length()) if bits >> at & 1}

    def test_other_servers_see_node_ports_and_are_seen(self):
        wait_until(lambda: self.recorded() is not None, "the record")
        self.kubectl("create", "-f", "-", stdin=SERVICE % ("one", 31000))
        self.kubectl("create", "service", "nodeport", "any", "--tcp=80")
        chosen = json.loads(self.kubectl("get", "service", "any", "-o", "json"))["spec"]["ports"][0]["nodePort"]
        self.assertEqual(self.recorded(), {31000, chosen})
        # another server gives out a port, and its service is not stored yet
        bits = sum(1 << port - 30000 for port in (31000, 31001, chosen))
        data = base64.b64encode(bits.to_bytes(bits.bit_length() // 8 + 1, "big")).decode()
        write(self.cluster.etcd_url, RECORD, json.dumps({
            "apiVersion": "v1", "kind": "RangeAllocation", "metadata": {}, "range": "30000-32767", "data": data,
        }))
        refused = self.kubectl("create", "-f", "-", stdin=SERVICE % ("two", 31001), check=False)
        self.assertIn("provided port is already allocated", refused.stderr)
        self.kubectl("create", "-f", "-", stdin=SERVICE % ("three", 31002))
        self.assertEqual(self.recorded(), {31000, 31001, 31002, chosen})
        self.kubectl("delete", "service", "one", "any")
        self.assertEqual(self.recorded(), {31001, 31002})


class Elsewhere(unittest.TestCase):
    def test_prefix_media_type_and_overrides_act(self):
        if os.environ["KUBEFORGE_E2E_BACKEND"] != "etcd3":
            self.skipTest("there is no etcd to look into")
        other = Cluster(os.environ["KUBEFORGE_E2E_BINARY"], "etcd3")
        cluster = None
        try:
            other.start_etcd()
            cluster = Cluster(os.environ["KUBEFORGE_E2E_BINARY"], "etcd3", [
                "--etcd-prefix=/elsewhere", "--storage-media-type=application/json",
                f"--etcd-servers-overrides=/events#{other.etcd_url}", "--etcd-db-metric-poll-interval=1s",
            ])
            cluster.start()
            cluster.kubectl("create", "configmap", "kept", "--from-literal=a=b")
            cluster.kubectl("create", "-f", "-", stdin=EVENT)
            self.assertIn("configmap/kept", cluster.kubectl("get", "events"))
            here, there = read(cluster.etcd_url, "/"), read(other.etcd_url, "/")
            self.assertEqual(json.loads(here["/elsewhere/configmaps/default/kept"])["kind"], "ConfigMap")
            self.assertEqual([key for key in here if not key.startswith("/elsewhere/")], [])
            self.assertEqual([key for key in here if key.startswith("/elsewhere/events/")], [])
            self.assertIn("/elsewhere/events/default/told", there)
            self.assertEqual([key for key in there if not key.startswith("/elsewhere/events/")], [])
            for check in ("/livez/etcd", "/livez/etcd-override-0", "/readyz/etcd-override-readiness-0"):
                self.assertEqual(cluster.kubectl("get", "--raw", check), "ok", check)
            other.etcd.stop()
            wait_until(lambda: cluster.kubectl("get", "--raw", "/livez/etcd-override-0", check=False).returncode != 0,
                       "the check of the other etcd to fail")
            self.assertEqual(cluster.kubectl("get", "--raw", "/livez/etcd"), "ok")
        finally:
            for one in (cluster, other):
                if one:
                    one.stop()
