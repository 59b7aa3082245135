//! `kubeforge codec`, as it is used: files and standard input in, standard output out.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a run left behind.
struct Ran {
    stdout: Vec<u8>,
    stderr: String,
    success: bool,
}

impl Ran {
    #[track_caller]
    fn text(self) -> String {
        assert!(self.success && self.stderr.is_empty(), "{}", self.stderr);
        String::from_utf8(self.stdout).unwrap()
    }
}

fn codec(args: &[&str], stdin: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubeforge"))
        .arg("codec")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut pipe, stdin) = (child.stdin.take().unwrap(), stdin.to_vec());
    // a run that refuses its flags doesn't read
    let writer = std::thread::spawn(move || pipe.write_all(&stdin).is_ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran { stdout: output.stdout, stderr: String::from_utf8(output.stderr).unwrap(), success: output.status.success() }
}

const POD: &str = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"},"spec":{"containers":[{"name":"c","image":"nginx","resources":{}}]},"status":{}}"#;

const POD_YAML: &str = "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - image: nginx
    name: c
    resources: {}
status: {}
";

#[test]
fn every_encoding_becomes_every_other() {
    let proto = codec(&["--to", "protobuf"], POD.as_bytes());
    assert!(proto.success && proto.stdout.starts_with(b"k8s\0"), "{}", proto.stderr);
    for input in [POD.as_bytes(), POD_YAML.as_bytes(), &proto.stdout] {
        assert_eq!(codec(&[], input).text(), POD_YAML);
        assert_eq!(codec(&["--to", "json"], input).text(), format!("{POD}\n"));
        assert_eq!(codec(&["--to", "protobuf"], input).stdout, proto.stdout);
    }
    let pretty = codec(&["--to=json", "--pretty"], POD.as_bytes()).text();
    assert!(pretty.starts_with("{\n  \"kind\": \"Pod\",\n  \"apiVersion\": \"v1\",\n"), "{pretty}");
    assert_eq!(codec(&[], pretty.as_bytes()).text(), POD_YAML);
}

#[test]
fn the_format_can_be_said_instead_of_guessed() {
    assert_eq!(codec(&["--from", "yaml"], POD.as_bytes()).text(), POD_YAML);
    let refused = codec(&["--from", "json"], POD_YAML.as_bytes());
    assert!(!refused.success);
    assert_eq!(
        refused.stderr,
        "-: document: couldn't get version/kind; json parse error: invalid character 'a' looking for beginning of value\n"
    );
}

#[test]
fn values_of_etcd_are_read_as_tools_show_them() {
    let proto = codec(&["--to", "protobuf"], POD.as_bytes()).stdout;
    assert_eq!(codec(&[], &[&proto, b"\n".as_slice()].concat()).text(), POD_YAML);
    let digits: Vec<String> = proto.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines = digits.chunks(16).map(|line| line.join(" ") + "\n").collect::<String>();
    assert_eq!(codec(&["--input-encoding", "hex"], lines.as_bytes()).text(), POD_YAML);
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(&proto);
    let (first, second) = text.split_at(40);
    assert_eq!(codec(&["--input-encoding=base64"], format!("{first}\n{second}\n").as_bytes()).text(), POD_YAML);
    assert_eq!(codec(&["--input-encoding=hex"], b"6b3").stderr, "-: document: not hexadecimal digits in pairs\n");
}

