"""A candidate for leadership, of the Python client's helper: `candidate.py KUBECONFIG NAME` says when it leads."""

import sys

from kubernetes import config
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock

_, kubeconfig, name = sys.argv
config.load_kube_config(kubeconfig)
leaderelection.LeaderElection(electionconfig.Config(
    ConfigMapLock("leader", "default", name), lease_duration=4, renew_deadline=3, retry_period=1,
    onstarted_leading=lambda: print(f"{name} leads", flush=True), onstopped_leading=lambda: print(f"{name} is done", flush=True),
)).run()
