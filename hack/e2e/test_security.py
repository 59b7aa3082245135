"""Who may do what in a cluster as `kubeforge up` makes it: roles, service account tokens, nodes."""

import json

from base import ClusterCase


class SecurityTest(ClusterCase):
    needs = ("kubectl",)

    def may(self, verb, resource, *arguments):
        """The first word of what `kubectl auth can-i` says; reasons may follow."""
        return self.kubectl("auth", "can-i", verb, resource, *arguments, check=False).stdout.split()[0]

    def test_a_role_counts_at_once_and_no_longer_than_it_is_there(self):
        self.assertEqual(self.may("list", "pods", "--as=zoe"), "no")
        self.kubectl("create", "rolebinding", "zoe", "--clusterrole=view", "--user=zoe")
        self.assertEqual(self.may("list", "pods", "--as=zoe"), "yes")
        self.assertEqual(self.may("delete", "pods", "--as=zoe"), "no")
        self.assertEqual(self.may("list", "pods", "--as=zoe", "-n", "kube-system"), "no")
        self.kubectl("delete", "rolebinding", "zoe")
        self.assertEqual(self.may("list", "pods", "--as=zoe"), "no")

    def test_a_token_is_its_account_and_ends_with_it(self):
        self.kubectl("create", "serviceaccount", "bot")
        token = self.kubectl("create", "token", "bot").strip()
        review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}

        def status():
            made = self.kubectl("create", "--validate=false", "-o", "json", "-f", "-", stdin=json.dumps(review))
            return json.loads(made)["status"]

        self.assertEqual(status()["user"]["username"], "system:serviceaccount:default:bot")
        self.kubectl("delete", "serviceaccount", "bot")
        self.assertNotIn("authenticated", status())

    def test_admins_gather_the_roles_of_others(self):
        role = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "widgets", "labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}},
            "rules": [{"apiGroups": ["example.com"], "resources": ["widgets"], "verbs": ["get"]}],
        }
        self.kubectl("create", "-f", "-", stdin=json.dumps(role))
        # view joins edit, and edit joins admin
        gathered = "jsonpath={.rules[?(@.resources[0]=='widgets')].verbs[0]}=get"
        self.kubectl("wait", "clusterrole/admin", "--timeout=10s", f"--for={gathered}")

    def test_a_node_sees_no_secrets_but_those_of_its_pods(self):
        node = ("--as=system:node:hollow-node-0", "--as-group=system:nodes")
        self.assertEqual(self.may("get", "secrets/any", *node), "no")
        self.assertEqual(self.may("get", "nodes/hollow-node-0", *node), "yes")
        self.assertEqual(self.may("get", "nodes/hollow-node-1", *node), "no")
