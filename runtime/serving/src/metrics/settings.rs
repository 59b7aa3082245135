//! Which families are shown, and with which values of labels: `--disabled-metrics`, `--show-hidden-metrics-for-version`,
//! `--allow-metric-labels` and `--allow-metric-labels-manifest`. Follows component-base's metrics/options.go.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use clap::{ArgAction, Args};
use kubeforge_machinery::yaml;

use super::labelled::Allowed;

/// The release before the one that is shown.
const PREVIOUS: &str = "1.35";

/// Which families are shown, and with which values of labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    disabled: BTreeSet<String>,
    shows_hidden: bool,
    /// By the family and the label.
    allowed: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Settings {
    /// Settings that don't show some families, show those that are hidden since the last release or not, and know the only
    /// values of some labels: the label as `family,label`, the values separated by commas.
    pub fn new(disabled: &[String], shows_hidden: bool, allowed: &[(String, String)]) -> Self {
        let disabled = disabled.iter().filter(|name| !name.is_empty()).cloned().collect();
        let mut settings = Self { disabled, shows_hidden, allowed: BTreeMap::new() };
        for (key, values) in allowed {
            let Some((family, label)) = key.split_once(',') else { continue };
            let labels = settings.allowed.entry(family.to_owned()).or_default();
            labels.insert(label.to_owned(), values.split(',').map(str::to_owned).collect());
        }
        settings
    }

    pub(super) const fn disabled(&self) -> &BTreeSet<String> {
        &self.disabled
    }

    pub(super) const fn shows_hidden(&self) -> bool {
        self.shows_hidden
    }

    /// What the labels of a family may say; none where that is anything.
    pub(super) fn allowed(&self, family: &str, labels: &[&str]) -> Option<Allowed> {
        let allowed = self.allowed.get(family)?;
        Some(labels.iter().map(|label| allowed.get(*label).cloned()).collect())
    }
}

/// Flags of what is shown.
#[derive(Clone, Debug, Default, Args)]
pub struct MetricsArgs {
    /// Families of metrics that are not shown, by their full names, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub disabled_metrics: Vec<String>,

    /// Show families that are hidden since the last release, 1.35, before they go for good.
    #[arg(long, value_name = "VERSION", default_value = "", hide_default_value = true)]
    pub show_hidden_metrics_for_version: String,

    /// The only values that a label of a family is shown with; others become `unexpected`.
    #[arg(long, value_name = "FAMILY,LABEL=VALUE,…", action = ArgAction::Append, value_parser = pairs)]
    pub allow_metric_labels: Vec<Pairs>,

    /// A YAML file with such labels and values, in place of --allow-metric-labels.
    #[arg(long, value_name = "FILE")]
    pub allow_metric_labels_manifest: Option<PathBuf>,
}

/// Keys with values, as one flag gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs(Vec<(String, String)>);

/// As pflag's StringToString reads them: one pair as it is, several in CSV.
fn pairs(text: &str) -> Result<Pairs, String> {
    let records = match text.matches('=').count() {
        0 => return Err(format!("{text} must be formatted as key=value")),
        1 => vec![text.trim_matches('"').to_owned()],
        _ => record(text)?,
    };
    let pair = |text: String| match text.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => Err(format!("{text} must be formatted as key=value")),
    };
    records.into_iter().map(pair).collect::<Result<_, _>>().map(Pairs)
}

/// The fields of a line of CSV.
fn record(line: &str) -> Result<Vec<String>, String> {
    let mut fields = Vec::new();
    let mut rest = Some(line);
    while let Some(line) = rest {
        let Some(quoted) = line.strip_prefix('"') else {
            let (field, others) = line.split_once(',').map_or((line, None), |(field, rest)| (field, Some(rest)));
            if field.contains('"') {
                return Err(format!("parse error: bare \" in non-quoted field: {field}"));
            }
            fields.push(field.to_owned());
            rest = others;
            continue;
        };
        let (mut field, mut quoted) = (String::new(), quoted);
        loop {
            let Some((text, after)) = quoted.split_once('"') else {
                return Err("parse error: extraneous or missing \" in quoted-field".to_owned());
            };
            field.push_str(text);
            match after.strip_prefix('"') {
                Some(after) => {
                    field.push('"');
                    quoted = after;
                }
                None if after.is_empty() => {
                    rest = None;
                    break;
                }
                None => match after.strip_prefix(',') {
                    Some(after) => {
                        rest = Some(after);
                        break;
                    }
                    None => return Err("parse error: extraneous or missing \" in quoted-field".to_owned()),
                },
            }
        }
        fields.push(field);
    }
    Ok(fields)
}