#[test]
fn several_documents_stay_several() {
    let one = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\nspec: {}\nstatus: {}\n";
    let two = one.replace("name: a", "name: b");
    let both = format!("{one}---\n{two}");
    assert_eq!(codec(&[], format!("# first\n---\n{both}---\n").as_bytes()).text(), both);
    let json = codec(&["--to", "json"], both.as_bytes()).text();
    assert_eq!(json.lines().count(), 2);
    assert_eq!(codec(&[], json.as_bytes()).text(), both);
    let list = json.lines().collect::<Vec<_>>().join(",");
    let list = format!(r#"{{"kind":"List","apiVersion":"v1","items":[{list}]}}"#);
    assert_eq!(codec(&[], list.as_bytes()).text(), both);
    let proto = codec(&["--to", "protobuf"], both.as_bytes());
    assert_eq!(proto.stderr, "-: document 2: protobuf output holds one object, and there is one already\n");
}

#[test]
fn defaults_and_conversions_are_made_where_asked_for() {
    let defaulted = codec(&["--defaults"], POD.as_bytes()).text();
    for line in ["  restartPolicy: Always\n", "    imagePullPolicy: Always\n", "  dnsPolicy: ClusterFirst\n"] {
        assert!(defaulted.contains(line), "{defaulted}");
    }
    let scaler = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  \
                  maxReplicas: 3\n  scaleTargetRef: {kind: Deployment, name: web}\n  targetCPUUtilizationPercentage: 70\n";
    let converted = codec(&["--output-version", "autoscaling/v2"], scaler.as_bytes()).text();
    assert!(converted.starts_with("apiVersion: autoscaling/v2\n"), "{converted}");
    assert!(converted.contains("averageUtilization: 70\n"), "{converted}");
    let list = format!(
        "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscalerList\nmetadata: {{resourceVersion: \"7\"}}\nitems:\n- {}\n",
        scaler.lines().skip(2).collect::<Vec<_>>().join("\n  ")
    );
    let converted = codec(&["--output-version", "autoscaling/v2"], list.as_bytes()).text();
    assert!(converted.starts_with("apiVersion: autoscaling/v2\nitems:\n- metadata:\n"), "{converted}");
    assert!(converted.contains("averageUtilization: 70\n") && converted.contains("resourceVersion: \"7\""));
    let refused = codec(&["--output-version", "apps/v1"], scaler.as_bytes());
    assert!(!refused.success && refused.stderr.starts_with("-: document: no kind \"Horizontal"), "{}", refused.stderr);
}

#[test]
fn configuration_files_are_known_too() {
    let config = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nparallelism: 4\n";
    assert!(codec(&[], config.as_bytes()).text().contains("parallelism: 4\n"));
}

#[test]
fn unknown_and_duplicate_fields_are_errors_with_paths() {
    let bad = r#"{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"nme":"c"}],"nodeName":"a","nodeName":"b"}}"#;
    let strict = codec(&[], bad.as_bytes());
    assert!(!strict.success && strict.stdout.is_empty());
    assert_eq!(strict.stderr, "-: spec.containers[0].nme: unknown field\n-: spec.nodeName: duplicate field\n");
    assert!(codec(&["--lenient"], bad.as_bytes()).text().contains("nodeName: b\n"));
    let yaml = codec(&[], b"kind: Pod\napiVersion: v1\nspec: {nodeName: a, nodeName: b}\n");
    assert!(yaml.stderr.contains("-: document: yaml: unmarshal errors: line 3: key \"nodeName\" already set in map\n"));
}

#[test]
fn a_bad_file_does_not_keep_the_others_back() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (good, other) = (file("good.json", POD), file("other.yaml", POD_YAML));
    let bad = file(
        "bad.yaml",
        &format!(
            "kind: Pod\napiVersion: v1\nspec: {{containers: 5}}\n---\n{POD_YAML}---\nkind: Gadget\napiVersion: v9\n"
        ),
    );
    let empty = file("empty.yaml", "# nothing\n");
    let missing = dir.path().join("missing").to_str().unwrap().to_owned();
    let ran = codec(&[&good, &bad, &empty, &missing, &other], b"");
    assert!(!ran.success);
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), [POD_YAML; 3].join("---\n"));
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(
        lines[..3],
        [
            format!(
                "{bad}: document 1, spec.containers: json: cannot unmarshal number into Go struct field PodSpec.spec.containers of type []v1.Container"
            ),
            format!("{bad}: document 3: no kind \"Gadget\" is built in for version \"v9\""),
            format!("{empty}: document: there is no object in it"),
        ]
    );
    assert!(lines[3].starts_with(&format!("{missing}: document: ")) && lines.len() == 4, "{lines:?}");
}

#[test]
fn flags_that_mean_nothing_are_refused() {
    for (args, want) in [
        (vec!["--form=json"], "unexpected argument '--form'"),
        (vec!["--to=toml"], "invalid value 'toml'"),
        (vec!["--output-version=a/b/c"], "unexpected GroupVersion string: a/b/c"),
        (vec!["--output-version="], "no version in it"),
        (vec!["--pretty"], "--pretty is for --to json only"),
    ] {
        let ran = codec(&args, POD.as_bytes());
        assert!(!ran.success && ran.stdout.is_empty() && ran.stderr.contains(want), "{args:?}: {}", ran.stderr);
    }
}

/// The fixtures' directory; `None`, and a line that says so, where it is not there.
fn fixtures() -> Option<PathBuf> {
    let shared = match std::env::var_os("KUBEFORGE_SHARED") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
    };
    let dir = shared.join("kubernetes-1.36/fixtures");
    if !dir.is_dir() {
        println!("skipped: there is no {}", dir.display());
        return None;
    }
    Some(dir)
}

/// Kubernetes' own test objects, each file made into each of the other two.
#[test]
fn fixtures_become_one_another() {
    let Some(dir) = fixtures() else { return };
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let from = entry.unwrap().path();
        // a watch event carries no kind of its own
        if from.file_name().unwrap().to_str().unwrap().contains(".WatchEvent.") {
            continue;
        }
        for (extension, args) in
            [("json", ["--to=json", "--pretty"].as_slice()), ("yaml", &["--to=yaml"]), ("pb", &["--to=protobuf"])]
        {
            let want = fs::read(from.with_extension(extension)).unwrap();
            let ran = codec(&[args, &[from.to_str().unwrap()]].concat(), b"");
            let got = if extension == "json" { ran.stdout.trim_ascii_end() } else { &ran.stdout };
            if got != want {
                wrong.push(format!("{} to {extension}: {}", from.display(), ran.stderr));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty() && count > 1000, "{count} conversions\n{}", wrong.join("\n"));
}
