//! The pods of a trace as commands, each when it is due.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use domain::ids::IdMint;
use domain::machine::{Cloud, MachineDemand};
use domain::names::{GpuTypeId, Image, Name};
use domain::pod::Compute;
use domain::{PodId, Timestamp};
use engine::command::NewPod;
use engine::{Command, Outcome, Refusal};

use super::Trace;

/// The image of every replayed pod; the trace names none.
const IMAGE: &str = "ubuntu:24.04";
/// GB of container disk of every replayed pod.
const DISK_GB: u32 = 20;
/// Fewest and most virtual CPUs of a pod without GPUs.
const VCPUS: std::ops::RangeInclusive<u32> = 2..=128;

/// The pods of a trace in the order of their lives.
///
/// Ask for [`next`](Self::next) until it has nothing, and hand each result to
/// [`answer`](Self::answer). A command that was not answered is asked for again.
#[derive(Debug)]
pub struct Replay {
    /// Ordered by time, then ends before beginnings.
    steps: Vec<Step>,
    position: usize,
    /// Which of its models the pod at `position` asks for.
    choice: usize,
    wishes: Vec<Wish>,
    /// Pods that were made and not terminated, by their place in `wishes`.
    placed: BTreeMap<usize, PodId>,
    unplaced: Vec<Unplaced>,
}

/// A pod of the trace that was not made.
#[derive(Debug, Clone, PartialEq)]
pub struct Unplaced {
    /// Its name.
    pub name: Name,
    /// When it was asked for.
    pub at: Timestamp,
    /// The answer to its last wish.
    pub refusal: Refusal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    at: Timestamp,
    kind: StepKind,
    wish: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum StepKind {
    Terminate,
    Create,
}

#[derive(Debug)]
struct Wish {
    name: Name,
    /// In the order they are asked for; empty if no machine has a model it accepts.
    choices: Vec<Compute>,
}

impl Replay {
    /// The trace from its first second at `start`, `speed` times as fast as it was.
    #[must_use]
    pub fn new(trace: &Trace, start: Timestamp, speed: NonZeroU32) -> Self {
        let gpus = trace.gpus_by_model();
        let moment = |seconds: i64| start + seconds.saturating_mul(1000) / i64::from(speed.get());
        let mut steps = Vec::with_capacity(trace.pods.len() * 2);
        let mut wishes = Vec::with_capacity(trace.pods.len());
        for (wish, pod) in trace.pods.iter().enumerate() {
            steps.push(Step {
                at: moment(pod.created_s),
                kind: StepKind::Create,
                wish,
            });
            // At a high speed a short life must not end before it begins.
            let ends = pod.deleted_s.map(|it| moment(it).max(moment(pod.created_s) + 1));
            steps.extend(ends.map(|at| Step {
                at,
                kind: StepKind::Terminate,
                wish,
            }));
            let choices = match pod.gpu_count {
                0 => vec![Compute::Cpu {
                    vcpu_count: pod.vcpu_count.clamp(*VCPUS.start(), *VCPUS.end()),
                    memory_gib: pod.memory_gib.max(1),
                }],
                count => {
                    let accepted = |it: &GpuTypeId| pod.models.is_empty() || pod.models.contains(it);
                    let models = gpus
                        .iter()
                        .filter(|it| accepted(it.0))
                        .map(|it| (*it.0, *it.1))
                        .collect();
                    let models = shuffled(models, wish as u64);
                    models
                        .into_iter()
                        .map(|gpu_type| Compute::Gpu { gpu_type, count })
                        .collect()
                }
            };
            wishes.push(Wish {
                name: pod.name.clone(),
                choices,
            });
        }
        steps.sort_unstable();
        Self {
            steps,
            position: 0,
            choice: 0,
            wishes,
            placed: BTreeMap::new(),
            unplaced: Vec::new(),
        }
    }

    /// When the next command is due; `None` at the end of the trace.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.steps.get(self.position).map(|it| it.at)
    }

