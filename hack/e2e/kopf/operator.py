"""An operator of kopf's: for each Parrot there is a ConfigMap with what it says."""

import kopf
import kubernetes

GROUP = ("kopf.example.com", "v1", "parrots")


def core():
    kubernetes.config.load_kube_config()
    return kubernetes.client.CoreV1Api()


@kopf.on.create(*GROUP)
def created(spec, name, namespace, body, patch, **_):
    says = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{name}-says"}, "data": {"text": spec["text"]}}
    kopf.adopt(says)
    made = core().create_namespaced_config_map(namespace, says)
    patch.status["phase"] = "Talking"
    kopf.event(body, type="Normal", reason="Hatched", message=f"{name} talks")
    return {"says": made.metadata.name}


@kopf.on.update(*GROUP, field="spec.text")
def changed(old, new, name, namespace, **_):
    core().patch_namespaced_config_map(f"{name}-says", namespace, {"data": {"text": new}})
    return {"before": old}


@kopf.timer(*GROUP, interval=0.5)
def ticked(status, patch, **_):
    patch.status["ticks"] = status.get("ticks", 0) + 1


@kopf.on.delete(*GROUP)
def deleted(name, namespace, **_):
    core().delete_namespaced_config_map(f"{name}-says", namespace)
