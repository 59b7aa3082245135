//! Lets a case happen to the core and to the models' world, and compares what both say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use kubeforge_scheduler::{
    config::KubeSchedulerConfiguration,
    core::{Binding, Core, Decision, NodeScore, Rejection},
    framework::{Preemption, Status},
    plugins::in_tree,
    queue::Backoff,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    cycle::{Cycle, Nowhere, Scores},
    draw::{Case, NODES, Step},
    json::{key, list, name, namespace, priority, text},
    objects::{cluster_object, files, typed},
    plugins::{self, Weighted, all_claims, volume_matches},
    preemption::{self, preempt},
    world::World,
};

/// Pods for which room was made are tried again after ten seconds, and after some minutes whatever happened.
const A_WHILE: Duration = Duration::from_secs(400);
/// More decisions than a step can lead to.
const DECISIONS_MAX: usize = 64;

/// Plays a case.
///
/// # Errors
/// What differs, and the cluster as it was.
pub(crate) fn play(case: &Case, met: &mut BTreeSet<String>) -> Result<(), String> {
    let mut run = Run::new(case);
    let like: Vec<&Value> = case
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::SetNode(_, node) => Some(node),
            _ => None,
        })
        .collect();
    for (number, node) in like.iter().cycle().take(case.more_nodes).enumerate() {
        run.set_node(&format!("more-{number}"), node);
    }
    for (number, step) in case.steps.iter().enumerate() {
        run.step(step).map_err(|difference| format!("step {number}, {step:?}: {difference}"))?;
        if case.more_nodes > 0 {
            continue;
        }
        let kind = &case.kinds[number % case.kinds.len()];
        run.assess(kind).map_err(|difference| format!("after step {number}, {step:?}: {difference}"))?;
    }
    met.append(&mut run.met);
    Ok(())
}

struct Run<'a> {
    core: Core,
    models: Vec<Weighted>,
    world: World,
    kinds: &'a [Value],
    /// The pods in the queue.
    waiting: BTreeMap<String, Value>,
    now: Instant,
    /// Counts objects and their versions.
    count: u32,
    binds: bool,
    /// What was met: the reasons that were given, the plugins that scored, and the ways in which it ended.
    met: BTreeSet<String>,
}

impl<'a> Run<'a> {
    fn new(case: &'a Case) -> Self {
        let given = case.arguments.as_object().into_iter().flatten();
        let plugin_config: Vec<Value> = given.map(|(name, args)| json!({"name": name, "args": args})).collect();
        let configuration = KubeSchedulerConfiguration::from_value(json!({
            "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
            "profiles": [{"schedulerName": "default-scheduler", "pluginConfig": plugin_config}],
        }));
        let profiles = configuration.expect("a configuration").profiles(&in_tree()).expect("a profile");
        Self {
            core: Core::new(profiles, Backoff::default()),
            models: plugins::all(|name| case.arguments[name].clone()),
            world: World::default(),
            kinds: &case.kinds,
            waiting: BTreeMap::new(),
            now: Instant::now(),
            count: 0,
            binds: true,
            met: BTreeSet::new(),
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::SetNode(number, node) => self.set_node(NODES[number % NODES.len()], node),
            Step::RemoveNode(number) => {
                let name = NODES[number % NODES.len()];
                self.world.nodes.remove(name);
                self.core.remove_node(name, self.now);
            }
            Step::Place { kind, node } => {
                let mut pod = self.pod(*kind, "p");
                pod["spec"]["nodeName"] = NODES[node % NODES.len()].into();
                self.make_claims(&pod, true);
                let pod = self.started(pod);
                self.set_placed(pod);
            }
            Step::Relabel { pod, kind } => {
                let labels = self.kinds[kind % self.kinds.len()]["metadata"]["labels"].clone();
                self.change_placed(*pod, |pod| pod["metadata"]["labels"] = labels);
            }
            Step::Terminate { pod } => {
                self.change_placed(*pod, |pod| pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into());
            }
            Step::Resize { pod, status } => {
                let fields = status.as_object().cloned().unwrap_or_default();
                let mut is_whole = false;
                self.change_placed(*pod, |pod| {
                    fields.into_iter().for_each(|(name, it)| pod["status"][name] = it);
                    is_whole = pod["spec"]["resources"]["requests"]["cpu"].is_string()
                        && pod["status"]["allocatedResources"]["cpu"].is_string();
                });
                if is_whole {
                    self.met.insert("a pod as a whole is resized".to_owned());
                }
            }
            Step::RemovePod(number) => {
                if let Some(pod) = nth(&self.world.placed, *number) {
                    self.remove_placed(&key(&pod));
                }
            }
            Step::SetOther(object) => self.set_other(object.clone()),
            Step::RemoveOther(object) => {
                self.world.remove(object);
                self.core.remove_object(&cluster_object(object), self.now);
            }
            Step::Schedule { kind, binds } => {
                let pod = self.pod(*kind, "s");
                self.binds = *binds;
                self.make_claims(&pod, false);
                self.core.set_pod(Arc::new(typed(&pod)), self.now);
                self.waiting.insert(key(&pod), pod);
                return self.decide();
            }
            Step::Wait => {
                self.now += A_WHILE;
                return self.decide();
            }
            Step::GiveUp => {
                if let Some((pod, _)) = nth(&self.world.nominated, 0) {
                    self.give_up(&pod);
                }
            }
        }
        self.decide()
    }

