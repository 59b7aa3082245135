"""Custom resources whose versions a webhook converts."""

import json
import tempfile
import threading
import unittest

from base import ClusterCase
from cluster import wait_until
from webhook import Webhook, available

GROUP = "convert.example.com"


def definition(plural, kind, client_config, review_versions=("v1",)):
    def version(name, storage, properties):
        spec = {"type": "object", "properties": properties}
        schema = {"type": "object", "properties": {"spec": spec}}
        return {"name": name, "served": True, "storage": storage, "schema": {"openAPIV3Schema": schema}}

    size = {"size": {"type": "integer"}}
    return json.dumps({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {"plural": plural, "singular": kind.lower(), "kind": kind},
            "versions": [
                version("v1", True, {**size, "color": {"type": "string"}}),
                version("v2", False, {"dimensions": {"type": "object", "properties": size}, "color": {"type": "string"}}),
            ],
            "conversion": {
                "strategy": "Webhook",
                "webhook": {"clientConfig": client_config, "conversionReviewVersions": list(review_versions)},
            },
        },
    })


def manifest(kind, version, name, spec):
    return json.dumps({"apiVersion": f"{GROUP}/{version}", "kind": kind, "metadata": {"name": name}, "spec": spec})


@unittest.skipUnless(available(), "there is no openssl to make a certificate with")
class Conversion(ClusterCase):
    needs = ("kubectl",)

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.webhook = Webhook(self.directory.name, names=("localhost", "converter.default.svc"))
        self.addCleanup(self.webhook.stop)

    def define(self, plural, kind, client_config, **options):
        self.kubectl("apply", "-f", "-", stdin=definition(plural, kind, client_config, **options))
        self.kubectl("wait", "--for=condition=Established", f"crd/{plural}.{GROUP}", "--timeout=10s")

    def by_url(self):
        return {"url": f"https://127.0.0.1:{self.webhook.port}/convert", "caBundle": self.webhook.ca_bundle}

    def get(self, resource, *arguments):
        return json.loads(self.kubectl("get", resource, *arguments, "-o", "json"))

    def refused(self, kind, name):
        done = self.kubectl("create", "-f", "-", stdin=manifest(kind, "v2", name, {"dimensions": {"size": 9}}), check=False)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    def test_every_verb_goes_through_the_webhook(self):
        self.define("nuts", "Nut", self.by_url())
        v1, v2 = f"nuts.v1.{GROUP}", f"nuts.v2.{GROUP}"
        self.kubectl("create", "-f", "-", stdin=manifest("Nut", "v1", "one", {"size": 3}))
        one = self.get(v2, "one")
        self.assertEqual(one["spec"], {"dimensions": {"size": 3}})
        self.assertEqual(one["metadata"]["labels"], {"converted-to": "v2"})
        self.assertEqual(one["metadata"]["generation"], 1)
        self.kubectl("create", "-f", "-", stdin=manifest("Nut", "v2", "two", {"dimensions": {"size": 4}}))
        self.assertEqual(self.get(v1, "two")["spec"], {"size": 4})
        self.assertEqual([item["spec"]["dimensions"]["size"] for item in self.get(v2)["items"]], [3, 4])
        self.kubectl("patch", v2, "one", "--type=merge", "-p", '{"spec": {"dimensions": {"size": 5}}}')
        self.assertEqual(self.get(v1, "one")["spec"], {"size": 5})
        applied = manifest("Nut", "v2", "one", {"color": "red"})
        self.kubectl("apply", "--server-side", "--field-manager=e2e", "-f", "-", stdin=applied)
        self.assertEqual(self.get(v1, "one")["spec"], {"size": 5, "color": "red"})
        events = self.kubectl("get", "--raw", f"/apis/{GROUP}/v2/nuts?watch=true&timeoutSeconds=2&resourceVersion=0")
        seen = {event["object"]["metadata"]["name"]: event["object"]["spec"] for event in map(json.loads, events.splitlines())}
        self.assertEqual(seen["one"], {"dimensions": {"size": 5}, "color": "red"})
        status = self.get(f"crd/nuts.{GROUP}")["status"]
        self.assertEqual(status["storedVersions"], ["v1"])
        metrics = self.kubectl("get", "--raw", "/metrics")
        self.assertIn(f'apiserver_crd_conversion_webhook_duration_seconds_count{{crd_name="nuts.{GROUP}"', metrics)
        asked = len(self.webhook.reviews)
        for _ in range(3):
            self.get(v2)
        self.assertEqual(len(self.webhook.reviews), asked, "unchanged objects are not converted again")

    def test_a_whole_list_is_asked_for_at_once(self):
        self.define("bolts", "Bolt", self.by_url())
        for number in range(12):
            self.kubectl("create", "-f", "-", stdin=manifest("Bolt", "v1", f"b{number:02}", {"size": number}))
        v2 = f"bolts.v2.{GROUP}"
        self.assertEqual(len(self.get(v2)["items"]), 12)
        asked = len(self.webhook.reviews)
        # a changed definition makes the server read everything anew
        self.kubectl("patch", f"crd/bolts.{GROUP}", "--type=merge", "-p", '{"spec": {"names": {"shortNames": ["bt"]}}}')
        wait_until(lambda: len(self.webhook.reviews) > asked, "the webhook to be asked again")
        sizes = [item["spec"]["dimensions"]["size"] for item in self.get(v2)["items"]]
        self.assertEqual(sizes, list(range(12)))
        self.assertEqual(max(len(review["objects"]) for review in self.webhook.reviews[asked:]), 12)

    def test_watchers_wait_for_a_webhook_that_is_away(self):
        self.define("tacks", "Tack", self.by_url())
        self.kubectl("create", "-f", "-", stdin=manifest("Tack", "v1", "one", {"size": 1}))
        listed = json.loads(self.kubectl("get", "--raw", f"/apis/{GROUP}/v2/tacks"))
        version = listed["metadata"]["resourceVersion"]
        self.webhook.mode = "broken"
        self.kubectl("patch", f"tacks.v1.{GROUP}", "one", "--type=merge", "-p", '{"spec": {"size": 2}}')
        away = threading.Timer(2, lambda: setattr(self.webhook, "mode", "right"))
        away.start()
        self.addCleanup(away.join)
        # what others do goes on meanwhile
        self.kubectl("create", "configmap", "meanwhile", seconds=2)
        path = f"/apis/{GROUP}/v2/tacks?watch=true&timeoutSeconds=8&resourceVersion={version}"
        events = [json.loads(line) for line in self.kubectl("get", "--raw", path).splitlines()]
        self.assertEqual([event["type"] for event in events], ["MODIFIED"])
        self.assertEqual(events[0]["object"]["spec"], {"dimensions": {"size": 2}})

    def test_a_webhook_that_is_wrong_is_told_of(self):
        self.define("pins", "Pin", self.by_url())
        what = f"conversion webhook for {GROUP}/v2, Kind=Pin "
        for mode, why in (
            ("refuses", "failed: these do not convert"),
            ("wrong-uid", "failed: expected response.uid="),
            ("renames", "returned invalid object: must have the same name: p-renames != other"),
            ("broken", "failed: an error on the server ("),
        ):
            self.webhook.mode = mode
            self.assertIn(what + why, self.refused("Pin", f"p-{mode}"), mode)
        self.webhook.mode = "right"
        self.kubectl("create", "-f", "-", stdin=manifest("Pin", "v2", "good", {"dimensions": {"size": 1}}))
        untrusted = {"url": self.by_url()["url"]}
        self.define("rods", "Rod", untrusted)
        self.assertIn("tls: failed to verify certificate", self.refused("Rod", "rod"))
        nowhere = {"url": "https://127.0.0.1:1/convert", "caBundle": self.webhook.ca_bundle}
        self.define("ores", "Ore", nowhere)
        why = 'failed: Post "https://127.0.0.1:1/convert?timeout=30s": dial tcp 127.0.0.1:1: connect: connection refused'
        self.assertIn(why, self.refused("Ore", "ore"))

    def test_a_webhook_behind_a_service(self):
        service = {"name": "converter", "namespace": "default", "path": "/convert", "port": self.webhook.port}
        config = {"service": service, "caBundle": self.webhook.ca_bundle}
        self.define("cogs", "Cog", config, review_versions=("v1beta1",))
        self.assertIn('service "converter" not found', self.refused("Cog", "cog"))
        self.kubectl("create", "service", "externalname", "converter", "--external-name=localhost", f"--tcp={self.webhook.port}")
        wait_until(lambda: self.kubectl("create", "-f", "-", stdin=manifest("Cog", "v2", "cog", {"dimensions": {"size": 2}}),
                                        check=False).returncode == 0, "the webhook behind the service")
        self.assertEqual(self.get(f"cogs.v1.{GROUP}", "cog")["spec"], {"size": 2})
