//! REST client, reflector, informer and work queue for Kubernetes-style APIs.