impl MetricsArgs {
    /// What is wrong with the values, in upstream's words.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !["", PREVIOUS].contains(&self.show_hidden_metrics_for_version.as_str()) {
            problems.push(format!(
                "--show-hidden-metrics-for-version must be omitted or have the value '{PREVIOUS}'. Only the previous \
                 minor version is allowed"
            ));
        }
        let is_name = |text: &&String| !text.is_empty() && !is_family(text);
        if let Some(name) = self.disabled_metrics.iter().find(is_name) {
            problems.push(format!(
                "--disabled-metrics must be fully qualified metric names matching \"^[a-zA-Z_:][a-zA-Z0-9_:]*$\", got \
                 {name:?}"
            ));
        }
        problems.extend(check_keys(self.flag_pairs()).err());
        if let Err(problem) = self.manifest() {
            problems.push(problem);
        }
        problems
    }

    /// The settings. A file that can't be read counts for nothing; [`Self::problems`] tells of it.
    pub fn settings(&self) -> Settings {
        let mut allowed: Vec<_> = self.flag_pairs().cloned().collect();
        if self.allow_metric_labels.is_empty() {
            allowed = self.manifest().unwrap_or_default();
        }
        Settings::new(&self.disabled_metrics, !self.show_hidden_metrics_for_version.is_empty(), &allowed)
    }

    fn flag_pairs(&self) -> impl Iterator<Item = &(String, String)> {
        self.allow_metric_labels.iter().flat_map(|pairs| &pairs.0)
    }

    fn manifest(&self) -> Result<Vec<(String, String)>, String> {
        let Some(path) = self.allow_metric_labels_manifest.as_ref().filter(|path| !path.as_os_str().is_empty()) else {
            return Ok(Vec::new());
        };
        let text = fs::read(path).map_err(|err| format!("failed to read allow list manifest: {err}"))?;
        let value = yaml::to_value(&text).map_err(|err| format!("failed to parse allow list manifest: {err}"))?;
        let wrong = |what: &str| format!("failed to parse allow list manifest: {what}");
        let mut pairs = Vec::new();
        if !value.is_null() {
            let map = value.as_object().ok_or_else(|| wrong("it is no map of labels and values"))?;
            for (key, values) in map {
                let values = values.as_str().ok_or_else(|| wrong(&format!("the values of {key} are no text")))?;
                pairs.push((key.clone(), values.to_owned()));
            }
        }
        check_keys(pairs.iter()).map_err(|err| format!("invalid allow list mapping in manifest: {err}"))?;
        Ok(pairs)
    }
}

fn check_keys<'a>(mut pairs: impl Iterator<Item = &'a (String, String)>) -> Result<(), String> {
    let is_key = |key: &str| key.split_once(',').is_some_and(|(family, label)| is_family(family) && is_label(label));
    match pairs.all(|(key, _)| is_key(key)) {
        true => Ok(()),
        false => {
            Err("--allow-metric-labels must have a list of kv pair with format `metricName,labelName=labelValue, \
                      labelValue,...`"
                .to_owned())
        }
    }
}

fn is_label(text: &str) -> bool {
    let may_be = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.chars().all(may_be) && text.chars().next().is_some_and(|first| !first.is_ascii_digit())
}

fn is_family(text: &str) -> bool {
    is_label(&text.replace(':', "_"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        metrics: MetricsArgs,
    }

    fn parse(flags: &[&str]) -> Result<MetricsArgs, String> {
        let parsed = Cli::try_parse_from([&["x"], flags].concat());
        parsed.map(|cli| cli.metrics).map_err(|err| err.to_string())
    }

    #[track_caller]
    fn check_allowed(flags: &[&str], want: &[(&str, &str)]) {
        let want: Vec<_> = want.iter().map(|(key, values)| ((*key).to_owned(), (*values).to_owned())).collect();
        let args = parse(flags).unwrap();
        assert_eq!(args.problems(), Vec::<String>::new(), "{flags:?}");
        assert_eq!(args.settings(), Settings::new(&[], false, &want), "{flags:?}");
    }

    #[test]
    fn labels_are_given_as_pflag_and_yaml_have_them() {
        check_allowed(&["--allow-metric-labels=a,b=1,2"], &[("a,b", "1,2")]);
        check_allowed(&["--allow-metric-labels=\"a,b=1,2\""], &[("a,b", "1,2")]);
        check_allowed(&[r#"--allow-metric-labels="a,b=1,2","a,c=3""#], &[("a,b", "1,2"), ("a,c", "3")]);
        check_allowed(&["--allow-metric-labels=a,b=1", "--allow-metric-labels=c,d=2"], &[("a,b", "1"), ("c,d", "2")]);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a,b: x,y\n").unwrap();
        let manifest = format!("--allow-metric-labels-manifest={}", file.path().display());
        check_allowed(&[&manifest], &[("a,b", "x,y")]);
        check_allowed(&[&manifest, "--allow-metric-labels=c,d=2"], &[("c,d", "2")]);
    }

    #[track_caller]
    fn check_refused(flags: &[&str], want: &str) {
        let problem = match parse(flags) {
            Ok(args) => args.problems().concat(),
            Err(problem) => problem,
        };
        assert!(problem.contains(want), "{flags:?}: {problem}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_upstreams_words() {
        check_refused(&["--show-hidden-metrics-for-version=1.34"], "must be omitted or have the value '1.35'.");
        check_refused(&["--disabled-metrics=ok,not-ok"], "must be fully qualified metric names");
        check_refused(&["--allow-metric-labels=a"], "a must be formatted as key=value");
        check_refused(&["--allow-metric-labels=a=b"], "must have a list of kv pair with format");
        check_refused(&["--allow-metric-labels=1a,b=c"], "must have a list of kv pair with format");
        check_refused(&["--allow-metric-labels-manifest=/nowhere"], "failed to read allow list manifest: ");
    }
}
