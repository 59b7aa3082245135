//! `pods/log`: a container's log, from its kubelet.

use std::sync::Arc;

use async_trait::async_trait;
use http::StatusCode;
use kubeforge_api::core::v1::Pod;
use kubeforge_apiserver::{
    proxy,
    query::Query,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{
    ApiError, GroupKind, Time,
    field::{Error, ErrorList, Path},
};

use super::{
    Kubelets,
    stream::{container, encode},
};

/// Answers `pods/log`.
pub(super) struct Log(pub(super) Arc<Kubelets>);

#[async_trait]
impl SubresourceHandler for Log {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let options = Options::read(Query::new(call.query))?;
        let errors = options.check();
        if !errors.is_empty() {
            let kind = GroupKind { group: "".into(), kind: "PodLogOptions".into() };
            return Err(ApiError::invalid(&kind, call.name, &errors));
        }
        let pod = super::get::<Pod>(&call, "pods", call.namespace, call.name).await?;
        let container = container(&pod, &options.container)?;
        if pod.spec.node_name.is_empty() {
            // nothing has run, so nothing was written
            return Ok(SubresourceAnswer::Nothing(StatusCode::NO_CONTENT));
        }
        let kubelet = self.0.of_node(&call, &pod.spec.node_name).await?;
        let path = format!("/containerLogs/{}/{}/{container}", pod.metadata.namespace, pod.metadata.name);
        let location = self.0.location(kubelet, path, encode(options.asked()));
        let location = if options.any_certificate { self.0.unverified(location) } else { location };
        proxy::fetch(&location, &call).await
    }

    fn text_options(&self) -> Option<&'static str> {
        Some("PodLogOptions")
    }
}

/// `PodLogOptions`.
#[derive(Debug, Default)]
struct Options {
    container: String,
    follow: bool,
    previous: bool,
    timestamps: bool,
    since_seconds: Option<i64>,
    since_time: Option<Time>,
    tail_lines: Option<i64>,
    limit_bytes: Option<i64>,
    any_certificate: bool,
    stream: Option<String>,
}

impl Options {
    fn read(query: Query<'_>) -> Result<Self, ApiError> {
        let number = |name: &str| match query.get(name) {
            None => Ok(None),
            Some(text) => text
                .parse::<i64>()
                .map(Some)
                .map_err(|_| ApiError::bad_request(format!("strconv.ParseInt: parsing {text:?}: invalid syntax"))),
        };
        let since_time = match query.get("sinceTime").filter(|text| !text.is_empty() && text != "null") {
            None => None,
            Some(text) => Some(Time::parse(&text).map_err(|_| {
                ApiError::bad_request(format!(
                    "parsing time {text:?} as \"2006-01-02T15:04:05Z07:00\": cannot parse {text:?} as \"2006\""
                ))
            })?),
        };
        Ok(Self {
            container: query.get("container").unwrap_or_default().into_owned(),
            follow: query.flag("follow"),
            previous: query.flag("previous"),
            timestamps: query.flag("timestamps"),
            since_seconds: number("sinceSeconds")?,
            since_time,
            tail_lines: number("tailLines")?,
            limit_bytes: number("limitBytes")?,
            any_certificate: query.flag("insecureSkipTLSVerifyBackend"),
            stream: query.get("stream").map(std::borrow::Cow::into_owned),
        })
    }

    /// Follows pkg/apis/core/validation `ValidatePodLogOptions`; single streams cannot be asked for
    /// (`PodLogsQuerySplitStreams` is off).
    fn check(&self) -> ErrorList {
        const POSITIVE: &str = "must be greater than 0";
        let mut errors = ErrorList::new();
        if let Some(lines) = self.tail_lines.filter(|lines| *lines < 0) {
            errors.push(Error::invalid(&Path::new("tailLines"), lines, "must be greater than or equal to 0"));
        }
        if let Some(bytes) = self.limit_bytes.filter(|bytes| *bytes < 1) {
            errors.push(Error::invalid(&Path::new("limitBytes"), bytes, POSITIVE));
        }
        match (self.since_seconds, self.since_time) {
            (Some(_), Some(_)) => {
                let why = "at most one of `sinceTime` or `sinceSeconds` may be specified";
                // Go writes a path without a name so
                errors.push(Error::forbidden(&Path::new("[]"), why));
            }
            (Some(seconds), None) if seconds < 1 => {
                errors.push(Error::invalid(&Path::new("sinceSeconds"), seconds, POSITIVE));
            }
            _ => {}
        }
        if self.stream.is_some() {
            errors.push(Error::forbidden(&Path::new("stream"), "may not be specified"));
        }
        errors
    }

    /// What the kubelet is asked, by name.
    fn asked(&self) -> Vec<(&'static str, String)> {
        let flag = |set: bool| set.then(|| "true".to_owned());
        let all = [
            ("follow", flag(self.follow)),
            ("limitBytes", self.limit_bytes.map(|it| it.to_string())),
            ("previous", flag(self.previous)),
            ("sinceSeconds", self.since_seconds.map(|it| it.to_string())),
            ("sinceTime", self.since_time.map(|it| it.to_string())),
            ("tailLines", self.tail_lines.map(|it| it.to_string())),
            ("timestamps", flag(self.timestamps)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_checked_and_passed_on() {
        let read = |query| Options::read(Query::new(query)).unwrap();
        assert_eq!(encode(read("tailLines=5&follow=true&sinceTime=2020-01-01T00:00:00Z").asked()), {
            "follow=true&sinceTime=2020-01-01T00%3A00%3A00Z&tailLines=5"
        });
        for (query, want) in [
            ("tailLines=-1", "tailLines: Invalid value: -1: must be greater than or equal to 0"),
            ("limitBytes=0", "limitBytes: Invalid value: 0: must be greater than 0"),
            ("stream=Stdout", "stream: Forbidden: may not be specified"),
        ] {
            let errors: Vec<String> = read(query).check().iter().map(ToString::to_string).collect();
            assert_eq!(errors, [want]);
        }
        assert!(Options::read(Query::new("tailLines=x")).is_err());
    }
}
