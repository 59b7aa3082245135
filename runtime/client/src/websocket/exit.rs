//! How a command ended.

use kubeforge_machinery::{
    codec::from_json_slice,
    meta::v1::{Status, StatusReason},
    status::ApiError,
};

use crate::error::ClientError;

/// How a command ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// Its exit code.
    pub code: u8,
}

impl Exit {
    /// Whether it ended well.
    pub fn is_success(&self) -> bool {
        self.code == 0
    }

    /// Reads the status on the channel for errors; nothing there means that all went well.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ClientError> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let protocol_error = |why: String| ClientError::Stream(format!("error stream protocol error: {why}"));
        let status: Status = from_json_slice(bytes)
            .map_err(|err| protocol_error(format!("{err} in {:?}", String::from_utf8_lossy(bytes))))?;
        match (status.status.as_str(), &status.reason) {
            ("Success", _) => Ok(Self::default()),
            ("Failure", StatusReason::Other(reason)) if reason == "NonZeroExitCode" => {
                let details =
                    status.details.as_ref().ok_or_else(|| protocol_error("details must be set".to_owned()))?;
                let mut causes = details.causes.iter();
                let cause = causes
                    .find(|cause| cause.type_.as_str() == "ExitCode")
                    .ok_or_else(|| protocol_error("no ExitCode cause given".to_owned()))?;
                let invalid = |_| protocol_error(format!("invalid exit code value {:?}", cause.message));
                Ok(Self { code: cause.message.parse().map_err(invalid)? })
            }
            ("Failure", _) => Err(ApiError::from(status).into()),
            (other, _) => Err(protocol_error(format!("the status is {other:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, want: Result<u8, &str>) {
        let got = Exit::read(json.as_bytes()).map(|exit| exit.code).map_err(|err| err.to_string());
        assert_eq!(got, want.map_err(str::to_owned), "{json}");
    }

    #[test]
    fn statuses_tell_exit_codes() {
        check("", Ok(0));
        check(r#"{"metadata":{},"status":"Success"}"#, Ok(0));
        let failed =
            |details: &str| format!(r#"{{"status":"Failure","reason":"NonZeroExitCode","message":"x"{details}}}"#);
        check(&failed(r#","details":{"causes":[{"reason":"Other"},{"reason":"ExitCode","message":"42"}]}"#), Ok(42));
        check(&failed(""), Err("error stream protocol error: details must be set"));
        check(&failed(r#","details":{}"#), Err("error stream protocol error: no ExitCode cause given"));
        check(
            &failed(r#","details":{"causes":[{"reason":"ExitCode","message":"300"}]}"#),
            Err("error stream protocol error: invalid exit code value \"300\""),
        );
        check(r#"{"status":"Failure","message":"no such container","code":500}"#, Err("no such container"));
    }
}
