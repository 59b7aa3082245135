//! Objects, Scheme, codecs, selectors, quantities and patches of Kubernetes-style APIs.