    fn set_node(&mut self, name: &str, node: &Value) {
        let mut node = node.clone();
        (node["apiVersion"], node["kind"]) = ("v1".into(), "Node".into());
        node["metadata"]["name"] = name.into();
        let labels = node["metadata"]["labels"].as_object_mut().expect("drawn labels");
        if labels.remove("host").is_some() {
            labels.insert("kubernetes.io/hostname".to_owned(), name.into());
        }
        self.core.set_node(Arc::new(typed(&node)), self.now);
        self.world.nodes.insert(name.to_owned(), node);
    }

    /// A new pod of a kind.
    fn pod(&mut self, kind: usize, prefix: &str) -> Value {
        self.count += 1;
        let mut pod = self.kinds[kind % self.kinds.len()].clone();
        (pod["apiVersion"], pod["kind"]) = ("v1".into(), "Pod".into());
        let name = format!("{prefix}{}", self.count);
        pod["metadata"]["uid"] = name.clone().into();
        pod["metadata"]["name"] = name.into();
        pod["spec"]["schedulerName"] = "default-scheduler".into();
        pod
    }

    /// Makes the claims of volumes that are made for a pod, as far as it is drawn that there are some. A pod that has a node
    /// has its own.
    fn make_claims(&mut self, pod: &Value, is_placed: bool) {
        for volume in list(&pod["spec"]["volumes"]) {
            let template = &volume["ephemeral"]["volumeClaimTemplate"];
            let whose = text(&template["metadata"]["labels"]["whose"]);
            if whose.is_empty() || whose == "nobody's" && !is_placed {
                continue;
            }
            let owner = if whose == "its" || is_placed { text(&pod["metadata"]["uid"]) } else { "another" };
            let owner = json!([{"apiVersion": "v1", "kind": "Pod", "name": "n", "uid": owner, "controller": true}]);
            let name = format!("{}-{}", name(pod), text(&volume["name"]));
            let mut metadata = json!({"name": name, "namespace": namespace(pod), "ownerReferences": owner});
            if !template["spec"]["volumeName"].is_null() {
                metadata["annotations"] = json!({"pv.kubernetes.io/bind-completed": "yes"});
            }
            let (version, kind) = ("v1", "PersistentVolumeClaim");
            let claim = json!({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": template["spec"]});
            self.set_other(claim);
        }
    }

    /// The pod as it starts to run; no two start at once.
    fn started(&mut self, mut pod: Value) -> Value {
        self.count += 1;
        let (minutes, seconds) = (self.count / 60, self.count % 60);
        pod["status"] = json!({"startTime": format!("2026-01-01T00:{minutes:02}:{seconds:02}Z")});
        pod
    }

    fn set_placed(&mut self, pod: Value) {
        self.core.set_pod(Arc::new(typed(&pod)), self.now);
        self.world.placed.insert(key(&pod), pod);
    }

    fn change_placed(&mut self, number: usize, change: impl FnOnce(&mut Value)) {
        if let Some(mut pod) = nth(&self.world.placed, number) {
            change(&mut pod);
            self.set_placed(pod);
        }
    }

    fn remove_placed(&mut self, key: &str) {
        if let Some(pod) = self.world.placed.remove(key) {
            self.core.remove_pod(&typed(&pod), self.now);
        }
    }

    fn set_other(&mut self, mut object: Value) {
        self.count += 1;
        object["metadata"]["resourceVersion"] = self.count.to_string().into();
        self.core.set_object(cluster_object(&object), self.now);
        self.world.set(object);
    }

    /// Deletes a pod that waits.
    fn give_up(&mut self, pod: &Value) {
        self.waiting.remove(&key(pod));
        self.world.nominated.remove(&key(pod));
        self.core.remove_pod(&typed(pod), self.now);
    }

    /// What both say of a pod of a kind, without anything coming of it.
    fn assess(&mut self, kind: &Value) -> Result<(), String> {
        let mut pod = kind.clone();
        (pod["apiVersion"], pod["kind"]) = ("v1".into(), "Pod".into());
        (pod["metadata"]["name"], pod["metadata"]["uid"]) = ("asked".into(), "asked".into());
        pod["spec"]["schedulerName"] = "default-scheduler".into();
        if self.world.nodes.is_empty() {
            return Ok(());
        }
        for (name, _) in all_claims(&pod) {
            self.remove_claim(&pod, &name);
        }
        self.make_claims(&pod, false);
        let said = self.core.assess(Arc::new(typed(&pod))).map(scores);
        let wanted = Cycle::new(&self.models, &self.world, &pod).assess();
        match &wanted {
            Ok(scores) => {
                let plugins = scores.values().flat_map(Scores::keys).map(|name| format!("{name} scores"));
                self.met.extend(plugins);
            }
            Err(nowhere) => {
                self.met.extend(nowhere.refusals.values().flat_map(|refusal| refusal.reasons.iter().cloned()));
            }
        }
        let wanted = wanted.map_err(|nowhere| nowhere.message);
        self.compare(&pod, &said, &wanted)
    }

    /// Takes away what was made for another pod of the same name.
    fn remove_claim(&mut self, pod: &Value, claim: &str) {
        let made = self.world.get("PersistentVolumeClaim", namespace(pod), claim).cloned();
        if let Some(made) = made.filter(|made| !made["metadata"]["ownerReferences"].is_null()) {
            self.world.remove(&made);
            self.core.remove_object(&cluster_object(&made), self.now);
        }
    }

    fn compare<T: PartialEq + std::fmt::Debug>(&self, pod: &Value, said: &T, wanted: &T) -> Result<(), String> {
        if said == wanted {
            return Ok(());
        }
        let nominated: Vec<_> = self.world.nominated.iter().map(|(pod, (_, node))| (pod, node)).collect();
        let files = files(&self.world, pod);
        Err(format!("the core says\n{said:?}\nnot\n{wanted:?}\nwith room made for {nominated:?}\n{files}"))
    }

    /// Lets the core decide until it has nothing to decide about.
    fn decide(&mut self) -> Result<(), String> {
        for _ in 0..DECISIONS_MAX {
            match self.core.schedule_next(self.now) {
                None => return Ok(()),
                Some(Decision::Bind(binding)) => self.bind(&binding)?,
                Some(Decision::Reject(rejection)) => self.reject(&rejection)?,
            }
        }
        Err("the scheduler does not come to rest".to_owned())
    }

    fn waiting(&self, key: &str) -> Result<Value, String> {
        self.waiting.get(key).cloned().ok_or_else(|| format!("{key} does not wait"))
    }

    fn bind(&mut self, binding: &Binding) -> Result<(), String> {
        let mut pod = self.waiting(&binding.pod.key().to_string())?;
        let node = self.world.nodes.get(&*binding.node).ok_or("bound to no node")?.clone();
        let cycle = Cycle::new(&self.models, &self.world, &pod);
        let best = match cycle.nominated_node() {
            Some(node) => {
                self.met.insert("it goes where room was made".to_owned());
                BTreeSet::from([node])
            }
            // of many nodes some are looked at: the best of them need not be the best of all
            None if self.world.nodes.len() >= 100 => cycle.assess().unwrap_or_default().into_keys().collect(),
            None => best(cycle.assess()),
        };
        let is_best = best.contains(&*binding.node);
        self.compare(&pod, &(&*binding.node, is_best), &(&*binding.node, true))
            .map_err(|it| format!("{best:?}: {it}"))?;
        let matches = volume_matches(&self.world, &pod, &node).unwrap_or_default();
        let matches: Vec<_> = matches.into_iter().map(|(claim, volume)| (claim.clone(), volume.cloned())).collect();
        if !self.binds {
            self.core.bind_failed(binding, &Status::error("no"), self.now);
            self.give_up(&pod);
            return Ok(());
        }
        self.met.insert("a pod is placed".to_owned());
        self.core.bound(binding);
        self.waiting.remove(&key(&pod));
        self.world.nominated.remove(&key(&pod));
        pod["spec"]["nodeName"] = (*binding.node).into();
        let pod = self.started(pod);
        self.set_placed(pod);
        for (claim, volume) in matches {
            self.met.insert(if volume.is_some() { "a volume is bound" } else { "a volume is made" }.to_owned());
            self.bind_claim(claim, volume);
        }
        Ok(())
    }

    /// What controllers do once a pod has a node.
    fn bind_claim(&mut self, mut claim: Value, volume: Option<Value>) {
        let volume = volume.unwrap_or_else(|| {
            let made = format!("made-{}-{}", namespace(&claim), name(&claim));
            json!({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": made}, "spec": {
                "csi": {"driver": "csi.example", "volumeHandle": made},
                "capacity": {"storage": "5Gi"}, "storageClassName": claim["spec"]["storageClassName"]}})
        });
        let mut volume = volume;
        volume["spec"]["claimRef"] = json!({"namespace": namespace(&claim), "name": name(&claim)});
        volume["status"] = json!({"phase": "Bound"});
        claim["spec"]["volumeName"] = name(&volume).into();
        claim["metadata"]["annotations"] = json!({"pv.kubernetes.io/bind-completed": "yes"});
        self.set_other(volume);
        self.set_other(claim);
    }

    fn reject(&mut self, rejection: &Rejection) -> Result<(), String> {
        let pod = self.waiting(&rejection.pod.key().to_string())?;
        self.met.insert("a pod is turned away".to_owned());
        let cycle = Cycle::new(&self.models, &self.world, &pod);
        if self.world.nodes.is_empty() {
            let none = "no nodes available to schedule pods";
            self.compare(&pod, &rejection.message.as_str(), &none)?;
            self.give_up(&pod);
            return Ok(());
        }
        let nowhere = match cycle.assess() {
            Err(nowhere) => nowhere,
            Ok(scores) => {
                let wanted = format!("{:?}", best(Ok(scores)));
                return self.compare(&pod, &rejection.message, &wanted);
            }
        };
        let nominate = match &rejection.preemption {
            Preemption::Nominate { node, victims } => {
                Some((node.clone(), victims.iter().map(|victim| victim.key().to_string()).collect::<BTreeSet<_>>()))
            }
            Preemption::None | Preemption::Clear => None,
        };
        match preempt(&cycle, &nowhere) {
            preemption::Preemption::Refused(reason) => {
                let wanted = (format!("{} {reason}", nowhere.message), None);
                self.compare(&pod, &(rejection.message.clone(), nominate), &wanted)?;
                self.give_up(&pod);
            }
            preemption::Preemption::Room(rooms) => {
                self.met.extend(rooms.iter().map(|(_, victims)| format!("{} go", victims.len())));
                let is_room = nominate.as_ref().is_some_and(|room| rooms.contains(room));
                let said = (&rejection.message, &nominate, is_room);
                self.compare(&pod, &said, &(&nowhere.message, &nominate, true))
                    .map_err(|difference| format!("room could be made in {rooms:?}: {difference}"))?;
                self.make_room(pod, nominate.ok_or("no room")?);
            }
        }
        Ok(())
    }

    fn make_room(&mut self, pod: Value, (node, victims): (String, BTreeSet<String>)) {
        let keeps = |other: &Value, at: &String| *at != node || priority(other) >= priority(&pod);
        self.world.nominated.retain(|_, (other, at)| keeps(other, at));
        self.world.nominated.insert(key(&pod), (pod, node));
        victims.iter().for_each(|victim| self.remove_placed(victim));
    }
}

fn scores(nodes: Vec<NodeScore>) -> BTreeMap<String, Scores> {
    let of = |node: NodeScore| (node.node, node.plugins.into_iter().filter(|(_, score)| *score != 0).collect());
    nodes.into_iter().map(of).collect()
}

/// The nodes with the highest total.
fn best(scores: Result<BTreeMap<String, Scores>, Nowhere>) -> BTreeSet<String> {
    let totals = scores.unwrap_or_default().into_iter().map(|(node, scores)| (node, scores.values().sum::<i64>()));
    let totals: Vec<_> = totals.collect();
    let highest = totals.iter().map(|(_, total)| *total).max();
    totals.into_iter().filter(|(_, total)| Some(*total) == highest).map(|(node, _)| node).collect()
}

fn nth<T: Clone>(map: &BTreeMap<String, T>, number: usize) -> Option<T> {
    map.values().nth(number % map.len().max(1)).cloned()
}
