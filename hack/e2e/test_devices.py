"""Devices: pods ask for them by template, wait for one another, and give them back."""

import json
import unittest

from base import ClusterCase
from cluster import wait_until

CLASS = {
    "apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": "card"},
    "spec": {"selectors": [{"cel": {"expression": 'device.driver == "cards.example.com"'}}]},
}
TEMPLATE = {
    "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "a-card"},
    "spec": {
        "metadata": {"labels": {"from": "a-card"}},
        "spec": {"devices": {"requests": [{"name": "card", "exactly": {"deviceClassName": "card"}}]}},
    },
}


def devices_of(node, count):
    return {
        "apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice", "metadata": {"name": f"{node}-cards"},
        "spec": {
            "driver": "cards.example.com", "nodeName": node, "devices": [{"name": f"card-{n}"} for n in range(count)],
            "pool": {"name": node, "generation": 1, "resourceSliceCount": 1},
        },
    }


def pod(name):
    container = {"name": "c", "image": "i", "resources": {"claims": [{"name": "mine"}]}}
    claims = [{"name": "mine", "resourceClaimTemplateName": "a-card"}]
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {"containers": [container], "resourceClaims": claims},
    }


class Devices(ClusterCase):
    needs = ("kubectl",)
    arguments = ("--hollow-nodes=2",)

    def create(self, *objects):
        self.kubectl("create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))

    def items(self, *arguments):
        return json.loads(self.kubectl("get", *arguments, "-o", "json"))["items"]

    def running(self):
        return {it["metadata"]["name"]: it["spec"]["nodeName"] for it in self.items("pods") if it["status"]["phase"] == "Running"}

    def test_claims_are_made_and_given_back(self):
        node = wait_until(lambda: self.items("nodes"), "nodes")[0]["metadata"]["name"]
        self.create(CLASS, devices_of(node, 2), pod("early"))
        reason = r'PodResourceClaim mine: resource claim template "a-card": resourceclaimtemplate.resource.k8s.io "a-card" not found'
        wait_until(lambda: any(it["message"] == reason for it in self.items("events")), "the template to be missed")
        self.create(TEMPLATE)
        wait_until(lambda: self.running() == {"early": node}, "the pod to run")
        self.create(pod("second"), pod("third"))
        wait_until(lambda: len(self.running()) == 2, "another pod to run")
        claims = wait_until(lambda: (found := self.items("resourceclaims", "-l", "from=a-card")) and len(found) == 3 and found, "claims")
        allocated = [it["status"]["allocation"]["devices"]["results"][0] for it in claims if "allocation" in it.get("status", {})]
        self.assertEqual(sorted(it["device"] for it in allocated), ["card-0", "card-1"])
        early = json.loads(self.kubectl("get", "pod", "early", "-o", "json"))
        name = early["status"]["resourceClaimStatuses"][0]["resourceClaimName"]
        self.assertRegex(name, "^early-mine-[a-z0-9]{5}$")
        claim = next(it for it in claims if it["metadata"]["name"] == name)
        self.assertEqual([it["uid"] for it in claim["status"]["reservedFor"]], [early["metadata"]["uid"]])

        # a claim in use can't go, and goes when its pod does; the device is free for the pod that waits
        self.kubectl("delete", "resourceclaim", name, "--wait=false")
        self.assertIn("deletionTimestamp", json.loads(self.kubectl("get", "resourceclaim", name, "-o", "json"))["metadata"])
        self.kubectl("delete", "pod", "early", "--force", "--grace-period=0")
        wait_until(lambda: sorted(self.running()) == ["second", "third"], "the waiting pod to run")
        self.kubectl("delete", "pods", "--all", "--force", "--grace-period=0")
        wait_until(lambda: not self.items("resourceclaims"), "the claims to go")


if __name__ == "__main__":
    unittest.main()