    /// The first command that is due by `now` and has no answer yet.
    pub fn next(&mut self, now: Timestamp) -> Option<Command> {
        loop {
            let step = self.steps.get(self.position).filter(|it| it.at <= now)?;
            match (step.kind, self.placed.get(&step.wish)) {
                (StepKind::Create, _) => match self.command(step.wish) {
                    Some(command) => return Some(command),
                    None => {
                        let explanation = "no machine of the trace has a model it accepts".to_owned();
                        let refusal = Refusal::NoCapacity {
                            explanation,
                            left: Vec::new(),
                        };
                        self.answer(&Err(refusal));
                    }
                },
                (StepKind::Terminate, Some(pod_id)) => {
                    return Some(Command::TerminatePod {
                        pod_id: *pod_id,
                        confirm: None,
                    });
                }
                (StepKind::Terminate, None) => self.go_on(),
            }
        }
    }

    /// Takes the answer to the last command.
    pub fn answer(&mut self, answer: &Result<Outcome, Refusal>) {
        let Some(step) = self.steps.get(self.position).copied() else {
            return;
        };
        match (step.kind, answer) {
            (StepKind::Terminate, _) => {
                self.placed.remove(&step.wish);
            }
            (StepKind::Create, Ok(Outcome::Pod(pod_id))) => {
                self.placed.insert(step.wish, *pod_id);
            }
            (StepKind::Create, Ok(_)) => {}
            (StepKind::Create, Err(refusal)) => {
                let wish = &self.wishes[step.wish];
                let is_full = matches!(refusal, Refusal::NoCapacity { .. });
                if is_full && self.choice + 1 < wish.choices.len() {
                    self.choice += 1;
                    return;
                }
                let (name, refusal) = (wish.name.clone(), refusal.clone());
                self.unplaced.push(Unplaced {
                    name,
                    at: step.at,
                    refusal,
                });
            }
        }
        self.go_on();
    }

    /// Pods that were made and are not terminated yet.
    #[must_use]
    pub fn pods_alive(&self) -> usize {
        self.placed.len()
    }

    /// Pods that were refused, in order.
    #[must_use]
    pub fn unplaced(&self) -> &[Unplaced] {
        &self.unplaced
    }

    fn go_on(&mut self) {
        self.position += 1;
        self.choice = 0;
    }

    /// `None` for a pod whose models no machine has.
    fn command(&self, wish: usize) -> Option<Command> {
        let wish = self.wishes.get(wish)?;
        Some(Command::CreatePod(Box::new(NewPod {
            name: wish.name.clone(),
            template_id: None,
            image: Image::try_from(IMAGE).ok(),
            args: Some("sleep infinity".to_owned()),
            env: BTreeMap::new(),
            ports: None,
            compute: wish.choices.get(self.choice)?.clone(),
            container_disk_gb: Some(DISK_GB),
            volume: None,
            mounts: Vec::new(),
            start_ssh: None,
            demand: MachineDemand::default(),
            cloud: Cloud::Secure,
            data_center_ids: Vec::new(),
            machine_id: None,
        })))
    }
}

/// Models in an order drawn from `seed`: the more GPUs of a model there are, the earlier it comes.
fn shuffled(mut models: Vec<(&GpuTypeId, u32)>, seed: u64) -> Vec<GpuTypeId> {
    let mut random = IdMint::new(Timestamp::default(), seed);
    let mut order = Vec::with_capacity(models.len());
    while !models.is_empty() {
        let total: u64 = models.iter().map(|it| u64::from(it.1)).sum();
        let mut at = random.next_bits() % total.max(1);
        let index = models.iter().position(|it| {
            let is_here = at < u64::from(it.1);
            at = at.saturating_sub(u64::from(it.1));
            is_here
        });
        order.push(models.remove(index.unwrap_or(0)).0.clone());
    }
    order
}
