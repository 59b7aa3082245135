//! What a plugin says about a pod, or about a pod on a node.

use std::borrow::Cow;

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Code {
    /// Nothing stands in the way.
    #[default]
    Success,
    /// The plugin failed; the pod is tried again.
    Error,
    /// Not here or not now; pushing out other pods may help.
    Unschedulable,
    /// Not here, and pushing out other pods would not help.
    UnschedulableAndUnresolvable,
    /// Permit only: the pod waits for somebody's word.
    Wait,
    /// The plugin has nothing to do for this pod, in the extension points that follow from this one.
    Skip,
    /// The pod waits for something outside of the scheduler to happen.
    Pending,
}

impl Code {
    /// Its name in messages and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::Error => "Error",
            Self::Unschedulable => "Unschedulable",
            Self::UnschedulableAndUnresolvable => "UnschedulableAndUnresolvable",
            Self::Wait => "Wait",
            Self::Skip => "Skip",
            Self::Pending => "Pending",
        }
    }
}

/// How it went, why, and who says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Status {
    code: Code,
    reasons: Vec<Cow<'static, str>>,
    plugin: &'static str,
}

impl Status {
    /// Nothing stands in the way. Costs no allocation.
    pub const fn success() -> Self {
        Self { code: Code::Success, reasons: Vec::new(), plugin: "" }
    }

    /// The plugin has nothing to do for this pod.
    pub const fn skip() -> Self {
        Self { code: Code::Skip, reasons: Vec::new(), plugin: "" }
    }

    /// A status for these reasons; the framework adds who says so.
    pub fn new(code: Code, reasons: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        Self { code, reasons: reasons.into_iter().map(Into::into).collect(), plugin: "" }
    }

    /// [`Code::Unschedulable`] for one reason.
    pub fn unschedulable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Unschedulable, [reason])
    }

    /// [`Code::UnschedulableAndUnresolvable`] for one reason.
    pub fn unresolvable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::UnschedulableAndUnresolvable, [reason])
    }

    /// [`Code::Error`] for what failed.
    pub fn error(failure: impl std::fmt::Display) -> Self {
        Self::new(Code::Error, [failure.to_string()])
    }

    /// The same, said by this plugin.
    pub const fn by(mut self, plugin: &'static str) -> Self {
        self.plugin = plugin;
        self
    }

    /// The same, where it is a failure with a text that says where.
    #[must_use]
    pub fn in_context(self, context: impl FnOnce() -> String) -> Self {
        match self.code {
            Code::Error => Self { reasons: vec![format!("{}: {}", context(), self.message()).into()], ..self },
            _ => self,
        }
    }

    /// How it went.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Why, one text for each reason.
    pub fn reasons(&self) -> &[Cow<'static, str>] {
        &self.reasons
    }

    /// The reasons in one text.
    pub fn message(&self) -> String {
        self.reasons.join(", ")
    }

    /// Which plugin says so; empty where none did yet.
    pub const fn plugin(&self) -> &'static str {
        self.plugin
    }

    /// Whether nothing stands in the way.
    pub const fn is_success(&self) -> bool {
        matches!(self.code, Code::Success)
    }

    /// Whether the plugin has nothing to do.
    pub const fn is_skip(&self) -> bool {
        matches!(self.code, Code::Skip)
    }

    /// Whether the pod was turned away, rather than the plugin having failed.
    pub const fn is_rejected(&self) -> bool {
        matches!(self.code, Code::Unschedulable | Code::UnschedulableAndUnresolvable | Code::Pending)
    }
}
